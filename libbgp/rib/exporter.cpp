#include "libbgp/rib/exporter.hpp"

#include <algorithm>

#include "libbgp/rib/export_rules.hpp"

namespace dx::bgp {

namespace {

// Prefixes looked at in one go: enough that those with the same attributes meet in one UPDATE.
constexpr std::size_t kBatch = 2048;

}  // namespace

// --- Sessions and refreshes.

template <class Key>
void Exporter<Key>::mark_all(NeighborState& to) {
    auto& state = to.out[kFamily];
    if (to.settings.export_policy || state.advertised)
        state.pending.set_all_below(loc_rib_.table().end());
    state.cursor = 1;
    shared_.output_pending(to);
}

template <class Key>
void Exporter<Key>::session_up(NeighborState& to) {
    to.out[kFamily].end_of_rib_due = true;
    mark_all(to);
}

template <class Key>
void Exporter<Key>::session_down(NeighborState& to) {
    auto& state = to.out[kFamily];
    if (state.advertised) ended_.push_back({std::move(state.sent)});
    state = {};
    to.memo[kFamily].clear();
}

template <class Key>
void Exporter<Key>::refresh(NeighborState& to) {
    to.out[kFamily].refresh_due = true;
    shared_.output_pending(to);
}

template <class Key>
void Exporter<Key>::settings_changed(NeighborState& to) {
    auto& state = to.out[kFamily];
    to.memo[kFamily].clear();
    state.held_back.reset();
    state.granted.reset();
    state.worst.reset();
    state.choose = state.advertised != 0 && to.settings.limit_out[kFamily];
    mark_all(to);
}

template <class Key>
void Exporter<Key>::order_changed(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    if (!limit || limit->order != PrefixLimitOut::Order::Configured || state.held_back.empty())
        return;
    state.choose = true;
    shared_.output_pending(to);
}

template <class Key>
std::size_t Exporter<Key>::run(std::size_t budget) {
    while (!ended_.empty() && budget) {
        auto& ended = ended_.front();
        for (; budget && ended.next < ended.sent.size(); --budget, ++ended.next) {
            const auto was = ended.sent[ended.next];
            if (was == kNoAttributes) continue;
            shared_.attributes.drop(was);
            --loc_rib_.table()[ended.next].holders;
            loc_rib_.free_if_unused(ended.next);
        }
        if (ended.next >= ended.sent.size()) ended_.pop_front();
    }
    return budget;
}

// --- What a neighbor is to have.

template <class Key>
AttributeRef Exporter<Key>::export_best(NeighborState& to, const RouteEntry<Key>& entry) {
    const auto& path = entry.first;
    const auto& attributes = shared_.attributes[path.imported];
    const auto prefix = entry.key().prefix();
    ExportRoute route{prefix, attributes, path.neighbor, false, {}};
    if (!path.local()) {
        const auto& from = shared_.neighbor(path.neighbor);
        route.from_external = from.settings.external();
        route.from_address = from.session->peer_address;
    }
    auto result = export_route(route, {to.id, to.settings, *to.session});
    return result ? shared_.attributes.intern(std::move(*result)) : AttributeRef{};
}

// Empty: nothing.
template <class Key>
AttributeRef Exporter<Key>::evaluate(NeighborState& to, EntryId id) {
    const auto& entry = loc_rib_.table()[id];
    loc_rib_.settle(id);
    if (!entry.live || entry.first.role != PathRole::Best) return {};
    if (!export_ignores_prefix(to.settings)) return export_best(to, entry);
    const auto in = entry.first.imported;
    const auto from = entry.first.neighbor;
    auto& known = to.memo[kFamily].slot(in, from);
    if (known.in.id() != in || known.from != from)
        known = {AttributeRef(shared_.attributes, in), from, export_best(to, entry)};
    return known.out;
}

// Compares with what was sent, and puts the difference into the batch.
template <class Key>
void Exporter<Key>::plan(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    auto wanted = evaluate(to, id);
    state.pending.clear(id);
    const bool resend = state.resend.clear(id);
    const auto sent = state.sent_to(id);
    if (!wanted) {
        if (sent != kNoAttributes) batch_.withdrawn.push_back(id);
        no_candidate(state, id);
    } else if (sent == wanted.id() && !resend) {
        return;
    } else if (sent == kNoAttributes && to.settings.limit_out[kFamily] && !state.granted.test(id)) {
        hold_back(to, id);
    } else {
        batch_.announced.push_back({wanted.id(), id, resend});
        if (batch_.held.empty() || batch_.held.back().id() != wanted.id())
            batch_.held.push_back(std::move(wanted));
    }
}

// Fills the batch. True: it reaches to the end of the table.
template <class Key>
bool Exporter<Key>::collect(NeighborState& to) {
    auto& state = to.out[kFamily];
    batch_.withdrawn.clear();
    batch_.announced.clear();
    batch_.held.clear();
    for (std::size_t looked_at = 0; looked_at < kBatch; ++looked_at) {
        const auto id = state.pending.next(state.cursor);
        if (!id) {
            state.cursor = 1;
            return true;
        }
        state.cursor = id + 1;
        plan(to, id);
    }
    return false;
}

// --- Sending.

template <class Key>
void Exporter<Key>::fill(NeighborState& to, Buffer& out, std::size_t end) {
    bool more = !to.out[kFamily].idle();
    while (more && out.size() < end) {
        const bool wrapped = collect(to);
        const bool all = send(to, out, end);
        if (wrapped && all) more = at_wrap(to, out);
    }
}

template <class Key>
void Exporter<Key>::set_sent(AdjRibOut& state, EntryId id, AttributeId now) {
    if (id >= state.sent.size()) state.sent.resize(loc_rib_.table().end());
    const auto before = std::exchange(state.sent[id], now);
    shared_.attributes.hold(now);
    shared_.attributes.drop(before);
    if ((before == kNoAttributes) == (now == kNoAttributes)) return;
    const std::uint32_t by = now == kNoAttributes ? -1U : 1U;
    state.advertised += by;
    loc_rib_.table()[id].holders = static_cast<std::uint16_t>(loc_rib_.table()[id].holders + by);
    if (now == kNoAttributes) loc_rib_.free_if_unused(id);
}

template <class Key>
void Exporter<Key>::send_withdrawals(NeighborState& to, Buffer& out) {
    if (batch_.withdrawn.empty()) return;
    prefixes_.clear();
    for (const auto id : batch_.withdrawn)
        prefixes_.push_back(loc_rib_.table()[id].key().prefix());
    encode_withdrawals(kFamily, prefixes_, to.session->wire, out);
    for (const auto id : batch_.withdrawn)
        set_sent(to.out[kFamily], id, kNoAttributes);
    batch_.withdrawn.clear();
}

// Those of one set of attributes.
template <class Key>
void Exporter<Key>::announce(NeighborState& to, std::span<const Announcement> group, Buffer& out) {
    auto& state = to.out[kFamily];
    prefixes_.clear();
    for (const auto& announcement : group)
        prefixes_.push_back(loc_rib_.table()[announcement.id].key().prefix());
    const auto attributes = group.front().attributes;
    const bool fits = encode_announcements(kFamily, prefixes_, shared_.attributes[attributes],
                                           to.session->wire, out);
    for (const auto& announcement : group) {
        const auto id = announcement.id;
        state.granted.clear(id);
        if (fits) {
            set_sent(state, id, attributes);
            continue;
        }
        ++state.unsendable;
        no_candidate(state, id);
        if (state.sent_to(id) != kNoAttributes) batch_.withdrawn.push_back(id);
    }
    if (!fits) send_withdrawals(to, out);
}

// Withdrawals first, which makes room. What no longer fits below `end` stays pending; true: all
// did.
template <class Key>
bool Exporter<Key>::send(NeighborState& to, Buffer& out, std::size_t end) {
    auto& state = to.out[kFamily];
    send_withdrawals(to, out);
    auto& all = batch_.announced;
    const auto order = [](const Announcement& one) { return std::pair(one.attributes, one.id); };
    if (!std::ranges::is_sorted(all, {}, order)) std::ranges::sort(all, {}, order);
    for (auto at = all.begin(); at != all.end();) {
        if (out.size() >= end) {
            for (; at != all.end(); ++at) {
                state.pending.set(at->id);
                if (at->resend) state.resend.set(at->id);
                state.cursor = std::min(state.cursor, at->id);
            }
            return false;
        }
        const auto group_end = std::find_if(at, all.end(), [&](const Announcement& one) {
            return one.attributes != at->attributes;
        });
        announce(to, {at, group_end}, out);
        at = group_end;
    }
    report_limit(to);
    return true;
}

// The table has been gone through once. True: there is more to do.
template <class Key>
bool Exporter<Key>::at_wrap(NeighborState& to, Buffer& out) {
    auto& state = to.out[kFamily];
    if (state.choose) {
        choose(to, out);
        if (!state.pending.empty()) return true;
    }
    if (std::exchange(state.end_of_rib_due, false)) encode_end_of_rib(kFamily, out);
    if (std::exchange(state.refreshing, false))
        encode_route_refresh({AfiSafi::unicast(kFamily), RefreshSubtype::End}, out);
    if (std::exchange(state.refresh_due, false)) start_refresh(to, out);
    return !state.idle();
}

template <class Key>
void Exporter<Key>::start_refresh(NeighborState& to, Buffer& out) {
    auto& state = to.out[kFamily];
    if (to.session->enhanced_refresh) {
        state.refreshing = true;
        encode_route_refresh({AfiSafi::unicast(kFamily), RefreshSubtype::Begin}, out);
    }
    state.resend.set_all_below(loc_rib_.table().end());
    mark_all(to);
}

// --- The limit.

template <class Key>
OutRank Exporter<Key>::rank(const NeighborState& to, EntryId id) const {
    const auto key = loc_rib_.table()[id].key();
    const bool shortest_first =
        to.settings.limit_out[kFamily]->order == PrefixLimitOut::Order::ShortestFirst;
    return {shortest_first ? key.length : loc_rib_.configured_rank(key), key.prefix()};
}

// It could go, if there is a place. All are looked at before places are given out.
template <class Key>
void Exporter<Key>::hold_back(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    state.held_back.set(id);
    const bool hopeless = state.worst && *state.worst < rank(to, id);
    if (!hopeless) state.choose = true;
}

// It is not to be sent, so its place is free.
template <class Key>
void Exporter<Key>::no_candidate(AdjRibOut& state, EntryId id) {
    state.held_back.clear(id);
    const bool had_place = state.granted.clear(id) || state.sent_to(id) != kNoAttributes;
    if (!had_place) return;
    state.worst.reset();
    if (!state.held_back.empty()) state.choose = true;
}

template <class Key>
void Exporter<Key>::choose(NeighborState& to, Buffer& out) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    state.choose = false;
    state.worst.reset();
    if (!limit) return;
    const auto taken = state.advertised + state.granted.count();
    if (taken + state.held_back.count() > limit->max) {
        choose_by_rank(to, limit->max);
        send_withdrawals(to, out);
        if (!std::exchange(state.full_reported, true))
            shared_.events.prefix_limit_out_reached(to.id, kFamily, limit->max);
        return;
    }
    for (auto id = state.held_back.next(1); id; id = state.held_back.next(id + 1)) {
        state.held_back.clear(id);
        state.granted.set(id);
        state.pending.set(id);
    }
}

