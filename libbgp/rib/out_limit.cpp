#include "libbgp/rib/out_limit.hpp"

#include <algorithm>

namespace dx::bgp {

namespace {

constexpr std::size_t kReserve = 1024;  // known in order of those who wait, at least
constexpr int kChoicesAtOnce = 2048;
constexpr std::size_t kVisitsOfOne = 8;  // to look at an entry costs a fraction of changing it

}  // namespace

template <class Key>
OutOrder::Place OutLimit<Key>::place(const NeighborState& to, EntryId id) const {
    const auto key = loc_rib_.table()[id].key();
    const auto order = to.settings.limit_out[kFamily]->order;
    return {out_rank(order, key.prefix(), local_routes_.configured_rank(key)), id};
}

// --- Who may go, who may not.

template <class Key>
bool OutLimit<Key>::admit(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    if (!to.settings.limit_out[kFamily] || state.granted.test(id)) return true;
    state.choose = true;
    if (state.held_back.test(id)) return false;
    state.held_back.set(id);
    loc_rib_.hold(id);
    if (state.order.on()) state.order.add_waiting(place(to, id));
    return false;
}

template <class Key>
void OutLimit<Key>::dismiss(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    const bool waited = state.held_back.clear(id);
    const bool granted = state.granted.clear(id);
    if (!waited && !granted && state.sent_to(id) == kNoAttributes) return;
    if (state.order.on()) state.order.erase(place(to, id));
    if (!state.held_back.empty()) state.choose = true;
    if (waited || granted) loc_rib_.release(id);
}

template <class Key>
void OutLimit<Key>::sent(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    const bool waited = state.held_back.clear(id);  // for a limit that is gone
    if (state.granted.clear(id) || waited) loc_rib_.release(id);
}

// --- The choice.

template <class Key>
void OutLimit<Key>::grant(AdjRibOut& state, EntryId id) {
    state.held_back.clear(id);
    state.granted.set(id);
    state.pending.set(id);
}

template <class Key>
void OutLimit<Key>::grant_all(AdjRibOut& state) {
    for (auto id = state.held_back.next(1); id; id = state.held_back.next(id + 1))
        grant(state, id);
}

template <class Key>
void OutLimit<Key>::evict(AdjRibOut& state, EntryId id, std::vector<EntryId>& withdrawn) {
    const bool was_sent = !state.granted.clear(id);
    state.held_back.set(id);
    if (!was_sent) return;
    loc_rib_.hold(id);
    withdrawn.push_back(id);
}

template <class Key>
void OutLimit<Key>::choose(NeighborState& to, std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    state.choose = false;
    if (!limit) return;
    if (state.places_taken() + state.held_back.count() <= limit->max) {
        state.order.drop();
        return grant_all(state);
    }
    state.near_reported = true;
    if (!std::exchange(state.full_reported, true))
        shared_.events.prefix_limit_out_reached(to.id, kFamily, limit->max);
    if (state.order.ready()) choose_in_order(to, withdrawn);
    if (!state.order.on() || state.order.used_up()) build(to);
}

// The first ones get the places, whoever had them before.
template <class Key>
void OutLimit<Key>::choose_in_order(NeighborState& to, std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    auto& order = state.order;
    const auto max = to.settings.limit_out[kFamily]->max;
    auto taken = state.places_taken();
    for (int left = kChoicesAtOnce; left; --left) {
        const auto* next = order.first_waiting();
        const auto* last = order.last_with_place();
        if (taken < max && next) {
            grant(state, order.take_first_waiting().id);
            ++taken;
        } else if (last && (taken > max || (next && *next < *last))) {
            evict(state, order.take_last_with_place().id, withdrawn);
            --taken;
        } else {
            return;
        }
    }
    state.choose = true;
}

template <class Key>
void OutLimit<Key>::settings_changed(NeighborState& to) {
    auto& state = to.out[kFamily];
    state.order.drop();
    state.choose = to.settings.limit_out[kFamily].has_value();
}

template <class Key>
void OutLimit<Key>::order_changed(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    if (!limit || limit->order != PrefixLimitOut::Order::Configured || !state.order.on()) return;
    build(to);
}

template <class Key>
void OutLimit<Key>::report_near(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    if (!limit || state.near_reported) return;
    const bool near =
        std::uint64_t{state.advertised} * 100 >= std::uint64_t{limit->max} * limit->warn_percent;
    if (!near || state.advertised == 0) return;
    state.near_reported = true;
    shared_.events.prefix_limit_out_near(to.id, kFamily, state.advertised, limit->max);
}

// --- The order.

template <class Key>
void OutLimit<Key>::build(NeighborState& to) {
    auto& state = to.out[kFamily];
    const std::size_t max = to.settings.limit_out[kFamily]->max;
    const auto taken = state.places_taken();
    state.order.build(std::max(kReserve, max > taken ? max - taken : 0));
    state.choose = true;
}

template <class Key>
void OutLimit<Key>::visit(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    if (state.held_back.test(id))
        state.order.add_waiting(place(to, id));
    else if (state.sent_to(id) != kNoAttributes || state.granted.test(id))
        state.order.add_with_place(place(to, id));
}

template <class Key>
std::size_t OutLimit<Key>::run(std::size_t budget) {
    auto visits = budget * kVisitsOfOne;
    for (auto* to : shared_.established) {
        auto& order = to->out[kFamily].order;
        if (!order.building()) continue;
        const auto end = loc_rib_.table().end();
        for (; visits && order.next < end; --visits)
            visit(*to, order.next++);
        if (order.next < end) return 0;
        order.built();
        shared_.output_pending(*to);
    }
    return visits / kVisitsOfOne;
}

template <class Key>
bool OutLimit<Key>::has_work() const {
    return std::ranges::any_of(shared_.established, [](const NeighborState* to) {
        return to->out[kFamily].order.building();
    });
}

template class OutLimit<Ipv4Key>;
template class OutLimit<Ipv6Key>;

}  // namespace dx::bgp
