// Adj-RIB-In and Loc-RIB of one family: paths in, best paths out. RFC 4271 3.2, 9.1.
//
// Whatever may change a decision marks the prefix dirty; `run` decides what is dirty. What concerns
// many prefixes (a session ended, a policy was replaced, a next hop went) is a task that walks the
// table in slices. Tells neighbors only by setting a bit in their Adj-RIB-Out.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "libbgp/rib/rib_core.hpp"
#include "libbgp/rib/route_table.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

class ImportRun;

template <class Key>
class LocRib {
public:
    using Entry = RouteEntry<Key>;
    static constexpr net::Family kFamily = Key::kFamily;

    explicit LocRib(RibShared& shared)
        : shared_(shared), table_(mix_hash(Key::kBits, shared.settings.hash_seed)) {}

    // --- Routes in.
    void announce(NeighborState& from, const NlriView& prefixes, const PathAttributes& attributes,
                  RouteTime now);
    void withdraw(NeighborState& from, const NlriView& prefixes);
    // `attributes`: none if a policy refused it. True: its place in the configuration has changed.
    bool originate(const LocalRoute& route, const std::optional<PathAttributes>& attributes,
                   RouteTime now);
    void withdraw_local(LocalSource source, const Key& key);

    // --- What concerns many: queued.
    void sweep(NeighborState& from);  // paths of generations that are dead
    void import_again(NeighborState& from);
    void next_hop_changed(NextHopId next_hop);
    void decide_all();

    // --- Work. Returns how much of the budget is left; 0 does not mean that there is more.
    std::size_t run(std::size_t budget);

    bool has_work() const { return !dirty_.empty() || !tasks_.empty(); }

    // Decides now where that is due, so that no peer is told what is no longer so.
    void settle(EntryId id);
    void free_if_unused(EntryId id);

    // --- For export and queries.
    const RouteTable<Key>& table() const { return table_; }

    RouteTable<Key>& table() { return table_; }

    std::uint64_t version() const { return version_; }

    // Place in the configuration of a network of ours; UINT32_MAX: none.
    std::uint32_t configured_rank(const Key& key) const;

    Candidate candidate(const Path& path) const;

private:
    enum class TaskKind : std::uint8_t { Sweep, Import, RefillLimit, NextHop, DecideAll };

    // A walk over all entries; asked for again, it goes round once more from where it is.
    struct Task {
        TaskKind kind;
        std::uint32_t subject;  // a NeighborId or NextHopId
        EntryId next;
        EntryId left;
    };

    struct Arrival {  // what is known of a path before its limit is checked
        AttributeId received;
        AttributeId imported;
        PathState state;
        RouteTime now;
    };

    void place(NeighborState& from, EntryId id, const Arrival& arrival);
    void place_local(LocalSource source, const Key& key, const PathAttributes& attributes,
                     RouteTime now);
    void remove(EntryId id, Path& path);
    void release(Path& path);
    PathState limited(NeighborState& from, PathState state);
    void refill(NeighborState& from);
    void mark_dirty(EntryId id);
    void decide(EntryId id);

    void schedule(TaskKind kind, std::uint32_t subject);
    bool work_on(Task& task, std::size_t& credit);
    bool visit(const Task& task, EntryId id, std::optional<ImportRun>& import);
    void sweep_now(NeighborState& from);
    void import_path(NeighborState& from, EntryId id, Path& path, std::optional<ImportRun>& import);

    void assign_roles(Entry& entry, const Decision& decision);
    ForwardingSetId forwarding_for(const Decision& decision);
    void tell_neighbors(EntryId id);

    RibShared& shared_;
    RouteTable<Key> table_;
    std::deque<EntryId> dirty_;
    std::vector<Task> tasks_;
    std::map<Key, std::uint32_t> ranks_;
    std::uint64_t version_ = 0;

    // Reused from one decision to the next.
    std::vector<Path*> paths_;
    std::vector<Candidate> candidates_;
    ForwardingSets::Key hops_;
};

}  // namespace dx::bgp
