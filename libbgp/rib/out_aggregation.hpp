// When a neighbor is sent aggregates instead of what they cover, and in which order, so that
// neither the limit is exceeded nor a covered route is out of reach for a moment. RFC 4271 9.2.2.2.
//
// Each configured aggregate has a place of its own, which no other route gets. So there is always
// one beside the routes: the aggregates go out before what they cover is withdrawn, and on the way
// back they stay until the routes themselves are out.
#pragma once

#include <vector>

#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/out_places.hpp"
#include "libbgp/rib/out_ranks.hpp"

namespace dx::bgp {

template <class Key>
class OutAggregation {
public:
    static constexpr net::Family kFamily = Key::kFamily;

    OutAggregation(RibShared& shared, LocRib<Key>& loc_rib, const OutRanks<Key>& ranks)
        : shared_(shared), loc_rib_(loc_rib), ranks_(ranks) {}

    // --- Sessions and settings.
    void session_up(NeighborState& to);
    void session_down(AdjRibOut& state);

    // What was left out waits as if there were no aggregates, until all is counted anew.
    void settings_changed(NeighborState& to);

    // --- Only where there are aggregates (AdjRibOut::aggregates), all that follows.

    // An aggregate's entry has a place of its own, whatever is sent for it.
    bool is_aggregate(const NeighborState& to, EntryId id) const;
    bool admit_aggregate(NeighborState& to, EntryId id);

    // A route that may be sent: counts it. True: it is left out for an aggregate.
    bool represents(NeighborState& to, EntryId id, AttributeId wanted);

    void announced(NeighborState& to, EntryId id, AttributeId with);

    // Nothing is to be sent for the entry any more. True: it had been left out.
    bool dismiss(NeighborState& to, EntryId id);

    // The aggregate that is to be sent for what it covers; null: none.
    OutAggregate* wanted(const NeighborState& to, EntryId id) const;

    // --- The choice of OutLimit.

    // Before it. False: what is covered is not yet left out, so nobody else gets its places.
    bool prepare(NeighborState& to, std::vector<EntryId>& withdrawn);

    // After the choice: what was kept until other routes are out goes if they are. `freed`: places
    // become free, for which an aggregate may be waiting.
    void finish(NeighborState& to, bool freed);

private:
    net::Prefix prefix(EntryId id) const { return loc_rib_.table()[id].key().prefix(); }

    OutAggregate* own(const NeighborState& to, EntryId id) const;
    std::vector<OutAggregate> configured(const NeighborState& to);
    void inherit(AdjRibOut& state, OutAggregate&& old, OutAggregates& now);
    void begin(NeighborState& to, std::size_t wanted);
    void end(NeighborState& to, std::size_t wanted);
    void admit_again(NeighborState& to);
    void represent(NeighborState& to, std::vector<EntryId>& withdrawn);
    void leave_out(NeighborState& to, EntryId id, std::vector<EntryId>& withdrawn);
    void refuse(NeighborState& to, OutAggregate& aggregate);
    void stop_lingering(NeighborState& to);
    void report(const NeighborState& to, std::size_t wanted) const;

    RibShared& shared_;
    LocRib<Key>& loc_rib_;
    const OutRanks<Key>& ranks_;
};

}  // namespace dx::bgp
