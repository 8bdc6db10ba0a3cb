#include "daemon/gateways.hpp"

#include <algorithm>
#include <utility>

#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

// Neighbors' tags go upward from 1, these downward.
constexpr std::uint16_t kHighestTag = 0xfffe;

BfdPeer peer_of(const config::StaticRoute& route) {
    return {*route.via, route.interface};
}

// One for all routes of a peer.
std::vector<Gateway> gateways_of(const std::vector<config::StaticRoute>& routes) {
    std::vector<Gateway> gateways;
    for (const auto& route : routes) {
        if (!route.bfd) continue;
        const auto settings = bfd_settings(*route.bfd);
        const auto known = std::ranges::find(gateways, peer_of(route), &Gateway::peer);
        if (known == gateways.end()) {
            gateways.push_back({peer_of(route), route.interface, settings});
            continue;
        }
        if (known->interface.empty()) known->interface = route.interface;
        if (notices_sooner(settings, known->settings)) known->settings = settings;
    }
    return gateways;
}

}  // namespace

std::vector<fib::NeighborTag> Gateways::configure(const std::vector<config::StaticRoute>& routes) {
    const auto wanted = gateways_of(routes);
    for (const auto& gateway : wanted) {
        const auto known = std::ranges::find(gateways_, gateway.peer, &Gateway::peer);
        if (known == gateways_.end()) {
            const auto tag = free_tag();
            gateways_.push_back(gateway);
            gateways_.back().tag = tag;
        } else {
            known->interface = gateway.interface;
            known->settings = gateway.settings;
        }
    }
    std::vector<fib::NeighborTag> gone;
    std::erase_if(gateways_, [&](const auto& known) {
        const bool stays = std::ranges::find(wanted, known.peer, &Gateway::peer) != wanted.end();
        if (!stays) gone.push_back(known.tag);
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
    if (!route.bfd) return fib::NeighborTag::None;
    const auto found = std::ranges::find(gateways_, peer_of(route), &Gateway::peer);
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
