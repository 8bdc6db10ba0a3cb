// What one neighbor has been sent of one family, and what is to be looked at again for it. Knows
// entries only by number: rules, order and encoding are FamilyRib's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/bitmap.hpp"
#include "libbgp/rib/route_table.hpp"

namespace dx::bgp {

// Who goes first where not all may: the lower one.
struct OutRank {
    std::uint32_t first = 0;  // the length, or the place in the configuration
    net::Prefix prefix;

    friend auto operator<=>(const OutRank&, const OutRank&) = default;
};

struct AdjRibOut {
    std::vector<AttributeId> sent;  // by entry, grown on demand; each one held in the pool
    Bitmap pending;                 // to be looked at by `fill`; the latest change wins
    Bitmap resend;                  // asked for by a refresh: sent even where nothing has changed
    EntryId cursor = 1;             // where `fill` goes on; a wrap completes a dump

    // With a limit: a route that may go waits in `held_back` until it is chosen, in `granted` from
    // then until it has been sent. advertised + granted <= max, always.
    Bitmap held_back;
    Bitmap granted;
    bool choose = false;           // something that matters for the choice has changed
    std::optional<OutRank> worst;  // the last of those chosen, while all places are taken
    bool near_reported = false;
    bool full_reported = false;

    bool end_of_rib_due = false;  // RFC 4724, once `cursor` wraps
    bool refresh_due = false;     // a refresh waits for the End-of-RIB (RFC 7313 4)
    bool refreshing = false;      // BoRR sent, EoRR due at the wrap
    std::uint32_t advertised = 0;
    std::uint32_t unsendable = 0;

    AttributeId sent_to(EntryId id) const { return id < sent.size() ? sent[id] : kNoAttributes; }

    bool idle() const {
        return pending.empty() && !choose && !end_of_rib_due && !refresh_due && !refreshing;
    }

    std::size_t memory_bytes() const {
        return sent.capacity() * sizeof(AttributeId) + pending.memory_bytes() +
               resend.memory_bytes() + held_back.memory_bytes() + granted.memory_bytes();
    }
};

}  // namespace dx::bgp
