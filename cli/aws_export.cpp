// `export aws`: a neighbor of the running configuration as AWS asks for it.
#include "cli/aws_export.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "cli/aws_circuit.hpp"
#include "cli/aws_mtu.hpp"
#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/import/addresses.hpp"
#include "cli/import/numbers.hpp"

namespace dx::cli {
namespace {

struct Kind {
    std::string_view profile;
    std::string_view command;
    std::string_view member;
    std::string_view gateway;  // what it is attached to
};

constexpr std::array kKinds{
    Kind{"aws-private", "create-private-virtual-interface", "newPrivateVirtualInterface",
         "directConnectGatewayId (or virtualGatewayId)"},
    Kind{"aws-transit", "create-transit-virtual-interface", "newTransitVirtualInterface",
         "directConnectGatewayId"},
    Kind{"aws-public", "create-public-virtual-interface", "newPublicVirtualInterface", ""},
};

constexpr std::size_t kLongestName = 100;

const Kind& kind_of(const YAML::Node& neighbor, std::string_view name) {
    const auto profile = text_at(neighbor, "profile");
    const auto* const kind = std::ranges::find(kKinds, profile, &Kind::profile);
    if (kind != kKinds.end()) return *kind;
    throw Failure(
        fmt::format("{} has profile {}, which is no virtual interface's (expected aws-private, "
                    "aws-transit or aws-public)",
                    name, profile.empty() ? "none" : profile));
}

// What AWS takes as a name: a-z, 0-9 and hyphens.
std::string vif_name(std::string_view name) {
    std::string out;
    for (const unsigned char c : name.substr(0, kLongestName))
        out += std::isalnum(c) != 0 ? static_cast<char>(std::tolower(c)) : '-';
    return out;
}

std::string connection_in(const std::string& description) {
    const auto connection = identifier_in(description, "dxcon-");
    return connection.empty() ? identifier_in(description, "dxlag-") : connection;
}

// AWS takes on a public virtual interface what is the customer's on the Internet.
bool is_internet_prefix(const std::string& prefix) {
    constexpr std::array kPrivate{"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",
                                  "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
                                  "fc00::/7",      "fe80::/10"};
    return std::ranges::none_of(
        kPrivate, [&](const char* range) { return importing::contains(range, prefix); });
}

class RequestBuilder {
public:
    RequestBuilder(const YAML::Node& configuration, const YAML::Node& neighbor, const Kind& kind,
                   const Circuit& circuit)
        : configuration_(configuration), neighbor_(neighbor), kind_(kind), circuit_(circuit) {}

    // For a virtual interface that is not there yet.
    VirtualInterfaceRequest new_virtual_interface() {
        const auto name = text_at(neighbor_, "name");
        vif_["virtualInterfaceName"] =
            vif_name(name.empty() ? text_at(neighbor_, "address") : name);
        add_vlan();
        add_own_as();
        if (!is_public()) add_mtu();
        add_addresses();
        if (is_public())
            add_route_filters();
        else
            remark("{} is missing: what the virtual interface is attached to", kind_.gateway);
        remark_on_key();
        Object body;
        auto connection = connection_in(text_at(neighbor_, "description"));
        if (connection.empty()) {
            connection = "dxcon-REPLACE";
            remark("connectionId is not known: write it in place of dxcon-REPLACE");
        }
        body["connectionId"] = connection;
        body[kind_.member] = vif_;
        return {std::string(kind_.command), body, remarks_};
    }

