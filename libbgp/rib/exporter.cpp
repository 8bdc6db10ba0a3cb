#include "libbgp/rib/exporter.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace dx::bgp {

namespace {

// Prefixes looked at in one go: enough that those with the same attributes meet in one UPDATE.
constexpr std::size_t kBatch = 2048;

// Batches in one `fill`, however little comes of them: a few milliseconds.
constexpr int kBatchesAtOnce = 4;

}  // namespace

// --- Sessions and refreshes.

template <class Key>
void Exporter<Key>::mark_all(NeighborState& to) {
    auto& state = to.out[kFamily];
    if (to.settings.export_policy || !state.empty())
        state.pending.set_all_below(loc_rib_.table().end());
    state.cursor = 1;
    shared_.output_pending(to);
}

template <class Key>
void Exporter<Key>::session_up(NeighborState& to) {
    to.out[kFamily].end_of_rib_due = true;
    limit_.session_up(to);
    mark_all(to);
}

template <class Key>
void Exporter<Key>::session_down(NeighborState& to) {
    auto& state = to.out[kFamily];
    limit_.session_down(state);
    const auto full_at = state.full_at;  // what was told stands until all fit, in another session
    if (!state.empty()) ended_.push_back({std::move(state)});
    state = {};
    state.full_at = full_at;
}

template <class Key>
void Exporter<Key>::refresh(NeighborState& to) {
    to.out[kFamily].refresh_due = true;
    shared_.output_pending(to);
}

template <class Key>
void Exporter<Key>::settings_changed(NeighborState& to) {
    limit_.settings_changed(to);
    mark_all(to);
}

template <class Key>
void Exporter<Key>::let_go(const AdjRibOut& had, EntryId id) {
    const auto sent = had.sent_to(id);
    shared_.attributes.drop(sent);
    const bool left_out = had.aggregates && had.aggregates->represented.test(id);
    const int holds =
        (sent != kNoAttributes) + had.held_back.test(id) + had.granted.test(id) + left_out;
    for (int i = 0; i < holds; ++i)
        loc_rib_.release(id);
}

template <class Key>
std::size_t Exporter<Key>::run(std::size_t budget) {
    while (!ended_.empty() && budget) {
        auto& [had, next] = ended_.front();
        const auto end = loc_rib_.table().end();
        for (; budget && next < end; --budget, ++next)
            let_go(had, next);
        if (next >= end) ended_.pop_front();
    }
    return budget;
}

// --- What a neighbor is to have.

template <class Key>
const AttributeRef& Exporter<Key>::evaluate_aggregate(NeighborState& to, EntryId id) {
    auto& now = batch_.aggregate;
    if (auto* aggregate = limit_.aggregation().wanted(to, id))
        now = aggregate->made = exported_.of_aggregate(to, *aggregate);
    else
        now = AttributeRef(shared_.attributes, kept(to.out[kFamily], id));
    return now;
}

// Empty: nothing. Valid until the next call.
template <class Key>
const AttributeRef& Exporter<Key>::evaluate(NeighborState& to, EntryId id) {
    static const AttributeRef kNothing;
    const auto& entry = loc_rib_.table()[id];
    loc_rib_.settle(id);
    if (!entry.live || entry.first.role != PathRole::Best) return kNothing;
    const auto in = entry.first.imported;
    const auto from = entry.first.neighbor;
    auto& last = batch_.last;
    if (last.in != in || last.from != from || !to.group->rules().ignores_prefix())
        last = {in, from, exported_.of_best(to, entry)};
    return last.out;
}

// Compares with what was sent, and puts the difference into the batch.
template <class Key>
void Exporter<Key>::plan(NeighborState& to, EntryId id) {
    auto& state = to.out[kFamily];
    const auto& route = evaluate(to, id);
    const auto& wanted = route || !state.aggregates ? route : evaluate_aggregate(to, id);
    state.pending.clear(id);
    const bool resend = state.resend.clear(id);
    const auto sent = state.sent_to(id);
    if (!wanted) {
        if (sent != kNoAttributes) batch_.withdrawn.push_back(id);
        limit_.dismiss(to, id);
    } else if (sent == wanted.id() && !resend) {
        return;
    } else if (sent != kNoAttributes || limit_.admit(to, id, wanted.id())) {
        batch_.announced.push_back({wanted.id(), id, resend});
        if (batch_.held.empty() || batch_.held.back().id() != wanted.id())
            batch_.held.push_back(wanted);
    }
}

