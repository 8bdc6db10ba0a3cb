#include "daemon/interfaces.hpp"

#include <algorithm>

#include "daemon/translate.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::daemon {

namespace {

bool has(const netlink::Interface& interface, const net::IpAddress& address) {
    return std::ranges::any_of(interface.addresses, [&](const auto& own) {
        return own.address == address && !own.tentative;
    });
}

bool reaches(const netlink::InterfaceAddress& own, const net::IpAddress& address) {
    if (own.tentative) return false;
    if (own.peer) return *own.peer == address;
    return net::Prefix(own.address, own.prefix_length).contains(address);
}

bool has_way_to(const netlink::Interface& interface, const net::IpAddress& address) {
    return std::ranges::any_of(interface.addresses, [&](const auto& own) {
        return own.address.family() == address.family() && reaches(own, address);
    });
}

std::string no_local_address(const config::Neighbor& neighbor) {
    return "local address " + neighbor.local_address->to_string() + " does not exist";
}

std::string no_subnet(const net::IpAddress& address) {
    return "no interface has an address on the subnet of " + address.to_string();
}

std::string no_subnet(const netlink::Interface& interface, const net::IpAddress& address) {
    return "interface " + interface.name + " has no address on the subnet of " +
           address.to_string();
}

std::string missing_link(const netlink::Interface* interface, const std::string& name) {
    if (interface == nullptr) return "interface " + name + " does not exist";
    if (!interface->up) return "interface " + name + " is down";
    if (!interface->running) return "interface " + name + " has no carrier";
    return {};
}

}  // namespace

void Interfaces::set(netlink::Interface interface) {
    const auto index = interface.index;
    interfaces_.insert_or_assign(index, std::move(interface));
}

void Interfaces::remove(std::uint32_t index) {
    interfaces_.erase(index);
}

const netlink::Interface* Interfaces::find(std::uint32_t index) const {
    const auto found = interfaces_.find(index);
    return found == interfaces_.end() ? nullptr : &found->second;
}

const netlink::Interface* Interfaces::find(std::string_view name) const {
    for (const auto& [index, interface] : interfaces_)
        if (interface.name == name) return &interface;
    return nullptr;
}

const netlink::Interface* Interfaces::with_address(const net::IpAddress& address) const {
    for (const auto& [index, interface] : interfaces_)
        if (has(interface, address)) return &interface;
    return nullptr;
}

bool Interfaces::is_ours(const net::IpAddress& address, std::uint32_t interface) const {
    if (!address.is_scoped()) return with_address(address) != nullptr;
    const auto* link = find(interface);
    return link != nullptr && has(*link, address);
}

const netlink::Interface* Interfaces::connected_to(const net::IpAddress& address) const {
    const netlink::Interface* best = nullptr;
    int longest = -1;
    for (const auto& [index, interface] : interfaces_) {
        for (const auto& own : interface.addresses) {
            if (own.address.family() != address.family() || !reaches(own, address)) continue;
            const int length = own.peer ? net::address_bits(address.family()) : own.prefix_length;
            if (length <= longest) continue;
            longest = length;
            best = &interface;
        }
    }
    return best;
}

std::optional<net::IpAddress> Interfaces::address_on(std::uint32_t index,
                                                     net::Family family) const {
    const auto* interface = find(index);
    if (interface == nullptr) return std::nullopt;
    std::optional<net::IpAddress> link_local;
    for (const auto& own : interface->addresses) {
        if (own.address.family() != family || own.tentative || own.address.is_loopback()) continue;
        if (!own.address.is_scoped()) return own.address;
        link_local = own.address;
    }
    return link_local;
}

std::optional<net::IpAddress> Interfaces::link_local_on(std::uint32_t index) const {
    const auto* interface = find(index);
    if (interface == nullptr) return std::nullopt;
    for (const auto& own : interface->addresses)
        if (own.address.is_scoped() && !own.tentative) return own.address;
    return std::nullopt;
}

Attachment Interfaces::attachment_of(const config::Neighbor& neighbor) const {
    if (neighbor.interface.empty() && !is_single_hop(neighbor)) {
        if (neighbor.local_address && with_address(*neighbor.local_address) == nullptr)
            return {0, no_local_address(neighbor)};
        return {};
    }
    const auto* interface = !neighbor.interface.empty() ? find(neighbor.interface)
                            : neighbor.local_address    ? with_address(*neighbor.local_address)
                                                        : connected_to(neighbor.address);
    if (interface == nullptr)
        return {0, !neighbor.interface.empty() ? missing_link(nullptr, neighbor.interface)
                   : neighbor.local_address    ? no_local_address(neighbor)
                                               : no_subnet(neighbor.address)};
    if (auto missing = missing_link(interface, interface->name); !missing.empty())
        return {0, std::move(missing)};
    if (neighbor.local_address && !has(*interface, *neighbor.local_address))
        return {0, no_local_address(neighbor) + " on interface " + interface->name};
    if (!neighbor.local_address && is_single_hop(neighbor) &&
        !has_way_to(*interface, neighbor.address))
        return {0, no_subnet(*interface, neighbor.address)};
    return {interface->index, {}};
}

Attachment Interfaces::attachment_of(const net::IpAddress& gateway, const std::string& name) const {
    const auto* interface = name.empty() ? connected_to(gateway) : find(name);
    if (interface == nullptr)
        return {0, name.empty() ? no_subnet(gateway) : missing_link(nullptr, name)};
    if (auto missing = missing_link(interface, interface->name); !missing.empty())
        return {0, std::move(missing)};
    if (!has_way_to(*interface, gateway)) return {0, no_subnet(*interface, gateway)};
    return {interface->index, {}};
}

std::optional<bgp::RouterId> Interfaces::choose_router_id() const {
    std::optional<bgp::RouterId> loopback;
    std::optional<bgp::RouterId> other;
    for (const auto& [index, interface] : interfaces_) {
        for (const auto& own : interface.addresses) {
            if (!own.address.is_v4() || own.address.is_loopback()) continue;
            auto& highest = interface.loopback ? loopback : other;
            highest =
                std::max(highest.value_or(bgp::RouterId{0}), bgp::RouterId{own.address.to_v4()});
        }
    }
    return loopback ? loopback : other;
}

std::string Interfaces::missing(const std::string& name) const {
    return missing_link(find(name), name);
}

std::string Interfaces::name_of(std::uint32_t index) const {
    const auto* interface = find(index);
    return interface == nullptr ? std::string() : interface->name;
}

}  // namespace dx::daemon
