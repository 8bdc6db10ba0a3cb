// One step of a ChangeEffect over one family's table. What is looked up here is good for that step
// only: a neighbor may be gone at the next.
#pragma once

#include <vector>

#include "libbgp/rib/effect_exports.hpp"
#include "libbgp/rib/import_rules.hpp"

namespace dx::bgp {

template <class Key>
class EffectWalk {
public:
    EffectWalk(const RibShared& shared, const LocRib<Key>& loc_rib,
               const LocalRoutes<Key>& local_routes, ChangeEffect& effect);

    void run(std::size_t max);  // looks at so many prefixes at most

private:
    static constexpr net::Family kFamily = Key::kFamily;

    // A path as it would be, in its entry or out of our own routes.
    struct Option {
        NeighborId from = kLocalRoutes;
        AttributeId unchanged = kNoAttributes;  // as in the table
        std::vector<std::uint32_t> packed;      // else these
    };

    void begin_counting();
    void count(EntryId id);
    void end_counting();
    void visit(const Key& key, EntryId id);
    void consider_learnt(EntryId id, const Path& path);
    void consider_changed(EntryId id, const Path& path, const NeighborState& from,
                          const RibNeighbor& settings);
    ImportResult imported(EntryId id, const Path& path, const PathAttributes& received,
                          const NeighborState& from, const RibNeighbor& settings) const;
    bool is_kept_out(EntryId id, const Path& path, const NeighborState& from) const;
    void consider_own(const net::Prefix& prefix, const std::vector<Path>& now);
    void keep(const Path& path);
    void add(Option option, const Candidate& candidate);
    PackedAttributes attributes_of(const Option& option) const;

    NeighborEffect& effect_of(NeighborId id) { return effect_.effects_[kFamily][id]; }

    const RibShared& shared_;
    const LocRib<Key>& loc_rib_;
    ChangeEffect& effect_;
    const Proposal& proposal_;
    ChangeEffect::Progress& progress_;
    EffectExports<Key> exports_;

    // Of the prefix that is looked at.
    std::vector<Option> options_;
    std::vector<Candidate> candidates_;
    bool touched_ = false;  // something about its paths would be different
    DecisionProcess decision_;
};

}  // namespace dx::bgp