// Fills the batch. True: it reaches to the end of the table.
template <class Key>
bool Exporter<Key>::collect(NeighborState& to) {
    auto& state = to.out[kFamily];
    batch_.withdrawn.clear();
    batch_.announced.clear();
    batch_.held.clear();
    batch_.last = {};
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
    bool more = to.out[kFamily].has_output();
    for (int left = kBatchesAtOnce; more && left && out.size() < end; --left) {
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
    if (now == kNoAttributes)
        loc_rib_.release(id);
    else
        loc_rib_.hold(id);
}

// The prefixes of entries, in wire form.
template <class Key>
template <class Those, class IdOf>
NlriView Exporter<Key>::nlri_of(const Those& those, IdOf id_of) {
    const auto most = std::size(those) * Key::kMostNlri;
    if (nlri_.size() < most) nlri_.resize(most);
    auto* end = nlri_.data();
    for (const auto& one : those)
        end = loc_rib_.table()[std::invoke(id_of, one)].key().write_to(end);
    return {kFamily, Bytes(nlri_.data(), end)};
}

template <class Key>
void Exporter<Key>::send_withdrawals(NeighborState& to, Buffer& out) {
    if (batch_.withdrawn.empty()) return;
    const auto nlri = nlri_of(batch_.withdrawn, std::identity{});
    encode_withdrawals(nlri, to.session->wire, out);
    for (const auto id : batch_.withdrawn)
        set_sent(to.out[kFamily], id, kNoAttributes);
    batch_.withdrawn.clear();
}

// Those of one set of attributes.
template <class Key>
void Exporter<Key>::announce(NeighborState& to, std::span<const Announcement> group, Buffer& out) {
    auto& state = to.out[kFamily];
    const auto nlri = nlri_of(group, &Announcement::id);
    const auto attributes = group.front().attributes;
    const auto set = shared_.attributes[attributes];
    const auto& wire = exported_.wire_form(to, attributes, [&] { return set.unpack(); });
    const auto next_hop = *next_hop_on(*to.session, kFamily, set.next_hop());
    const bool fits = encode_announcements(nlri, wire, next_hop, to.session->wire, out);
    for (const auto& announcement : group) {
        const auto id = announcement.id;
        if (fits) {
            set_sent(state, id, attributes);
            limit_.sent(to, id);
            continue;
        }
        ++state.unsendable;
        if (state.sent_to(id) != kNoAttributes) batch_.withdrawn.push_back(id);
        limit_.dismiss(to, id);
    }
    if (fits && state.aggregates)
        for (const auto& announcement : group)
            limit_.announced(to, announcement.id, attributes);
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
    limit_.report(to);
    return true;
}

// The table has been gone through once. True: there is more to do.
template <class Key>
bool Exporter<Key>::at_wrap(NeighborState& to, Buffer& out) {
    auto& state = to.out[kFamily];
    if (state.choose && !state.order.building()) {
        limit_.choose(to, batch_.withdrawn);
        send_withdrawals(to, out);
        limit_.report(to);
        if (state.choose || !state.pending.empty()) return state.has_output();
    }
    if (state.order.building()) return false;
    if (std::exchange(state.end_of_rib_due, false)) {
        encode_end_of_rib(kFamily, out);
        limit_.report(to);
    }
    if (std::exchange(state.refreshing, false))
        encode_route_refresh({AfiSafi::unicast(kFamily), RefreshSubtype::End}, out);
    if (std::exchange(state.refresh_due, false)) start_refresh(to, out);
    return state.has_output();
}

template <class Key>
void Exporter<Key>::start_refresh(NeighborState& to, Buffer& out) {
    auto& state = to.out[kFamily];
    if (to.session->wire.enhanced_refresh) {
        state.refreshing = true;
        encode_route_refresh({AfiSafi::unicast(kFamily), RefreshSubtype::Begin}, out);
    }
    state.resend.set_all_below(loc_rib_.table().end());
    mark_all(to);
}

template class Exporter<Ipv4Key>;
template class Exporter<Ipv6Key>;

}  // namespace dx::bgp
