#include "daemon/gateways.hpp"

#include <algorithm>
#include <utility>

#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

// Neighbors' tags go upward from 1, these downward.
constexpr std::uint16_t kHighestTag = 0xfffe;

std::optional<Gateway> gateway_of(const config::StaticRoute& route) {
    if (!route.via || (!route.bfd && !route.track)) return std::nullopt;
    Gateway gateway{.peer = {*route.via, route.interface},
                    .interface = route.interface,
                    .settings = {},
                    .tracking = route.track,
                    .routes = 1};
    if (route.bfd) gateway.settings = bfd_settings(*route.bfd);
    return gateway;
}

auto is(const Gateway& gateway) {
    return [&gateway](const Gateway& other) { return gateway.is_same(other); };
}

bool asks_for_more(const Gateway& a, const Gateway& b) {
    if (!a.tracking) return notices_sooner(a.settings, b.settings);
    return a.tracking->interval * a.tracking->misses < b.tracking->interval * b.tracking->misses;
}

// One for all routes of a peer.
std::vector<Gateway> gateways_of(const std::vector<config::StaticRoute>& routes) {
    std::vector<Gateway> gateways;
    for (const auto& route : routes) {
        const auto wanted = gateway_of(route);
        if (!wanted) continue;
        const auto known = std::ranges::find_if(gateways, is(*wanted));
        if (known == gateways.end()) {
            gateways.push_back(*wanted);
            continue;
        }
        ++known->routes;
        if (known->interface.empty()) known->interface = route.interface;
        if (!asks_for_more(*wanted, *known)) continue;
        known->settings = wanted->settings;
        known->tracking = wanted->tracking;
    }
    return gateways;
}

}  // namespace

std::vector<Gateway> Gateways::configure(const std::vector<config::StaticRoute>& routes) {
    const auto wanted = gateways_of(routes);
    for (const auto& gateway : wanted) {
        const auto known = std::ranges::find_if(gateways_, is(gateway));
        if (known == gateways_.end()) {
            const auto tag = free_tag();
            gateways_.push_back(gateway);
            gateways_.back().tag = tag;
        } else {
            known->interface = gateway.interface;
            known->settings = gateway.settings;
            known->tracking = gateway.tracking;
            known->routes = gateway.routes;
        }
    }
    std::vector<Gateway> gone;
    std::erase_if(gateways_, [&](const auto& known) {
        const bool stays = std::ranges::any_of(wanted, is(known));
        if (!stays) gone.push_back(known);
        return !stays;
    });
    return gone;
}

fib::NeighborTag Gateways::free_tag() const {
    auto number = kHighestTag;
    while (find(fib::NeighborTag{number}) != nullptr)
        --number;
    return fib::NeighborTag{number};
}

fib::NeighborTag Gateways::tag_of(const config::StaticRoute& route) const {
    const auto wanted = gateway_of(route);
    if (!wanted) return fib::NeighborTag::None;
    const auto found = std::ranges::find_if(gateways_, is(*wanted));
    return found != gateways_.end() ? found->tag : fib::NeighborTag::None;
}

const Gateway* Gateways::find(fib::NeighborTag tag) const {
    const auto found = std::ranges::find(gateways_, tag, &Gateway::tag);
    return found != gateways_.end() ? &*found : nullptr;
}

Gateway* Gateways::find(fib::NeighborTag tag) {
    const auto found = std::ranges::find(gateways_, tag, &Gateway::tag);
    return found != gateways_.end() ? &*found : nullptr;
}

}  // namespace dx::daemon
