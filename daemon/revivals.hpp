// Which neighbors that are up carry traffic, and when those that came back may (revival.hpp). Knows
// no RIB and no kernel.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include <boost/asio/io_context.hpp>

#include "daemon/neighbor_table.hpp"
#include "daemon/revival.hpp"

namespace dx::daemon {

class Revivals {
public:
    struct Hooks {
        // Its next hops are to be used where nothing else leads: what it told in its last session
        // is on its way out of the kernel.
        std::function<void(const Neighbor&)> returning;
        std::function<void(const Neighbor&)> in_use;  // its next hops are to be put back
    };

    Revivals(boost::asio::io_context& io, NeighborTable& neighbors, Hooks hooks,
             const Revival::Bounds& bounds = {});

    void begin(Neighbor& neighbor);  // Established

    void heard(bgp::NeighborId id) { revival_.heard(id); }

    void end(Neighbor& neighbor);  // its session did, or it is no neighbor any longer
    void hurry_all();

    // To be called after whatever may have changed who is up and what it has told. Where nobody
    // carries traffic there is nothing left to protect.
    void follow() {
        if (!revival_.empty() && nobody_carries()) hurry_all();
    }

    // ... and when all that the peers have told is on its way to the kernel.
    void follow_told();

    bool waiting(const Neighbor& neighbor) const { return revival_.waiting(neighbor.id); }

    // Its routes are in use: it is up and does not wait, or they outlived its session. Of the
    // family, or any.
    bool carries(const Neighbor& neighbor, std::optional<net::Family> family = {}) const;
    bool others_carry(const Neighbor& neighbor, std::optional<net::Family> family = {}) const;

private:
    bool nobody_carries() const;
    void revive(bgp::NeighborId id);

    NeighborTable& neighbors_;
    Hooks hooks_;
    Revival revival_;
    std::set<bgp::NeighborId> returning_;  // of those that wait: who was told of as such
};

}  // namespace dx::daemon
