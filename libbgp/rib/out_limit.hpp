// prefix-limit out of one family: which routes have a place where not all may go. The limit is not
// exceeded at any byte of the stream: withdrawals go out before the routes that take their places.
// All steps are bounded; the walk that makes the order is done in slices. Where aggregates may
// stand in for routes, OutAggregation says which routes take part.
#pragma once

#include <vector>

#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/local_routes.hpp"
#include "libbgp/rib/out_aggregation.hpp"
#include "libbgp/rib/out_ranks.hpp"

namespace dx::bgp {

template <class Key>
class OutLimit {
public:
    static constexpr net::Family kFamily = Key::kFamily;

    OutLimit(RibShared& shared, LocRib<Key>& loc_rib, const LocalRoutes<Key>& local_routes)
        : shared_(shared), loc_rib_(loc_rib), ranks_(loc_rib, local_routes) {}

    void session_up(NeighborState& to) { aggregation_.session_up(to); }

    void session_down(AdjRibOut& state) { aggregation_.session_down(state); }

    const OutAggregation<Key>& aggregation() const { return aggregation_; }

    // A route may be sent that has not been, with attributes like these: true if it has a place, or
    // else it waits for one, or is left out for an aggregate.
    bool admit(NeighborState& to, EntryId id, AttributeId wanted) {
        const bool unlimited = !to.settings.limit_out[kFamily];
        return unlimited || to.out[kFamily].granted.test(id) || admit_limited(to, id, wanted);
    }

    // A route is not to be sent (any more), so its place is free.
    void dismiss(NeighborState& to, EntryId id);

    // A route was sent: what it was granted is used.
    void sent(NeighborState& to, EntryId id);

    // The same where there are aggregates.
    void announced(NeighborState& to, EntryId id, AttributeId with) {
        aggregation_.announced(to, id, with);
    }

    // Grants places and takes them away, once a whole table has been looked at. `withdrawn` must be
    // withdrawn before anything else is sent.
    void choose(NeighborState& to, std::vector<EntryId>& withdrawn);

    void settings_changed(NeighborState& to);
    void order_changed(NeighborState& to);  // of the configured networks

    // Tells its owner where the limit is near, and that all fit again.
    void report(NeighborState& to);

    // Goes on with the orders that are being built; returns how much of the budget is left.
    std::size_t run(std::size_t budget);
    bool has_work() const;

private:
    bool admit_limited(NeighborState& to, EntryId id, AttributeId wanted);
    OutOrder::Place place(const NeighborState& to, EntryId id) const;
    void grant(AdjRibOut& state, EntryId id);
    void grant_all(AdjRibOut& state);
    void take_back_grants(AdjRibOut& state);
    void evict(AdjRibOut& state, EntryId id, std::vector<EntryId>& withdrawn);
    void choose_among(NeighborState& to, bool ready, std::vector<EntryId>& withdrawn);
    void choose_in_order(NeighborState& to, bool grants, std::vector<EntryId>& withdrawn);
    void report_full(NeighborState& to);
    void report_fits(NeighborState& to);
    std::uint32_t room(const NeighborState& to) const;
    std::size_t taken(const NeighborState& to) const;
    void build(NeighborState& to);
    void visit(NeighborState& to, EntryId id);

    RibShared& shared_;
    LocRib<Key>& loc_rib_;
    OutRanks<Key> ranks_;
    OutAggregation<Key> aggregation_{shared_, loc_rib_, ranks_};
};

}  // namespace dx::bgp
