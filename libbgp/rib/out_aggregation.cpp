#include "libbgp/rib/out_aggregation.hpp"

#include <algorithm>
#include <utility>

namespace dx::bgp {

namespace {

constexpr int kLeftOutAtOnce = 2048;

}  // namespace

// --- Entries.

template <class Key>
bool OutAggregation<Key>::is_aggregate(const NeighborState& to, EntryId id) const {
    return own(to, id) != nullptr;
}

// By number: an entry that has died may have had the same prefix.
template <class Key>
OutAggregate* OutAggregation<Key>::own(const NeighborState& to, EntryId id) const {
    auto* aggregate = to.out[kFamily].aggregates->around(prefix(id));
    return aggregate && aggregate->id == id ? aggregate : nullptr;
}

template <class Key>
bool OutAggregation<Key>::admit_aggregate(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    if (state.places_taken() >= to.settings.limit_out[kFamily]->max) {
        own(to, id)->waits = state.choose = true;
        return false;
    }
    state.granted.set(id);
    loc_rib_.hold(id);
    return true;
}

template <class Key>
bool OutAggregation<Key>::represents(NeighborState& to, EntryId id, AttributeId wanted) {
    auto& state = to.out[kFamily];
    auto& aggregates = *state.aggregates;
    auto* by = aggregates.around(prefix(id));
    if (!by) return false;
    if (aggregates.count(*by, id, shared_.attributes[wanted].origin())) state.pending.set(by->id);
    if (aggregates.represented.test(id)) return true;
    // One that was just refused is on its way out, though it is still sent.
    const bool at_once =
        aggregates.in_use && !by->refused && state.sent_to(by->id) != kNoAttributes;
    if (!at_once || state.held_back.test(id)) return false;
    aggregates.represented.set(id);
    loc_rib_.hold(id);
    return true;
}

template <class Key>
void OutAggregation<Key>::announced(NeighborState& to, EntryId id, AttributeId with) {
    auto& state = to.out[kFamily];
    auto& aggregates = *state.aggregates;
    auto* by = aggregates.around(prefix(id));
    if (!by) return;
    if (by->id == id) {
        aggregates.next = 1;
        by->refused = false;
        state.choose = state.choose || aggregates.in_use;
    } else if (aggregates.count(*by, id, shared_.attributes[with].origin())) {
        state.pending.set(by->id);
    }
}

template <class Key>
bool OutAggregation<Key>::dismiss(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    auto& aggregates = *state.aggregates;
    auto* by = aggregates.around(prefix(id));
    if (!by) return false;
    if (by->id == id) {
        by->waits = false;
        if (wanted(to, id)) refuse(to, *by);
        return false;
    }
    if (aggregates.forget(*by, id)) state.pending.set(by->id);
    if (aggregates.in_use) state.choose = true;
    return aggregates.represented.clear(id);
}

template <class Key>
OutAggregate* OutAggregation<Key>::wanted(const NeighborState& to, EntryId id) const {
    auto* aggregate = to.out[kFamily].aggregates->in_use ? own(to, id) : nullptr;
    return aggregate && aggregate->covered() ? aggregate : nullptr;
}

// It cannot be sent: what it covers is held back, or sent, as if it were not there.
template <class Key>
void OutAggregation<Key>::refuse(NeighborState& to, OutAggregate& aggregate) {
    auto& state = to.out[kFamily];
    auto& represented = state.aggregates->represented;
    aggregate.refused = state.choose = true;
    const auto order = to.settings.limit_out[kFamily]->order;
    for (auto id = represented.next(1); id; id = represented.next(id + 1)) {
        if (!aggregate.prefix.contains(prefix(id))) continue;
        represented.clear(id);
        state.held_back.set(id);
        if (state.order.on()) state.order.add_waiting(ranks_.of(order, id));
    }
}

// --- The choice.

template <class Key>
bool OutAggregation<Key>::prepare(NeighborState& to, std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    const auto& aggregates = *state.aggregates;
    admit_again(to);
    const auto places = room(state, to.settings.limit_out[kFamily]->max);
    const auto wanted = taken(state) + state.held_back.count() + aggregates.represented.count();
    if (!aggregates.in_use && wanted > places)
        begin(to, wanted);
    else if (aggregates.in_use && wanted + kept_free(places) <= places)
        end(to, wanted);
    if (!aggregates.in_use) return true;
    represent(to, withdrawn);
    return all_left_out(state);
}

// Those that found no place, now that there may be one.
template <class Key>
void OutAggregation<Key>::admit_again(NeighborState& to) {
    auto& state = to.out[kFamily];
    if (state.places_taken() >= to.settings.limit_out[kFamily]->max) return;
    for (auto& aggregate : state.aggregates->all)
        if (std::exchange(aggregate.waits, false)) state.pending.set(aggregate.id);
}

template <class Key>
void OutAggregation<Key>::begin(NeighborState& to, std::size_t wanted) {
    auto& state = to.out[kFamily];
    auto& aggregates = *state.aggregates;
    if (aggregates.all.empty()) return;
    aggregates.in_use = true;
    aggregates.next = 1;
    for (const auto& aggregate : aggregates.all)
        if (aggregate.covered()) state.pending.set(aggregate.id);
    report(to, wanted);
}

// The routes themselves first: they have places beside the aggregates, which go when all are out.
template <class Key>
void OutAggregation<Key>::end(NeighborState& to, std::size_t wanted) {
    auto& state = to.out[kFamily];
    auto& aggregates = *state.aggregates;
    aggregates.in_use = false;
    aggregates.lingering = true;
    state.held_back.merge(aggregates.represented);
    aggregates.represented.reset();
    report(to, wanted);
}

template <class Key>
void OutAggregation<Key>::report(const NeighborState& to, std::size_t wanted) const {
    const auto& aggregates = *to.out[kFamily].aggregates;
    OutAggregationChange change;
    change.in_use = aggregates.in_use;
    change.wanted = static_cast<std::uint32_t>(wanted);
    change.max = to.settings.limit_out[kFamily]->max;
    for (const auto& aggregate : aggregates.all) {
        if (!aggregate.covered()) continue;
        change.covered += aggregate.covered();
        change.aggregates.push_back(aggregate.prefix);
    }
    shared_.events.prefix_limit_out_aggregation(to.id, kFamily, change);
}

template <class Key>
void OutAggregation<Key>::represent(NeighborState& to, std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    auto& aggregates = *state.aggregates;
    if (all_left_out(state)) return;
    for (int left = kLeftOutAtOnce; left; --left) {
        const auto id = aggregates.next_unrepresented(aggregates.next);
        aggregates.next = id + 1;
        if (!id) return;
        if (state.sent_to(aggregates.around(prefix(id))->id) != kNoAttributes)
            leave_out(to, id, withdrawn);
    }
    state.choose = true;
}

template <class Key>
void OutAggregation<Key>::leave_out(NeighborState& to, EntryId id,
                                    std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    if (state.order.on()) state.order.erase(ranks_.of(to.settings.limit_out[kFamily]->order, id));
    state.aggregates->represented.set(id);
    const bool waited = state.held_back.clear(id);
    const bool granted = state.granted.clear(id);
    if (waited || granted) return;
    loc_rib_.hold(id);
    withdrawn.push_back(id);
}

// --- The end of what was kept.

template <class Key>
void OutAggregation<Key>::finish(NeighborState& to, bool freed) {
    auto& state = to.out[kFamily];
    if (freed && std::ranges::any_of(state.aggregates->all, &OutAggregate::waits))
        state.choose = true;
    if (!state.aggregates->lingering) return;
    state.choose = true;
    const auto& limit = to.settings.limit_out[kFamily];
    if (!limit || nothing_to_linger_for(state, limit->max)) stop_lingering(to);
}

template <class Key>
void OutAggregation<Key>::stop_lingering(NeighborState& to) {
    auto& state = to.out[kFamily];
    auto& aggregates = *state.aggregates;
    aggregates.lingering = false;
    for (const auto& aggregate : aggregates.all)
        if (state.sent_to(aggregate.id) != kNoAttributes) state.pending.set(aggregate.id);
    for (const auto& aggregate : std::exchange(aggregates.leaving, {})) {
        state.pending.set(aggregate.id);
        // There may be a route for it, which is one among others now; it may have lost its place by
        // this choice.
        const bool sent = state.sent_to(aggregate.id) != kNoAttributes;
        if (state.order.on() && sent && !state.held_back.test(aggregate.id))
            state.order.add_with_place(
                ranks_.of(to.settings.limit_out[kFamily]->order, aggregate.id));
        loc_rib_.release(aggregate.id);
    }
    if (aggregates.all.empty()) state.aggregates.reset();
}

template class OutAggregation<Ipv4Key>;
template class OutAggregation<Ipv6Key>;

}  // namespace dx::bgp
