// Which aggregates stand, as sessions come and go and the settings change. When they are used is
// in out_aggregation.cpp.
#include <utility>

#include "libbgp/rib/out_aggregation.hpp"

namespace dx::bgp {

// As many as have a place: a peer may have lowered the limit.
template <class Key>
std::vector<OutAggregate> OutAggregation<Key>::configured(const NeighborState& to) {
    std::vector<OutAggregate> all;
    const auto& limit = to.settings.limit_out[kFamily];
    if (!limit) return all;
    auto& table = loc_rib_.table();
    for (const auto& prefix : limit->aggregates) {
        if (all.size() == limit->max) break;
        const auto key = Key::of(prefix);
        auto& aggregate = all.emplace_back();
        aggregate.prefix = prefix;
        aggregate.id = table.find_or_insert(key, table.hash(key));
        loc_rib_.hold(aggregate.id);
    }
    return all;
}

template <class Key>
void OutAggregation<Key>::session_up(NeighborState& to) {
    if (auto all = configured(to); !all.empty())
        to.out[kFamily].aggregates = std::make_unique<OutAggregates>(std::move(all));
}

template <class Key>
void OutAggregation<Key>::session_down(AdjRibOut& state) {
    if (!state.aggregates) return;
    for (auto* those : {&state.aggregates->all, &state.aggregates->leaving}) {
        for (const auto& aggregate : *those)
            loc_rib_.release(aggregate.id);
        those->clear();
    }
}

template <class Key>
void OutAggregation<Key>::settings_changed(NeighborState& to) {
    auto& state = to.out[kFamily];
    const auto old = std::move(state.aggregates);
    auto now = std::make_unique<OutAggregates>(configured(to));
    if (old) state.held_back.merge(old->represented);
    for (const auto& aggregate : now->all)  // it has a place of its own now
        if (state.held_back.clear(aggregate.id)) loc_rib_.release(aggregate.id);
    if (old) {
        now->in_use = old->in_use && !now->all.empty();
        for (auto* those : {&old->all, &old->leaving})
            for (auto& aggregate : *those)
                inherit(state, std::move(aggregate), *now);
    }
    if (now->all.empty() && now->leaving.empty()) return;
    state.aggregates = std::move(now);
    state.choose = true;
}

// What was sent stays until the choice has been made anew.
template <class Key>
void OutAggregation<Key>::inherit(AdjRibOut& state, OutAggregate&& old, OutAggregates& now) {
    const bool was_sent = old.made && state.sent_to(old.id) == old.made.id();
    now.lingering = now.lingering || was_sent;
    auto* same = now.at(old.prefix);
    if (same) same->made = std::move(old.made);
    if (same || !was_sent)
        loc_rib_.release(old.id);
    else
        now.leaving.push_back(std::move(old));
}

template class OutAggregation<Ipv4Key>;
template class OutAggregation<Ipv6Key>;

}  // namespace dx::bgp
