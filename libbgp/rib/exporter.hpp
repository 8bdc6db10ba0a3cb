// Adj-RIB-Out of one family: what each neighbor is to be told, as UPDATEs. RFC 4271 9.1.3, 9.2;
// RFC 4724 (End-of-RIB), RFC 7313 (demarcation).
//
// Nothing is computed before the neighbor's socket takes it: `fill` looks at pending prefixes as
// they are then, compares with what was sent, and packs those with the same attributes together.
// Neighbors of one update group share what becomes of a set of attributes, and its wire form.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "libbgp/rib/exported_attributes.hpp"
#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/out_limit.hpp"
#include "libbgp/wire/message.hpp"

namespace dx::bgp {

template <class Key>
class Exporter {
public:
    static constexpr net::Family kFamily = Key::kFamily;

    Exporter(RibShared& shared, LocRib<Key>& loc_rib, OutLimit<Key>& limit)
        : shared_(shared), loc_rib_(loc_rib), limit_(limit), exported_(shared) {}

    void session_up(NeighborState& to);  // everything, and End-of-RIB
    void session_down(NeighborState& to);

    void refresh(NeighborState& to);           // everything, even what has not changed
    void settings_changed(NeighborState& to);  // what comes out different now

    // Appends messages until `out` is `end` bytes long, nothing is left, or so many prefixes have
    // been looked at that it is the others' turn.
    void fill(NeighborState& to, Buffer& out, std::size_t end);

    // Lets go of what ended sessions had been sent; returns how much of the budget is left.
    std::size_t run(std::size_t budget);

    bool has_work() const { return !ended_.empty(); }

private:
    struct Announcement {
        AttributeId attributes;
        EntryId id;
        bool resend;
    };

    // What a neighbor is to have of the routes with these attributes from there: prefixes that were
    // learnt together mostly lie together.
    struct Wanted {
        AttributeId in = kNoAttributes;
        NeighborId from{};
        AttributeRef out;  // empty: nothing
    };

    struct Batch {
        std::vector<EntryId> withdrawn;
        std::vector<Announcement> announced;
        std::vector<AttributeRef> held;  // what `announced` names, while it does
        Wanted last;
        AttributeRef aggregate;  // what `evaluate_aggregate` gave last
    };

    bool collect(NeighborState& to);
    void plan(NeighborState& to, EntryId id);
    const AttributeRef& evaluate(NeighborState& to, EntryId id);
    const AttributeRef& evaluate_aggregate(NeighborState& to, EntryId id);

    bool send(NeighborState& to, Buffer& out, std::size_t end);
    void send_withdrawals(NeighborState& to, Buffer& out);
    void announce(NeighborState& to, std::span<const Announcement> group, Buffer& out);
    template <class Those, class IdOf>
    NlriView nlri_of(const Those& those, IdOf id_of);
    void set_sent(AdjRibOut& state, EntryId id, AttributeId now);

    bool at_wrap(NeighborState& to, Buffer& out);
    void start_refresh(NeighborState& to, Buffer& out);
    void mark_all(NeighborState& to);

    struct Ended {  // what a session had, until it is let go
        AdjRibOut had;
        EntryId next = 1;
    };

    void let_go(const AdjRibOut& had, EntryId id);

    RibShared& shared_;
    LocRib<Key>& loc_rib_;
    OutLimit<Key>& limit_;
    ExportedAttributes<Key> exported_;
    std::deque<Ended> ended_;
    Batch batch_;
    Buffer nlri_;
};

}  // namespace dx::bgp
