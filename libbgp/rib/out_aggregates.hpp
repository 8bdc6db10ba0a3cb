// The aggregates that one neighbor may be sent of one family instead of what they cover: which
// they are, how many routes each covers, and what is left out for them. Knows prefixes and entry
// numbers: when to use them is OutAggregation's, what they look like Exporter's.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/bitmap.hpp"
#include "libbgp/rib/route_table.hpp"

namespace dx::bgp {

struct OutAggregate {
    net::Prefix prefix;
    EntryId id = 0;                         // held while it stands here
    std::array<std::uint32_t, 3> covers{};  // routes that may be sent, by their ORIGIN
    AttributeRef made;                      // as an aggregate; empty: not asked for, or refused
    bool refused = false;                   // the export policy does, or it fits in no message
    bool waits = false;                     // for a place

    std::uint32_t covered() const { return covers[0] + covers[1] + covers[2]; }

    // RFC 4271 9.2.2.2: INCOMPLETE if one of the routes is, else EGP if one is.
    Origin origin() const;
};

class OutAggregates {
public:
    // None of them within another.
    explicit OutAggregates(std::vector<OutAggregate> configured);

    // The one that is this prefix, or that contains it; null: none.
    OutAggregate* around(const net::Prefix& prefix);
    OutAggregate* at(const net::Prefix& prefix);

    // The one with this entry, also one that is leaving; null: none.
    const OutAggregate* with(EntryId id) const;

    // A route within `by` may be sent, and has this ORIGIN. True, of both: `by` becomes another.
    bool count(OutAggregate& by, EntryId id, Origin origin);
    bool forget(OutAggregate& by, EntryId id);

    // The first route at or behind `from` that is counted and not left out; 0: none.
    EntryId next_unrepresented(EntryId from) const;

    std::size_t memory_bytes() const;

    std::vector<OutAggregate> all;      // as configured, in order
    std::vector<OutAggregate> leaving;  // were configured and stay until the routes themselves went
    Bitmap represented;                 // may be sent, and left out for an aggregate that was sent
    EntryId next = 1;                   // where the walk that leaves out goes on
    bool in_use = false;                // what is covered is left out
    bool lingering = false;             // what was sent stays until the routes themselves went

private:
    std::array<Bitmap, 3> by_origin_;
};

}  // namespace dx::bgp