// More could go than may: the first `max` by rank get the places, whoever had them before.
template <class Key>
void Exporter<Key>::choose_by_rank(NeighborState& to, std::uint32_t max) {
    auto& state = to.out[kFamily];
    std::vector<std::pair<OutRank, EntryId>> all;
    const auto add = [&](EntryId id) { all.emplace_back(rank(to, id), id); };
    for (EntryId id = 1; id < state.sent.size(); ++id)
        if (state.sent[id] != kNoAttributes) add(id);
    for (const auto* waiting : {&state.granted, &state.held_back})
        for (auto id = waiting->next(1); id; id = waiting->next(id + 1))
            if (state.sent_to(id) == kNoAttributes) add(id);
    const auto last = all.begin() + std::min<std::ptrdiff_t>(max, std::ssize(all));
    std::nth_element(all.begin(), last, all.end());

    for (auto chosen = all.begin(); chosen != last; ++chosen) {
        if (!state.held_back.clear(chosen->second)) continue;
        state.granted.set(chosen->second);
        state.pending.set(chosen->second);
    }
    for (auto other = last; other != all.end(); ++other) {
        state.granted.clear(other->second);
        state.held_back.set(other->second);
        if (state.sent_to(other->second) != kNoAttributes)
            batch_.withdrawn.push_back(other->second);
    }
    if (last != all.begin()) state.worst = std::max_element(all.begin(), last)->first;
}

template <class Key>
void Exporter<Key>::report_limit(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto& limit = to.settings.limit_out[kFamily];
    if (!limit || state.near_reported) return;
    const bool near =
        std::uint64_t{state.advertised} * 100 >= std::uint64_t{limit->max} * limit->warn_percent;
    if (!near || state.advertised == 0) return;
    state.near_reported = true;
    shared_.events.prefix_limit_out_near(to.id, kFamily, state.advertised, limit->max);
}

template class Exporter<Ipv4Key>;
template class Exporter<Ipv6Key>;

}  // namespace dx::bgp
