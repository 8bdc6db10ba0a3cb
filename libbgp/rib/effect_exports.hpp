// What neighbors would be sent if a change were made: the half of an EffectWalk that knows the
// rules for exports, the limits out and their aggregates. How the best path comes about is the
// walk's.
#pragma once

#include <optional>
#include <vector>

#include "libbgp/rib/change_effect.hpp"
#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/local_routes.hpp"

namespace dx::bgp {

template <class Key>
class EffectExports {
public:
    // The best path as it would be.
    struct Best {
        NeighborId from;
        PackedAttributes attributes;
    };

    EffectExports(const RibShared& shared, const LocRib<Key>& loc_rib,
                  const LocalRoutes<Key>& local_routes, ChangeEffect& effect);

    // Each prefix once. `best` may be null; `touched`: something about its paths would be
    // different.
    void compare(const Key& key, EntryId id, const Best* best, bool touched);

    void finish();  // after all of them

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

    // What a neighbor would be sent of a prefix, and has been.
    struct Outcome {
        bool wanted = false;
        bool sent = false;
        bool same = false;  // with the same attributes
        Origin origin{};    // of what is wanted
    };

    ExportSource source_of(NeighborId id) const;
    static bool has_aggregates(const Receiver& to);
    Outcome outcome(const Receiver& to, const Key& key, EntryId id, const Best* best,
                    bool touched) const;
    std::optional<PathAttributes> exported(const Receiver& to, const Key& key,
                                           const Best& best) const;
    std::optional<PathAttributes> exported(const Receiver& to, ExportRoute route,
                                           NeighborId from) const;
    void count(const Receiver& to, const Key& key, const Outcome& outcome);
    std::uint32_t configured_rank(const Key& key) const;
    OutForecast& forecast_for(const Receiver& to);
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
};

}  // namespace dx::bgp
