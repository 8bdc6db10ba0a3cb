// What both families' tables share.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/decision.hpp"
#include "libbgp/rib/forwarding_sets.hpp"
#include "libbgp/rib/neighbor_state.hpp"
#include "libbgp/rib/next_hops.hpp"
#include "libbgp/rib/rib.hpp"

namespace dx::bgp {

struct RibShared {
    RibShared(const RibSettings& rib_settings, RibEvents& rib_events)
        : settings(rib_settings), events(rib_events) {}

    NeighborState& neighbor(NeighborId id) { return *neighbors[index_of(id)]; }

    const NeighborState& neighbor(NeighborId id) const { return *neighbors[index_of(id)]; }

    ExportSource source_of(NeighborId id) const {
        if (id == kLocalRoutes) return {};
        const auto& from = neighbor(id);
        return {id, &from.settings, &from.peer};
    }

    // To be called when a session or a setting has changed.
    void regroup(NeighborState& to) {
        to.group = update_groups.of(export_rules(to.settings, *to.session));
    }

    // Tells the owner that there is something to fill, once.
    void output_pending(NeighborState& to) {
        if (std::exchange(to.announced_output, true)) return;
        events.output_ready(to.id);
    }

    RibSettings settings;
    RibEvents& events;
    NextHops next_hops{events};
    AttributePool attributes{next_hops, settings.hash_seed};
    ForwardingSets forwarding{next_hops, events};
    DecisionProcess decision;
    UpdateGroups update_groups;
    // By id; stays after a neighbor is removed, until its last path is swept and the id used again.
    std::vector<std::unique_ptr<NeighborState>> neighbors;
    std::vector<NeighborState*> established;
    Families held;    // not decided for the time being
    Families unsent;  // nothing is sent: held, or not decided to the end since
};

}  // namespace dx::bgp