    // For the second address family of the one that was made for `first`: a peer of its own there.
    VirtualInterfaceRequest new_peer(const YAML::Node& first) {
        const auto first_name = text_at(first, "name");
        remark("it is the second address family of {}'s virtual interface, which must be there",
               first_name.empty() ? text_at(first, "address") : first_name);
        add_own_as();
        add_addresses();
        if (is_public())
            remark("AWS must approve the prefixes of this family too: this request has none");
        remark_on_key();
        auto id = identifier_in(text_at(neighbor_, "description"), "dxvif-");
        if (id.empty()) id = identifier_in(text_at(first, "description"), "dxvif-");
        if (id.empty()) {
            id = "dxvif-REPLACE";
            remark("virtualInterfaceId is not known: write it in place of dxvif-REPLACE");
        }
        return {"create-bgp-peer", {{"virtualInterfaceId", id}, {"newBGPPeer", vif_}}, remarks_};
    }

private:
    template <class... Arguments>
    void remark(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        remarks_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    bool is_public() const { return kind_.profile == "aws-public"; }

    void add_own_as() {
        vif_["asnLong"] = importing::parse_as(text_at(configuration_["router"], "asn"));
    }

    void remark_on_key() {
        remark(
            "authKey is left out, since dxctl never sees keys: AWS makes one, or add the content "
            "of the password file");
    }

    // The interface's tag; before it is there, what its name says.
    void add_vlan() {
        const auto& name = circuit_.interface;
        const auto digits = name.find_last_not_of("0123456789") + 1;
        auto vlan =
            importing::to_number(std::string_view(name).substr(std::min(digits, name.size())));
        if (name.find('.') == name.npos && !name.starts_with("vlan")) vlan = 0;
        if (circuit_.details && has(*circuit_.details, "vlanId"))
            vlan = static_cast<std::uint32_t>(number(*circuit_.details, "vlanId"));
        if (vlan >= 1 && vlan <= 4094)
            vif_["vlan"] = vlan;
        else
            remark("vlan is missing: the session's interface is no VLAN");
    }

    void add_mtu() {
        const auto mtus = aws_mtus(kind_.profile);
        const auto mtu = circuit_.details ? number(*circuit_.details, "mtu") : 0;
        if (std::ranges::find(mtus, mtu) != mtus.end())
            vif_["mtu"] = mtu;
        else
            remark(
                "mtu is left out, AWS then takes 1500: the interface's is {}, and one of {} can be "
                "asked for",
                mtu, fmt::join(mtus, ", "));
    }

    void add_addresses() {
        const auto peer = text_at(neighbor_, "address");
        const bool ipv6 = importing::is_ipv6(peer);
        vif_["addressFamily"] = ipv6 ? "ipv6" : "ipv4";
        if (ipv6) return remark("no addresses: AWS chooses those of an IPv6 peer");
        if (circuit_.address.empty())
            return remark(
                "no addresses: ours is on no interface yet, so that its length is not known");
        vif_["amazonAddress"] = peer + circuit_.address.substr(circuit_.address.find('/'));
        vif_["customerAddress"] = circuit_.address;
    }

    void add_route_filters() {
        const bool ipv6 = importing::is_ipv6(text_at(neighbor_, "address"));
        boost::json::array filters;
        for (const auto& each : configuration_["networks"]) {
            const auto prefix = each.IsMap() ? text_at(each, "prefix") : each.Scalar();
            if (importing::is_ipv6(prefix) != ipv6) continue;
            if (is_internet_prefix(prefix))
                filters.push_back(Object{{"cidr", prefix}});
            else
                remark("{} is no routeFilterPrefix: it is not public", prefix);
        }
        if (!filters.empty()) vif_["routeFilterPrefixes"] = filters;
        remark(
            "routeFilterPrefixes are the public networks of the configuration: AWS must approve "
            "each");
    }

    const YAML::Node& configuration_;
    const YAML::Node& neighbor_;
    const Kind& kind_;
    const Circuit& circuit_;
    Object vif_;  // or the peer
    std::vector<std::string> remarks_;
};

}  // namespace

VirtualInterfaceRequest virtual_interface_request(const std::string& configuration,
                                                  const Object& interfaces,
                                                  std::string_view neighbor) {
    try {
        const auto document = YAML::Load(configuration);
        const auto found = neighbor_in(document, neighbor);
        const auto circuit = circuit_of(found, interfaces);
        RequestBuilder builder(document, found, kind_of(found, neighbor), circuit);
        const auto first = first_of_virtual_interface(document, found, interfaces);
        return first.IsNull() ? builder.new_virtual_interface() : builder.new_peer(first);
    } catch (const YAML::Exception&) {
        throw Failure("dxrouted sent a configuration that cannot be read");
    }
}

std::string indented(const boost::json::value& value, std::size_t depth) {
    const std::string inner(2 * depth + 2, ' '), outer(2 * depth, ' ');
    std::string text;
    if (value.is_object() && !value.get_object().empty()) {
        for (const auto& [key, member] : value.get_object())
            text += fmt::format("{}\n{}{}: {}", text.empty() ? "" : ",", inner,
                                boost::json::serialize(boost::json::string(key)),
                                indented(member, depth + 1));
        return fmt::format("{{{}\n{}}}", text, outer);
    }
    if (value.is_array() && !value.get_array().empty()) {
        for (const auto& item : value.get_array())
            text +=
                fmt::format("{}\n{}{}", text.empty() ? "" : ",", inner, indented(item, depth + 1));
        return fmt::format("[{}\n{}]", text, outer);
    }
    return boost::json::serialize(value);
}

void export_aws(Invocation& call) {
    const auto running = parse_object(call.client.get("/v1/config/running"));
    const auto interfaces = parse_object(call.client.get("/v1/interfaces"));
    const auto request =
        virtual_interface_request(std::string(text(running, "text")), interfaces, call.argument());
    call.out.print("{}\n", indented(request.body));
    for (const auto& remark : request.remarks)
        std::fprintf(stderr, "dxctl: %s\n", remark.c_str());
    std::fprintf(stderr, "dxctl: use it with: aws directconnect %s --cli-input-json file://FILE\n",
                 request.command.c_str());
}

}  // namespace dx::cli
