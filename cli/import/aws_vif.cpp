#include "cli/import/aws_vif.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <boost/json/value.hpp>
#include <boost/property_tree/ptree.hpp>
#include <fmt/format.h>

#include "cli/import/json_member.hpp"
#include "cli/import/numbers.hpp"
#include "cli/import/xml.hpp"

namespace dx::importing {
namespace {

using boost::json::object;
using Xml = boost::property_tree::ptree;

constexpr std::array<std::string_view, 3> kGone{"deleting", "deleted", "rejected"};
constexpr std::array<std::string_view, 4> kReady{"available", "down", "testing", ""};

bool is_one_of(std::string_view word, auto&& words) {
    return std::ranges::find(words, word) != std::ranges::end(words);
}

std::string first_of(std::initializer_list<std::string> texts) {
    for (const auto& text : texts)
        if (!text.empty()) return text;
    return {};
}

std::uint32_t first_number(std::initializer_list<std::uint32_t> numbers) {
    for (const auto number : numbers)
        if (number != 0) return number;
    return 0;
}

// asnLong first: `asn` is 0 where the number is above 2147483647.
std::uint32_t asn_of(const object& from) {
    return first_number({member_number(from, "asnLong"), member_number(from, "asn")});
}

// What the XML says of a family's session: the fallback.
class RouterConfiguration {
public:
    explicit RouterConfiguration(const Xml& tree) : tree_(child_of(tree, "logical_connection")) {}

    std::string id() const { return tree_.get("<xmlattr>.id", ""); }

    std::string text(const char* element) const { return tree_.get(element, ""); }

    std::string of_family(bool ipv6, const char* element) const {
        return text(((ipv6 ? "ipv6_" : "") + std::string(element)).c_str());
    }

    bool has(bool ipv6) const { return !of_family(ipv6, "amazon_address").empty(); }

private:
    Xml tree_;
};

RouterConfiguration router_configuration_of(const object& vif, std::vector<Note>& notes) {
    const auto text = member(vif, "customerRouterConfig");
    if (text.empty()) return RouterConfiguration(Xml());
    try {
        return RouterConfiguration(parse_xml(text, "customerRouterConfig"));
    } catch (const Unreadable& error) {
        notes.push_back({Note::Kind::Advice, 0, member(vif, "virtualInterfaceId"), error.what()});
        return RouterConfiguration(Xml());
    }
}

bool is_ipv6_peer(const object& peer) {
    const auto family = member(peer, "addressFamily");
    return family.empty() ? member(peer, "amazonAddress").find(':') != std::string::npos
                          : family == "ipv6";
}

// "Name=prod, env=live"
std::string tags_of(const object& vif) {
    std::string text;
    for (const auto& each : member_list(vif, "tags")) {
        if (!each.is_object()) continue;
        text += (text.empty() ? "" : ", ") + member(each.get_object(), "key") + "=" +
                member(each.get_object(), "value");
    }
    return text;
}

// What describes it and has no place in a configuration: comments.
Texts vif_comments(const object& vif) {
    Texts lines;
    std::string more;
    const auto add = [&](std::string_view what, const std::string& value) {
        if (!value.empty()) more += fmt::format("{}{} {}", more.empty() ? "" : ", ", what, value);
    };
    add("location", member(vif, "location"));
    add("region", member(vif, "region"));
    add("account", member(vif, "ownerAccount"));
    add("gateway",
        first_of({member(vif, "directConnectGatewayId"), member(vif, "virtualGatewayId")}));
    add("AWS device", first_of({member(vif, "awsLogicalDeviceId"), member(vif, "awsDeviceV2")}));
    add("rate limit", member(vif, "rateLimit"));
    if (!more.empty()) lines.push_back(more);
    if (const auto tags = tags_of(vif); !tags.empty()) lines.push_back("tags: " + tags);
    if (member(vif, "siteLinkEnabled") == "true")
        lines.emplace_back(
            "SiteLink is on: AWS then takes the shorter AS path, whatever the Region");
    if (member(vif, "jumboFrameCapable") == "true" && member_number(vif, "mtu") <= 1500)
        lines.emplace_back("it could have jumbo frames; its MTU is 1500 at AWS");
    return lines;
}

// One virtual interface and its peers.
class VifReader {
public:
    VifReader(const object& vif, AwsSessions& out)
        : vif_(vif), xml_(router_configuration_of(vif, out.notes)), out_(out) {}

    void read() {
        const auto state = member(vif_, "virtualInterfaceState");
        if (is_one_of(state, kGone)) return skip(label(), "its state is " + state);
        if (type() != "private" && type() != "transit" && type() != "public")
            return skip(label(),
                        "its type is \"" + type() + "\" (expected private, transit, public)");
        if (!is_one_of(state, kReady))
            advise(label(),
                   state == "confirming"
                       ? "it is confirming: its owner must accept it before BGP can come up"
                       : "its state at AWS is " + state);
        read_peers();
    }

private:
    std::string id() const { return first_of({member(vif_, "virtualInterfaceId"), xml_.id()}); }

    std::string type() const {
        return first_of({member(vif_, "virtualInterfaceType"), xml_.text("connection_type")});
    }

    std::string label() const {
        const auto name = member(vif_, "virtualInterfaceName");
        const auto what = first_of({id(), "the virtual interface"});
        return name.empty() ? what : fmt::format("{} ({})", what, name);
    }

