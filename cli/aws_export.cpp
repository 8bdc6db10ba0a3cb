// `export aws`: a neighbor of the running configuration as AWS asks for it.
#include "cli/aws_export.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <optional>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

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

constexpr std::array<std::int64_t, 3> kMtus{1500, 8500, 9001};  // that AWS has
constexpr std::size_t kLongestName = 100;

std::string text_at(const YAML::Node& map, const char* key) {
    const auto value = map[key];
    return value && value.IsScalar() ? value.Scalar() : std::string();
}

YAML::Node neighbor_in(const YAML::Node& configuration, std::string_view wanted) {
    for (const auto& each : configuration["neighbors"])
        if (text_at(each, "name") == wanted || text_at(each, "address") == wanted) return each;
    throw Failure(fmt::format(
        "there is no neighbor {} (expected a name or an address under neighbors)", wanted));
}

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

// "dxcon-…" or "dxlag-…" where the description has one, as an import writes it.
std::string connection_in(const std::string& description) {
    for (const auto* const start : {"dxcon-", "dxlag-"})
        if (const auto at = description.find(start); at != description.npos) {
            const auto end = std::find_if(
                description.begin() + static_cast<std::ptrdiff_t>(at), description.end(),
                [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; });
            return {description.begin() + static_cast<std::ptrdiff_t>(at), end};
        }
    return {};
}

// The interface that a session goes over, and our address there with its length.
struct Place {
    const Object* interface = nullptr;
    std::string address;
};

// By the configured interface and address; else by the network that the neighbor is in.
Place place_of(const YAML::Node& neighbor, const Object& interfaces) {
    const auto name = text_at(neighbor, "interface"), local = text_at(neighbor, "local-address");
    const auto peer = text_at(neighbor, "address");
    for (const auto& [interface, value] : interfaces) {
        if (!value.is_object() || (!name.empty() && interface != name)) continue;
        for (const auto& each : list(value.get_object(), "ipAddresses")) {
            const auto address = std::string(text(each.as_object(), "address"));
            const auto own = address.substr(0, address.find('/'));
            const auto length = importing::is_ipv6(peer) ? "/128" : "/32";
            if (local.empty() ? importing::contains(address, peer + length) : own == local)
                return {&value.get_object(), address};
        }
    }
    return {};
}

class RequestBuilder {
public:
    RequestBuilder(const YAML::Node& configuration, const YAML::Node& neighbor, const Kind& kind,
                   const Place& place)
        : configuration_(configuration), neighbor_(neighbor), kind_(kind), place_(place) {}

    VirtualInterfaceRequest build() {
        const auto name = text_at(neighbor_, "name");
        vif_["virtualInterfaceName"] =
            vif_name(name.empty() ? text_at(neighbor_, "address") : name);
        add_vlan();
        vif_["asnLong"] = importing::parse_as(text_at(configuration_["router"], "asn"));
        if (kind_.profile != "aws-public") add_mtu();
        add_addresses();
        if (kind_.profile == "aws-public")
            add_route_filters();
        else
            remark("{} is missing: what the virtual interface is attached to", kind_.gateway);
        remark(
            "authKey is left out, since dxctl never sees keys: AWS makes one, or add the content "
            "of the "
            "password file");
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

private:
    template <class... Arguments>
    void remark(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        remarks_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    // The interface's tag; before it is there, what its name says.
    void add_vlan() {
        const auto name = text_at(neighbor_, "interface");
        const auto digits = name.find_last_not_of("0123456789") + 1;
        auto vlan =
            importing::to_number(std::string_view(name).substr(std::min(digits, name.size())));
        if (name.find('.') == name.npos && !name.starts_with("vlan")) vlan = 0;
        if (place_.interface && has(*place_.interface, "vlanId"))
            vlan = static_cast<std::uint32_t>(number(*place_.interface, "vlanId"));
        if (vlan >= 1 && vlan <= 4094)
            vif_["vlan"] = vlan;
        else
            remark("vlan is missing: the session's interface is no VLAN");
    }

    void add_mtu() {
        const auto mtu = place_.interface ? number(*place_.interface, "mtu") : 0;
        if (std::ranges::find(kMtus, mtu) != kMtus.end())
            vif_["mtu"] = mtu;
        else
            remark("mtu is left out, AWS then takes 1500: the interface's is {}", mtu);
    }

    void add_addresses() {
        const auto peer = text_at(neighbor_, "address");
        const bool ipv6 = importing::is_ipv6(peer);
        vif_["addressFamily"] = ipv6 ? "ipv6" : "ipv4";
        if (ipv6) return remark("no addresses: AWS chooses those of an IPv6 peer");
        if (place_.address.empty())
            return remark(
                "no addresses: ours is on no interface yet, so that its length is not known");
        vif_["amazonAddress"] = peer + place_.address.substr(place_.address.find('/'));
        vif_["customerAddress"] = place_.address;
    }

    void add_route_filters() {
        const bool ipv6 = importing::is_ipv6(text_at(neighbor_, "address"));
        boost::json::array filters;
        for (const auto& each : configuration_["networks"]) {
            const auto prefix = each.IsMap() ? text_at(each, "prefix") : each.Scalar();
            if (importing::is_ipv6(prefix) == ipv6) filters.push_back(Object{{"cidr", prefix}});
        }
        if (!filters.empty()) vif_["routeFilterPrefixes"] = filters;
        remark("routeFilterPrefixes are all networks of the configuration: AWS must approve each");
    }

    const YAML::Node& configuration_;
    const YAML::Node& neighbor_;
    const Kind& kind_;
    const Place& place_;
    Object vif_;
    std::vector<std::string> remarks_;
};

}  // namespace

VirtualInterfaceRequest virtual_interface_request(const std::string& configuration,
                                                  const Object& interfaces,
                                                  std::string_view neighbor) {
    try {
        const auto document = YAML::Load(configuration);
        const auto found = neighbor_in(document, neighbor);
        const auto place = place_of(found, interfaces);
        return RequestBuilder(document, found, kind_of(found, neighbor), place).build();
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
