// The gateways of static routes that BFD watches, or that are asked by ARP or ND. To forwarding
// each is a neighbor with a tag of its own: its routes are used from its first Up or answer on, and
// not while it is Down. Knows no sessions: see bfd_sessions.hpp, gateway_tracking.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/bfd_peer.hpp"
#include "daemon/config/config.hpp"
#include "libfib/bfd/session.hpp"
#include "libfib/fib/route.hpp"

namespace dx::daemon {

struct Gateway {
    BfdPeer peer;
    std::string interface;          // as configured; empty: the one on whose subnet it is
    bfd::SessionSettings settings;  // of BFD
    std::optional<config::Tracking> tracking{};  // instead of BFD
    fib::NeighborTag tag = fib::NeighborTag::None;
    std::uint32_t link = 0;       // where it is now; 0: nowhere
    std::string missing{};        // why it is nowhere
    fib::SessionEpoch epoch = 0;  // since when it is, or was, in use; counted with the neighbors'
    bool in_use = false;
    std::optional<bool> told{};  // of that, the last that events said
    std::size_t routes = 0;      // of the configuration that go by it

    bool is_same(const Gateway& other) const {
        return peer == other.peer && tracking.has_value() == other.tracking.has_value();
    }
};

class Gateways {
public:
    // Those of the routes with `bfd` or `track`. One that stays keeps its tag and what is known of
    // it. Returns those that are gone, whose tags the next call may give out again.
    std::vector<Gateway> configure(const std::vector<config::StaticRoute>& routes);

    std::vector<Gateway>& all() { return gateways_; }

    const std::vector<Gateway>& all() const { return gateways_; }

    // None: nobody watches it.
    fib::NeighborTag tag_of(const config::StaticRoute& route) const;

    const Gateway* find(fib::NeighborTag tag) const;  // null: no gateway has it
    Gateway* find(fib::NeighborTag tag);

private:
    fib::NeighborTag free_tag() const;

    std::vector<Gateway> gateways_;  // few
};

}  // namespace dx::daemon
