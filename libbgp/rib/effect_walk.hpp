// One step of a ChangeEffect over one family's table. What is looked up here is good for that step
// only: a neighbor may be gone at the next.
#pragma once

#include <vector>

#include "libbgp/rib/change_effect.hpp"
#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/local_routes.hpp"

namespace dx::bgp {

template <class Key>
class EffectWalk {
public:
    EffectWalk(const RibShared& shared, const LocRib<Key>& loc_rib,
               const LocalRoutes<Key>& local_routes, ChangeEffect& effect);

    void run(std::size_t max);  // looks at so many prefixes at most

private:
    static constexpr net::Family kFamily = Key::kFamily;

    // A neighbor with a session, and the rules that it would have.
    struct Receiver {
        const NeighborState* neighbor;
        const RibNeighbor* settings;
        ExportRules rules;
        bool gone;
        bool same_rules;  // for routes that stay as they are
    };

    // A path as it would be, in its entry or out of our own routes.
    struct Option {
        NeighborId from = kLocalRoutes;
        AttributeId unchanged = kNoAttributes;  // as in the table
        std::vector<std::uint32_t> packed;      // else these
    };

    // What a neighbor would be sent of a prefix, and has been.
    struct Outcome {
        bool wanted = false;
        bool sent = false;
        bool same = false;  // with the same attributes
        Origin origin{};    // of what is wanted
    };

    const RibNeighbor& settings_of(const NeighborState& neighbor) const;
    ExportSource source_of(NeighborId id) const;

    void visit(const Key& key, EntryId id);
    void consider_learnt(const Key& key, const Path& path);
    void consider_changed(const Key& key, const Path& path, const NeighborState& from,
                          const RibNeighbor& settings);
    void consider_own(const net::Prefix& prefix, const std::vector<Path>& now);
    void keep(const Path& path);
    void add(Option option, const Candidate& candidate);
    PackedAttributes attributes_of(const Option& option) const;

    void compare_exports(const Key& key, EntryId id);
    static bool has_aggregates(const Receiver& to);
    void compare_export(const Receiver& to, const Key& key, EntryId id, const Option* best);
    std::optional<PathAttributes> exported(const Receiver& to, const Key& key,
                                           const Option& best) const;
    std::optional<PathAttributes> exported(const Receiver& to, ExportRoute route,
                                           NeighborId from) const;
    void count_out(const Receiver& to, const Key& key, const Outcome& outcome);
    std::uint32_t configured_rank(const Key& key) const;
    OutForecast& forecast_for(const Receiver& to);
    void finish();
    void finish_aggregates(const Receiver& to);
    OutForecast::Made made(const Receiver& to, const net::Prefix& aggregate, Origin origin) const;

    NeighborEffect& effect_of(NeighborId id) { return effect_.effects_[kFamily][id]; }

    const RibShared& shared_;
    const LocRib<Key>& loc_rib_;
    const LocalRoutes<Key>& local_routes_;
    ChangeEffect& effect_;
    const Proposal& proposal_;
    ChangeEffect::Progress& progress_;
    std::vector<Receiver> receivers_;
    bool sources_changed_ = false;  // what exports ask of the neighbors that routes are from

    // Of the prefix that is looked at.
    std::vector<Option> options_;
    std::vector<Candidate> candidates_;
    bool touched_ = false;  // something about its paths would be different
    DecisionProcess decision_;
};

}  // namespace dx::bgp
