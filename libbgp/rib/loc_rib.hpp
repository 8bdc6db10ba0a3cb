// Loc-RIB of one family: the table of all paths, which of them are best, and who has to hear of it.
// RFC 4271 3.2, 9.1.
//
// Whatever may change a decision marks the prefix dirty; `run` decides what is dirty. How paths
// come in is the business of AdjRibIn and LocalRoutes. Neighbors are told by a bit in their
// Adj-RIB-Out.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "libbgp/rib/rib_shared.hpp"
#include "libbgp/rib/route_table.hpp"

namespace dx::bgp {

// A neighbor's path as the decision process sees it: all of the candidate but the next hop's
// number.
void describe_learnt(Candidate& candidate, const NeighborState& from, const RibNeighbor& settings,
                     PackedAttributes imported, const NextHopState& next_hop);

template <class Key>
class LocRib {
public:
    using Entry = RouteEntry<Key>;
    static constexpr net::Family kFamily = Key::kFamily;

    explicit LocRib(RibShared& shared)
        : shared_(shared), table_(net::mix_hash(Key::kBits, shared.settings.hash_seed)) {}

    const RouteTable<Key>& table() const { return table_; }

    RouteTable<Key>& table() { return table_; }

    std::uint64_t version() const { return version_; }

    void mark_dirty(EntryId id) {
        auto& entry = table_[id];
        if (entry.dirty) return;
        entry.dirty = true;
        dirty_.push_back(id);
    }

    // A path's attributes are its users' in the pool.
    void hold_attributes(const Path& path) {
        shared_.attributes.hold(path.received);
        shared_.attributes.hold(path.imported);
    }

    void drop_attributes(const Path& path) {
        shared_.attributes.drop(path.received);
        shared_.attributes.drop(path.imported);
    }

    void remove_path(EntryId id, Path& path);

    // For as long as an Adj-RIB-Out knows the entry, its number must not come to mean another one.
    void hold(EntryId id) { ++table_[id].holders; }

    void release(EntryId id) {
        --table_[id].holders;
        free_if_unused(id);
    }

    // Decides what is dirty; returns how much of the budget is left.
    std::size_t run(std::size_t budget);

    bool has_work() const { return !dirty_.empty(); }

    std::size_t undecided() const { return dirty_.size(); }

    // Decides now where that is due, so that no peer is told what is no longer so.
    void settle(EntryId id);

    Candidate candidate(const Path& path) const;

private:
    void decide(EntryId id);
    bool take_only(Entry& entry);
    bool take_best(Entry& entry);
    void set_role(Path& path, PathRole role);
    void assign_roles(Entry& entry, const Decision& decision);
    ForwardingSetId forwarding_for(const Decision& decision);
    void weigh_by_bandwidth(const Decision& decision);
    void tell_neighbors(EntryId id);
    void free_if_unused(EntryId id);

    RibShared& shared_;
    RouteTable<Key> table_;
    std::deque<EntryId> dirty_;
    std::uint64_t version_ = 0;

    // Reused from one decision to the next.
    std::vector<Path*> paths_;
    std::vector<Candidate> candidates_;
    ForwardingSets::Key hops_;
};

}  // namespace dx::bgp
