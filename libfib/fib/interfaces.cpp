#include "libfib/fib/interfaces.hpp"

#include <algorithm>

namespace dx::fib {

Interfaces::Effect Interfaces::apply(const LinkChange& change) {
    const bool before = usable(change.index);
    if (change.removed)
        interfaces_.erase(change.index);
    else
        interfaces_[change.index].link = change;
    const bool now = change.usable();
    if (before == now) return Effect::None;
    return now ? Effect::Gained : Effect::Lost;
}

bool Interfaces::apply(const AddressChange& change) {
    if (change.removed && !interfaces_.contains(change.index)) return false;
    auto& addresses = interfaces_[change.index].addresses;
    const auto same = [&](const Address& known) {
        return known.address == change.address && known.network == change.network;
    };
    if (change.removed) return std::erase_if(addresses, same) > 0;
    if (std::ranges::any_of(addresses, same)) return false;
    addresses.push_back({change.address, change.network});
    return true;
}

bool Interfaces::usable(InterfaceIndex index) const {
    const auto found = interfaces_.find(index);
    return found != interfaces_.end() && found->second.link.usable();
}

bool Interfaces::carries_ipv6(InterfaceIndex index) const {
    constexpr std::uint32_t kLeastMtu = 1280;
    const auto found = interfaces_.find(index);
    if (found == interfaces_.end()) return true;
    const auto mtu = found->second.link.mtu;
    return mtu == 0 || mtu >= kLeastMtu;
}

bool Interfaces::has_ipv6_address(InterfaceIndex index) const {
    const auto found = interfaces_.find(index);
    return found != interfaces_.end() &&
           std::ranges::any_of(found->second.addresses,
                               [](const Address& known) { return known.address.is_v6(); });
}

bool Interfaces::has_address(const net::IpAddress& address, InterfaceIndex on) const {
    const bool anywhere = on == kNoInterface || !address.is_scoped();
    return std::ranges::any_of(interfaces_, [&](const auto& interface) {
        return (anywhere || interface.first == on) &&
               std::ranges::any_of(interface.second.addresses,
                                   [&](const Address& known) { return known.address == address; });
    });
}

bool Interfaces::is_no_host(const net::IpAddress& address) const {
    constexpr std::uint8_t kLongest = 30;  // RFC 3021: both addresses of a /31 are hosts
    if (address.is_v6()) return false;
    const auto is_edge_of = [&](const Address& known) {
        const auto& network = known.network;
        if (network.length() > kLongest || !network.contains(address)) return false;
        const auto host = address.to_v4() - network.address().to_v4();
        return host == 0 || host == 0xffffffffU >> network.length();
    };
    return std::ranges::any_of(interfaces_, [&](const auto& interface) {
        return interface.second.link.usable() &&
               std::ranges::any_of(interface.second.addresses, is_edge_of);
    });
}

std::optional<InterfaceIndex> Interfaces::on_link(const net::IpAddress& address,
                                                  InterfaceIndex on) const {
    std::optional<InterfaceIndex> best;
    int length = -1;
    for (const auto& [index, interface] : interfaces_) {
        if (!interface.link.usable() || (on != kNoInterface && on != index)) continue;
        for (const auto& known : interface.addresses) {
            if (known.network.length() <= length || !known.network.contains(address)) continue;
            length = known.network.length();
            best = index;
        }
    }
    return best;
}

std::map<net::Prefix, std::vector<InterfaceIndex>> Interfaces::connected() const {
    std::map<net::Prefix, std::vector<InterfaceIndex>> networks;
    for (const auto& [index, interface] : interfaces_) {
        if (!interface.link.usable()) continue;
        for (const auto& known : interface.addresses) {
            if (known.address.is_loopback()) continue;
            auto& indexes = networks[known.network];
            if (indexes.empty() || indexes.back() != index) indexes.push_back(index);
        }
    }
    return networks;
}

std::optional<InterfaceIndex> Interfaces::find(std::string_view name) const {
    for (const auto& [index, interface] : interfaces_)
        if (interface.link.name == name) return index;
    return std::nullopt;
}

std::string Interfaces::name(InterfaceIndex index) const {
    const auto found = interfaces_.find(index);
    return found == interfaces_.end() ? std::string{} : found->second.link.name;
}

}  // namespace dx::fib
