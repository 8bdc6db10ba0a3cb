// What concerns many prefixes of one family: a session ended, a policy was replaced, a next hop
// went. Each is a walk over the table, done in slices.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libbgp/rib/adj_rib_in.hpp"

namespace dx::bgp {

template <class Key>
class TableTasks {
public:
    static constexpr net::Family kFamily = Key::kFamily;

    TableTasks(RibShared& shared, LocRib<Key>& loc_rib, AdjRibIn<Key>& adj_rib_in)
        : shared_(shared), loc_rib_(loc_rib), adj_rib_in_(adj_rib_in) {}

    void sweep(NeighborState& from);         // removes paths of generations that are dead
    void import_again(NeighborState& from);  // all that it has sent
    void refill(NeighborState& from);        // where there is room again under its limit
    void next_hop_changed(NextHopId next_hop);
    void decide_all();

    // At once, of a neighbor that restarts for ever; nothing unless it has to be (Inbound).
    void merge_generations(NeighborState& from);

    // Returns how much of the budget is left.
    std::size_t run(std::size_t budget);

    bool has_work() const { return !tasks_.empty(); }

private:
    enum class Kind : std::uint8_t { Sweep, Import, Refill, NextHop, DecideAll };

    // A walk over all entries; asked for again, it goes round once more from where it is.
    struct Task {
        Kind kind;
        std::uint32_t subject;  // a NeighborId or NextHopId
        EntryId next;
        EntryId left;
    };

    void schedule(Kind kind, std::uint32_t subject);
    void sweep_now(NeighborState& from);
    bool work_on(Task& task, std::size_t& credit);
    bool visit(const Task& task, EntryId id, std::optional<ImportAgain>& import);
    bool visit_next_hop(NextHopId changed, EntryId id);
    bool visit_path(const Task& task, EntryId id, std::optional<ImportAgain>& import);

    RibShared& shared_;
    LocRib<Key>& loc_rib_;
    AdjRibIn<Key>& adj_rib_in_;
    std::vector<Task> tasks_;
};

}  // namespace dx::bgp
