// Adj-RIB-In of one family: what neighbors announce becomes paths of the table, after the import
// rules and under the limit. RFC 4271 3.2, 9. Which paths of a neighbor count is told by Inbound
// (neighbor_state.hpp), without touching them.
#pragma once

#include <optional>

#include "libbgp/rib/import_run.hpp"
#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

template <class Key>
class AdjRibIn {
public:
    static constexpr net::Family kFamily = Key::kFamily;

    AdjRibIn(RibShared& shared, LocRib<Key>& loc_rib) : shared_(shared), loc_rib_(loc_rib) {}

    void announce(NeighborState& from, const NlriView& prefixes, const PathAttributes& attributes,
                  RouteTime now);
    void withdraw(NeighborState& from, const NlriView& prefixes);
    void fetch_ahead(const NlriView& prefixes) const;  // see Rib

    // As if the path had just been received, but it keeps its age and generation. `run` may serve
    // for the next one too.
    void import_again(NeighborState& from, EntryId id, Path& path, std::optional<ImportAgain>& run);

    // What the limit keeps out could be let in.
    bool has_room_again(const NeighborState& from) const;

private:
    struct Arrival {  // what is known of a path before its limit is checked
        AttributeId received;
        AttributeId imported;
        PathState state;
        RouteTime now;
        std::uint8_t generation;
    };

    void place(NeighborState& from, EntryId id, const Arrival& arrival);
    PathState limited(NeighborState& from, const Arrival& arrival, PathState before);
    void report_near(NeighborState& from, const PrefixLimitIn& limit);

    RibShared& shared_;
    LocRib<Key>& loc_rib_;
};

}  // namespace dx::bgp
