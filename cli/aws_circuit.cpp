#include "cli/aws_circuit.hpp"

#include <algorithm>
#include <cctype>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/import/addresses.hpp"

namespace dx::cli {
namespace {

bool is_ipv6_neighbor(const YAML::Node& neighbor) {
    return importing::is_ipv6(text_at(neighbor, "address"));
}

// By AWS's identifier where both descriptions have one, else by the interface.
bool share_virtual_interface(const YAML::Node& a, const YAML::Node& b, const Object& interfaces) {
    if (text_at(a, "profile") != text_at(b, "profile")) return false;
    const auto id_a = identifier_in(text_at(a, "description"), "dxvif-");
    const auto id_b = identifier_in(text_at(b, "description"), "dxvif-");
    if (!id_a.empty() && !id_b.empty()) return id_a == id_b;
    const auto interface = circuit_of(a, interfaces).interface;
    return !interface.empty() && interface == circuit_of(b, interfaces).interface;
}

}  // namespace

YAML::Node neighbor_in(const YAML::Node& configuration, std::string_view wanted) {
    for (const auto& each : configuration["neighbors"])
        if (text_at(each, "name") == wanted || text_at(each, "address") == wanted) return each;
    throw Failure(fmt::format(
        "there is no neighbor {} (expected a name or an address under neighbors)", wanted));
}

std::string identifier_in(const std::string& description, std::string_view start) {
    const auto at = description.find(start);
    if (at == description.npos) return {};
    const auto begin = description.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = std::find_if(begin, description.end(),
                                  [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; });
    return {begin, end};
}

Circuit circuit_of(const YAML::Node& neighbor, const Object& interfaces) {
    const auto name = text_at(neighbor, "interface"), local = text_at(neighbor, "local-address");
    const auto peer = text_at(neighbor, "address");
    for (const auto& [interface, value] : interfaces) {
        if (!value.is_object() || (!name.empty() && interface != name)) continue;
        for (const auto& each : list(value.get_object(), "ipAddresses")) {
            const auto address = std::string(text(each.as_object(), "address"));
            const auto own = address.substr(0, address.find('/'));
            const auto* const length = importing::is_ipv6(peer) ? "/128" : "/32";
            if (local.empty() ? importing::contains(address, peer + length) : own == local)
                return {interface, &value.get_object(), address};
        }
    }
    return {name, nullptr, {}};
}

YAML::Node first_of_virtual_interface(const YAML::Node& configuration, const YAML::Node& neighbor,
                                      const Object& interfaces) {
    for (const auto& each : configuration["neighbors"]) {
        if (each.is(neighbor)) break;
        if (is_ipv6_neighbor(each) != is_ipv6_neighbor(neighbor) &&
            share_virtual_interface(each, neighbor, interfaces))
            return each;
    }
    return YAML::Node(YAML::NodeType::Null);
}

}  // namespace dx::cli
