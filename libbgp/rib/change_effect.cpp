#include "libbgp/rib/change_effect.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "libbgp/rib/effect_walk.hpp"
#include "libbgp/rib/rib_core.hpp"

namespace dx::bgp {

const RibNeighbor& Proposal::of(const NeighborState& neighbor) const {
    const auto found = settings.find(neighbor.id);
    return found == settings.end() ? neighbor.settings : found->second;
}

ChangeEffect::ChangeEffect(Proposal proposal) : proposal_(std::move(proposal)) {
    if (!proposal_.local) return;
    for (const auto& route : *proposal_.local)
        if (auto attributes = attributes_of(route))
            own_[route.prefix.family()][route.prefix].push_back(
                {route.source, route.rank, *std::move(attributes)});
}

const NeighborEffect& ChangeEffect::of(NeighborId id, net::Family family) const {
    static const NeighborEffect kNone;
    const auto found = effects_[family].find(id);
    return found == effects_[family].end() ? kNone : found->second;
}

bool Rib::predict(ChangeEffect& effect, std::size_t max) const {
    const auto is_done = [&](net::Family family) { return effect.progress_[family].done; };
    const auto* const family = std::ranges::find_if_not(kFamilies, is_done);
    if (family == std::end(kFamilies)) return false;
    core_->with(*family, [&]<class Key>(const FamilyTables<Key>& tables) {
        EffectWalk<Key>(core_->shared, tables.loc_rib, tables.local_routes, effect).run(max);
    });
    return !std::ranges::all_of(kFamilies, is_done);
}

}  // namespace dx::bgp
