#include "libbgp/rib/out_places.hpp"

#include <algorithm>

namespace dx::bgp {

std::size_t taken(const AdjRibOut& state) {
    auto taken = state.places_taken();
    for (const auto* those : {&state.aggregates->all, &state.aggregates->leaving})
        for (const auto& aggregate : *those)
            taken -=
                state.sent_to(aggregate.id) != kNoAttributes || state.granted.test(aggregate.id);
    return taken;
}

std::uint32_t room(const AdjRibOut& state, std::uint32_t max) {
    const auto own = std::max(state.aggregates->all.size(), state.places_taken() - taken(state));
    return max - static_cast<std::uint32_t>(std::min<std::size_t>(max, own));
}

std::uint32_t kept_free(std::uint32_t places) {
    return std::max(places / 10, 1U);
}

bool all_left_out(const AdjRibOut& state) {
    std::size_t covered = 0;
    for (const auto& aggregate : state.aggregates->all) {
        if (!aggregate.covered() || aggregate.refused) continue;
        if (state.sent_to(aggregate.id) == kNoAttributes) return false;
        covered += aggregate.covered();
    }
    return covered == state.aggregates->represented.count();
}

AttributeId kept(const AdjRibOut& state, EntryId id) {
    const auto& aggregates = *state.aggregates;
    if (!aggregates.lingering) return kNoAttributes;
    const auto* aggregate = aggregates.with(id);
    const bool sent =
        aggregate != nullptr && aggregate->made && state.sent_to(id) == aggregate->made.id();
    return sent ? aggregate->made.id() : kNoAttributes;
}

bool nothing_to_linger_for(const AdjRibOut& state, std::uint32_t max) {
    const auto& aggregates = *state.aggregates;
    const bool in_the_way = std::ranges::any_of(aggregates.all, &OutAggregate::waits) &&
                            state.places_taken() >= max && taken(state) <= room(state, max);
    const bool all_out = state.granted.empty() && !state.order.building() &&
                         (!aggregates.in_use || all_left_out(state));
    return in_the_way || all_out;
}

}  // namespace dx::bgp