    // "prod": private virtual interface dxvif-1 on dxcon-1, VLAN 100
    std::string title() const {
        const auto behind = [](std::string_view words, const std::string& value) {
            return value.empty() ? std::string() : fmt::format("{}{}", words, value);
        };
        const auto name = member(vif_, "virtualInterfaceName");
        return (name.empty() ? "" : fmt::format("\"{}\": ", name)) + type() + " virtual interface" +
               behind(" ", id()) + behind(" on ", member(vif_, "connectionId")) +
               behind(", VLAN ", first_of({member(vif_, "vlan"), xml_.text("vlan")}));
    }

    std::string state_of(const object& peer) const {
        std::string text = "when this was made: BGP peer";
        for (const auto* const key : {"bgpPeerId", "bgpPeerState"})
            if (const auto value = member(peer, key); !value.empty()) text += ' ' + value;
        const auto status = member(peer, "bgpStatus");
        return status.empty() ? text : text + ", BGP " + status;
    }

    // Those of `bgpPeers`; before there were any the virtual interface itself was the peer. The XML
    // may know a family that neither does.
    void read_peers() {
        bool any[2] = {false, false};  // IPv4, IPv6
        for (const auto& each : member_list(vif_, "bgpPeers")) {
            if (!each.is_object()) continue;
            const bool ipv6 = is_ipv6_peer(each.get_object());
            any[ipv6] = true;
            read_peer(each.get_object(), ipv6);
        }
        if (!any[0] && !any[1] && !member(vif_, "amazonAddress").empty()) {
            any[is_ipv6_peer(vif_)] = true;
            read_peer({}, is_ipv6_peer(vif_));
        }
        for (const bool ipv6 : {false, true}) {
            if (any[ipv6] || !xml_.has(ipv6)) continue;
            any[ipv6] = true;
            read_peer({}, ipv6);
        }
        if (!any[0] && !any[1]) skip(label(), "it has no BGP peer and no addresses yet");
    }

    void skip(const std::string& what, const std::string& why) {
        out_.notes.push_back({Note::Kind::Skipped, 0, what, why});
    }

    void advise(const std::string& what, const std::string& why) {
        out_.notes.push_back({Note::Kind::Advice, 0, what, why});
    }

    // What stands at the virtual interface itself is its first peer's.
    std::string of_peer(const object& peer, bool ipv6, const char* key, const char* element) const {
        const bool same = is_ipv6_peer(vif_) == ipv6;
        return first_of(
            {member(peer, key), same ? member(vif_, key) : "", xml_.of_family(ipv6, element)});
    }

    void read_peer(const object& peer, bool ipv6) {
        const auto what = label() + (ipv6 ? ", IPv6" : ", IPv4");
        const auto state = member(peer, "bgpPeerState");
        if (is_one_of(state, kGone)) return skip(what, "the BGP peer's state is " + state);
        AwsSession session;
        session.label = what;
        session.id = id();
        session.name = member(vif_, "virtualInterfaceName");
        if (session.name.empty() && session.id.empty()) session.name = type();
        session.connection = member(vif_, "connectionId");
        session.profile = "aws-" + type();
        session.amazon_address = of_peer(peer, ipv6, "amazonAddress", "amazon_address");
        session.customer_address = of_peer(peer, ipv6, "customerAddress", "customer_address");
        session.key = of_peer(peer, ipv6, "authKey", "bgp_auth_key");
        session.customer_asn =
            first_number({asn_of(peer), to_number(xml_.of_family(ipv6, "bgp_asn")), asn_of(vif_)});
        session.amazon_asn = type() == "public"
                                 ? kAmazonPublicAs
                                 : first_number({member_number(vif_, "amazonSideAsn"),
                                                 to_number(xml_.text("amazon_bgp_asn"))});
        session.vlan = first_number({member_number(vif_, "vlan"), to_number(xml_.text("vlan"))});
        session.mtu = member_number(vif_, "mtu");
        session.limit_out = member_number(
            vif_, ipv6 ? "prefixPoolAllocatedCountIpv6" : "prefixPoolAllocatedCountIpv4");
        add_details(session, peer, ipv6);
        out_.sessions.push_back(std::move(session));
    }

    void add_details(AwsSession& session, const object& peer, bool ipv6) {
        for (const auto& each : member_list(vif_, "routeFilterPrefixes")) {
            if (!each.is_object()) continue;
            const auto cidr = member(each.get_object(), "cidr");
            if ((cidr.find(':') != cidr.npos) == ipv6) session.route_filters.push_back(cidr);
        }
        session.device =
            first_of({member(peer, "awsLogicalDeviceId"), member(peer, "awsDeviceV2"),
                      member(vif_, "awsLogicalDeviceId"), member(vif_, "awsDeviceV2")});
        session.description = first_of({id(), type() + " virtual interface"});
        if (!session.connection.empty()) session.description += " on " + session.connection;
        if (const auto at = member(vif_, "location"); !at.empty()) session.description += ", " + at;
        session.comments = vif_comments(vif_);
        session.comments.insert(session.comments.begin(), title());
        if (!member(peer, "bgpPeerState").empty()) session.comments.push_back(state_of(peer));
    }

    const object& vif_;
    RouterConfiguration xml_;
    AwsSessions& out_;
};

}  // namespace

AwsSessions read_virtual_interfaces(const object& document) {
    AwsSessions out;
    for (const auto& each : member_list(document, "virtualInterfaces"))
        if (each.is_object()) VifReader(each.get_object(), out).read();
    if (!member(document, "nextToken").empty())
        out.notes.push_back({Note::Kind::Advice, 0, "nextToken",
                             "this is not the last page: there are more virtual interfaces"});
    return out;
}

AwsSessions read_logical_connection(const std::string& xml, const std::string& where) {
    parse_xml(xml, where);  // says where it is none
    AwsSessions out;
    const object vif{{"customerRouterConfig", xml}};
    VifReader(vif, out).read();
    return out;
}

}  // namespace dx::importing
