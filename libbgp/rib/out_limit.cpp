#include "libbgp/rib/out_limit.hpp"

#include <algorithm>

#include "libbgp/rib/out_places.hpp"

namespace dx::bgp {

namespace {

constexpr std::size_t kReserve = 1024;  // known in order of those who wait, at least
constexpr int kChoicesAtOnce = 2048;
constexpr std::size_t kVisitsOfOne = 8;  // to look at an entry costs a fraction of changing it

}  // namespace

template <class Key>
OutOrder::Place OutLimit<Key>::place(const NeighborState& to, EntryId id) const {
    return ranks_.of(to.settings.limit_out[kFamily]->order, id);
}

// --- Who may go, who may not.

template <class Key>
bool OutLimit<Key>::admit_limited(NeighborState& to, EntryId id, AttributeId wanted) {
    auto& state = to.out[kFamily];
    if (state.aggregates) {
        if (aggregation_.is_aggregate(to, id)) return aggregation_.admit_aggregate(to, id);
        if (aggregation_.represents(to, id, wanted)) return false;
    }
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
    const bool left_out = state.aggregates && aggregation_.dismiss(to, id);
    const bool known = waited || granted || left_out;
    if (!known && state.sent_to(id) == kNoAttributes) return;
    if (state.order.on()) state.order.erase(place(to, id));
    if (!state.held_back.empty()) state.choose = true;
    if (known) loc_rib_.release(id);
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

// Of what was not sent yet: a lowered limit holds for it too.
template <class Key>
void OutLimit<Key>::take_back_grants(AdjRibOut& state) {
    for (auto id = state.granted.next(1); id; id = state.granted.next(id + 1)) {
        state.granted.clear(id);
        state.held_back.set(id);
    }
}

template <class Key>
void OutLimit<Key>::evict(AdjRibOut& state, EntryId id, std::vector<EntryId>& withdrawn) {
    const bool was_sent = !state.granted.clear(id);
    state.held_back.set(id);
    if (!was_sent) return;
    loc_rib_.hold(id);
    withdrawn.push_back(id);
}

// The places for routes; aggregates have their own.
template <class Key>
std::uint32_t OutLimit<Key>::room(const NeighborState& to) const {
    const auto max = to.settings.limit_out[kFamily]->max;
    return to.out[kFamily].aggregates ? bgp::room(to.out[kFamily], max) : max;
}

template <class Key>
std::size_t OutLimit<Key>::taken(const NeighborState& to) const {
    const auto& state = to.out[kFamily];
    return state.aggregates ? bgp::taken(state) : state.places_taken();
}

template <class Key>
void OutLimit<Key>::choose(NeighborState& to, std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    state.choose = false;
    if (to.settings.limit_out[kFamily])
        choose_among(to, !state.aggregates || aggregation_.prepare(to, withdrawn), withdrawn);
    if (state.aggregates) aggregation_.finish(to, !withdrawn.empty());
}

// Nobody new gets a place before it is `ready` for that.
template <class Key>
void OutLimit<Key>::choose_among(NeighborState& to, bool ready, std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    const auto used = taken(to) - withdrawn.size();
    const auto all = used + (ready ? state.held_back.count() : 0);
    if (all <= room(to)) {
        if (!ready) return;
        state.order.drop();
        return grant_all(state);
    }
    if (ready) report_full(to);
    if (state.order.ready()) choose_in_order(to, ready, withdrawn);
    if (!state.order.on() || state.order.used_up()) build(to);
}

template <class Key>
void OutLimit<Key>::report_full(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto max = to.settings.limit_out[kFamily]->max;
    state.near_reported = true;
    if (std::exchange(state.full_at, max) != max)
        shared_.events.prefix_limit_out_reached(to.id, kFamily, max);
}

// The first ones get the places, whoever had them before.
template <class Key>
void OutLimit<Key>::choose_in_order(NeighborState& to, bool grants,
                                    std::vector<EntryId>& withdrawn) {
    auto& state = to.out[kFamily];
    auto& order = state.order;
    const auto places = room(to);
    auto used = taken(to) - withdrawn.size();
    for (int left = kChoicesAtOnce; left; --left) {
        const auto* next = grants ? order.first_waiting() : nullptr;
        const auto* last = order.last_with_place();
        if (used < places && next) {
            grant(state, order.take_first_waiting().id);
            ++used;
        } else if (last && (used > places || (next && *next < *last))) {
            evict(state, order.take_last_with_place().id, withdrawn);
            --used;
        } else {
            return;
        }
    }
    state.choose = true;
}

template <class Key>
void OutLimit<Key>::settings_changed(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    state.order.drop();
    state.choose = limit.has_value();
    if (limit && state.places_taken() > limit->max) take_back_grants(state);
    aggregation_.settings_changed(to);
    // What has been sent is counted by the walk that makes the order.
    if (state.aggregates && !state.aggregates->all.empty() && state.advertised) build(to);
}

template <class Key>
void OutLimit<Key>::order_changed(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    if (!limit || limit->order != PrefixLimitOut::Order::Configured || !state.order.on()) return;
    build(to);
}

template <class Key>
void OutLimit<Key>::report(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    if (state.end_of_rib_due || state.choose || !state.held_back.empty()) return;  // not known yet
    report_fits(to);
    if (!limit) return;
    const auto share = std::uint64_t{state.advertised} * 100;
    const auto warning = std::uint64_t{limit->max} * limit->warn_percent;
    if (share >= warning && state.advertised > 0) {
        if (!std::exchange(state.near_reported, true))
            shared_.events.prefix_limit_out_near(to.id, kFamily, state.advertised, limit->max);
    } else if (share * 10 < warning * 9) {  // a route that comes and goes is no news
        state.near_reported = false;
    }
}

template <class Key>
void OutLimit<Key>::report_fits(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto full_at = std::exchange(state.full_at, std::nullopt);
    if (!full_at) return;
    const auto& limit = to.settings.limit_out[kFamily];
    shared_.events.prefix_limit_out_fits(to.id, kFamily,
                                         static_cast<std::uint32_t>(state.places_taken()),
                                         limit ? limit->max : *full_at);
}

// --- The order.

template <class Key>
void OutLimit<Key>::build(NeighborState& to) {
    auto& state = to.out[kFamily];
    const std::size_t max = to.settings.limit_out[kFamily]->max;
    const auto used = state.places_taken();
    state.order.build(std::max(kReserve, max > used ? max - used : 0));
    state.choose = true;
}

template <class Key>
void OutLimit<Key>::visit(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    const auto sent = state.sent_to(id);
    const bool waits = state.held_back.test(id);
    if (sent == kNoAttributes && !waits && !state.granted.test(id)) return;
    if (state.aggregates) {
        // One that stays for a while is no route; `stop_lingering` adds it if it becomes one.
        if (aggregation_.is_aggregate(to, id) || kept(state, id) != kNoAttributes) return;
        if (sent != kNoAttributes) aggregation_.announced(to, id, sent);
    }
    if (waits)
        state.order.add_waiting(place(to, id));
    else
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
