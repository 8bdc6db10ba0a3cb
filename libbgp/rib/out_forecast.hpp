// What becomes of the prefixes of a neighbor that has aggregates, once all has come to rest:
// whether those are in use, and who has the places. The rules are those of OutAggregation and
// OutLimit; here they are applied to a whole table that is told one prefix after another. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include "libbgp/rib/effect_counts.hpp"
#include "libbgp/rib/out_aggregates.hpp"
#include "libbgp/rib/out_order.hpp"

namespace dx::bgp {

class OutForecast {
public:
    struct Entry {
        OutRank rank;
        Origin origin{};  // of the route that is wanted
        bool wanted = false;
        bool sent = false;
        bool same = false;  // with the same attributes

        friend bool operator<(const Entry& a, const Entry& b) { return a.rank < b.rank; }
    };

    // Of an aggregate that covers routes of this ORIGIN.
    struct Made {
        bool wanted = false;  // false: the rules refuse it
        bool same = false;    // as it has been sent
    };

    using Make = std::function<Made(const net::Prefix& aggregate, Origin origin)>;

    // `limit` has aggregates.
    OutForecast(const PrefixLimitOut& limit, bool in_use_now);

    // Each prefix once, those of the aggregates included.
    void add(const Entry& entry);

    EffectCounts result(const Make& make) const;

    // False: so many are aggregated or not as it was before, and that may change on the way, where
    // more or fewer are wanted for a moment. The result holds if it does not.
    bool certain() const;

private:
    // Who wants a place. `best` are as many as there are places.
    struct Contest {
        std::set<Entry> best;
        std::uint32_t lost = 0;  // of those sent so far

        void add(const Entry& entry, std::size_t places);
    };

    struct Aggregate {
        OutAggregate of;
        Entry own;  // of its own prefix
        Contest covered;
        std::uint32_t sent = 0;  // of what it covers
    };

    bool in_use() const;

    std::uint32_t places_ = 0;  // for routes
    bool in_use_now_ = false;
    std::uint32_t wanted_ = 0;  // of those
    std::map<net::Prefix, Aggregate> aggregates_;
    Contest uncovered_;
    EffectCounts unwanted_;
    EffectCounts if_all_go_;
};

}  // namespace dx::bgp
