// What is behind Rib: the parts of each family's table, and what they share.
#pragma once

#include <algorithm>

#include "libbgp/rib/adj_rib_in.hpp"
#include "libbgp/rib/exporter.hpp"
#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/local_routes.hpp"
#include "libbgp/rib/out_limit.hpp"
#include "libbgp/rib/rib_shared.hpp"
#include "libbgp/rib/table_tasks.hpp"

namespace dx::bgp {

// In the order in which they know each other.
template <class Key>
struct FamilyTables {
    static constexpr net::Family kFamily = Key::kFamily;

    explicit FamilyTables(RibShared& rib_shared) : shared(rib_shared) {}

    // Returns how much of the budget is left. Half is for the tasks, so that neither an endless
    // stream of updates nor a sweep stops the other; some is always for what goes out.
    std::size_t run(std::size_t budget) {
        if (held()) return tasks.run(budget);
        const auto least = budget / 8;
        const auto for_tasks = loc_rib.has_work() ? (budget + 1) / 2 : budget;
        budget = loc_rib.run(budget - for_tasks + tasks.run(for_tasks));
        if (unsent()) send_if_decided();
        budget = out_limit.run(std::max(budget, least));
        return exporter.run(std::max(budget, least));
    }

    bool has_work() const {
        if (held()) return tasks.has_work();
        return loc_rib.has_work() || tasks.has_work() || out_limit.has_work() ||
               exporter.has_work();
    }

    bool held() const { return shared.held.contains(kFamily); }

    bool unsent() const { return shared.unsent.contains(kFamily); }

    // What was held goes out when all of it is decided: an End-of-RIB must not come before.
    void send_if_decided() {
        if (loc_rib.has_work() || tasks.has_work()) return;
        shared.unsent.erase(kFamily);
        for (auto* neighbor : shared.established)
            if (neighbor->established(kFamily) && neighbor->out[kFamily].has_output())
                shared.output_pending(*neighbor);
    }

    // Of the configured networks.
    void order_changed() {
        for (auto* neighbor : shared.established)
            out_limit.order_changed(*neighbor);
    }

    RibShared& shared;
    LocRib<Key> loc_rib{shared};
    LocalRoutes<Key> local_routes{shared, loc_rib};
    AdjRibIn<Key> adj_rib_in{shared, loc_rib};
    TableTasks<Key> tasks{shared, loc_rib, adj_rib_in};
    OutLimit<Key> out_limit{shared, loc_rib, local_routes};
    Exporter<Key> exporter{shared, loc_rib, out_limit};
};

template <class Key>
Key key_of(const FamilyTables<Key>&, const net::Prefix& prefix) {
    return Key::of(prefix);
}

struct RibCore {
    RibCore(const RibSettings& settings, RibEvents& events) : shared(settings, events) {}

    // Calls `act` with the tables of one family.
    template <class Act>
    auto with(net::Family family, Act act) {
        return family == net::Family::Ipv4 ? act(ipv4) : act(ipv6);
    }

    template <class Act>
    auto with(net::Family family, Act act) const {
        return family == net::Family::Ipv4 ? act(ipv4) : act(ipv6);
    }

    template <class Act>
    void with_both(Act act) {
        act(ipv4);
        act(ipv6);
    }

    // Those of the families that the session carries.
    template <class Act>
    void with_session_of(NeighborState& neighbor, Act act) {
        for (const auto family : kFamilies)
            if (neighbor.established(family)) with(family, act);
    }

    RibShared shared;
    FamilyTables<Ipv4Key> ipv4{shared};
    FamilyTables<Ipv6Key> ipv6{shared};
};

}  // namespace dx::bgp
