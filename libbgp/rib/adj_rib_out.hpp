// What one neighbor has been sent of one family, and what is to be looked at again for it. Knows
// entries only by number: rules, order and encoding are Exporter's, OutLimit's and
// OutAggregation's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/bitmap.hpp"
#include "libbgp/rib/out_aggregates.hpp"
#include "libbgp/rib/out_order.hpp"
#include "libbgp/rib/route_table.hpp"

namespace dx::bgp {

// Each entry that stands in `sent`, `held_back`, `granted` or OutAggregates::represented is held
// there (LocRib::hold).
struct AdjRibOut {
    std::vector<AttributeId> sent;  // by entry, grown on demand; each one held in the pool
    Bitmap pending;                 // to be looked at by `fill`; the latest change wins
    Bitmap resend;                  // asked for by a refresh: sent even where nothing has changed
    EntryId cursor = 1;             // where `fill` goes on; a wrap completes a dump

    // With a limit: a route that may go waits in `held_back` until it is chosen, in `granted` from
    // then until it has been sent. advertised + granted <= max, always.
    Bitmap held_back;
    Bitmap granted;
    OutOrder order;
    std::unique_ptr<OutAggregates> aggregates;  // none: nothing stands in for the routes
    bool choose = false;                        // something that matters for the choice has changed
    bool near_reported = false;
    std::optional<std::uint32_t> full_at;  // the limit last told as reached; none: all fit since

    bool end_of_rib_due = false;  // RFC 4724, once `cursor` wraps
    bool refresh_due = false;     // a refresh waits for the End-of-RIB (RFC 7313 4)
    bool refreshing = false;      // BoRR sent, EoRR due at the wrap
    std::uint32_t advertised = 0;
    std::uint32_t unsendable = 0;

    AttributeId sent_to(EntryId id) const { return id < sent.size() ? sent[id] : kNoAttributes; }

    // May be sent, and is left out for an aggregate.
    std::size_t represented() const { return aggregates ? aggregates->represented.count() : 0; }

    bool empty() const {
        return advertised == 0 && held_back.empty() && granted.empty() && represented() == 0;
    }

    std::size_t places_taken() const { return advertised + granted.count(); }

    // For `fill`. What comes at the wrap waits while the order is being built.
    bool has_output() const {
        const bool at_wrap = choose || end_of_rib_due || refresh_due || refreshing;
        return !pending.empty() || (at_wrap && !order.building());
    }

    std::size_t memory_bytes() const {
        return sent.capacity() * sizeof(AttributeId) + pending.memory_bytes() +
               resend.memory_bytes() + held_back.memory_bytes() + granted.memory_bytes() +
               (aggregates ? aggregates->memory_bytes() : 0);
    }
};

}  // namespace dx::bgp
