#include "libbgp/rib/route_queries.hpp"

#include <algorithm>

namespace dx::bgp {

namespace {

// One pass over the table finds this many prefixes in order.
constexpr std::size_t kChunk = 16384;

}  // namespace

template <class Key>
std::shared_ptr<const PathAttributes> RouteQueries<Key>::unpacked(AttributeId id) const {
    return std::make_shared<const PathAttributes>(shared_.attributes[id].unpack());
}

template <class Key>
PathView RouteQueries<Key>::path_view(const Path& path) const {
    PathView view;
    view.neighbor = path.neighbor;
    view.received = unpacked(path.received);
    view.state = path.state;
    view.role = path.role;
    view.learnt = RouteTime{path.learnt};
    if (path.imported == path.received)
        view.imported = view.received;
    else if (path.imported != kNoAttributes)
        view.imported = unpacked(path.imported);
    if (path.local()) {
        view.source = path.source();
        view.reachable = true;
        return view;
    }
    view.stale = shared_.neighbor(path.neighbor).in[Key::kFamily].stale(path.generation);
    if (path.imported == kNoAttributes) return view;
    const auto& next_hop = shared_.next_hops.state(shared_.attributes.next_hop(path.imported));
    view.reachable = next_hop.reachable;
    view.cost = next_hop.cost;
    return view;
}

template <class Key>
RouteView RouteQueries<Key>::view(EntryId id) const {
    const auto& entry = loc_rib_.table()[id];
    RouteView view{entry.key().prefix(), {}, entry.forwarding, {}, false};
    loc_rib_.table().for_each_path(
        entry, [&](const Path& path) { view.paths.push_back(path_view(path)); });
    return view;
}

template <class Key>
std::optional<RouteView> RouteQueries<Key>::find(const Key& key) const {
    const auto id = loc_rib_.table().find(key);
    if (!id || !loc_rib_.table()[id].first.exists()) return std::nullopt;
    return view(id);
}

template <class Key>
std::optional<RouteView> RouteQueries<Key>::longest_match(const Key& host) const {
    const auto id = loc_rib_.table().longest_match(
        host, [](const auto& entry) { return entry.first.role == PathRole::Best; });
    if (!id) return std::nullopt;
    return view(id);
}

template <class Key>
std::optional<net::Prefix> RouteQueries<Key>::longest_received(const Key& host) const {
    const auto id = loc_rib_.table().longest_match(
        host, [](const auto& entry) { return entry.first.exists(); });
    if (!id) return std::nullopt;
    return loc_rib_.table()[id].key().prefix();
}

template <class Key>
std::optional<Explanation> RouteQueries<Key>::explain(const Key& key) const {
    auto route = find(key);
    if (!route) return std::nullopt;
    std::vector<Candidate> candidates;
    const auto& entry = loc_rib_.table()[loc_rib_.table().find(key)];
    loc_rib_.table().for_each_path(
        entry, [&](const Path& path) { candidates.push_back(loc_rib_.candidate(path)); });
    DecisionProcess process;
    const auto& decision = process.explain(candidates, shared_.settings.maximum_paths);
    return Explanation{std::move(*route), decision.verdicts};
}

template <class Key>
std::optional<PathAttributes> RouteQueries<Key>::advertised(const NeighborState& to,
                                                            const Key& key) const {
    const auto sent = to.out[Key::kFamily].sent_to(loc_rib_.table().find(key));
    if (sent == kNoAttributes) return std::nullopt;
    auto attributes = shared_.attributes[sent].unpack();
    attributes.next_hop = *next_hop_on(*to.session, Key::kFamily, attributes.next_hop);
    return attributes;
}

template <class Key>
void RouteQueries<Key>::add_advertised(const NeighborState& to, EntryId id,
                                       RouteView& route) const {
    route.advertised = advertised(to, Key::of(route.prefix));
    const auto& out = to.out[Key::kFamily];
    if (!out.aggregates) return;
    const auto* aggregate = out.aggregates->with(id);
    if (aggregate != nullptr && aggregate->made)
        route.aggregate = out.sent_to(id) == aggregate->made.id();
}

template <class Key>
bool RouteQueries<Key>::belongs(const WalkOf& of, EntryId id) const {
    if (of.kind == WalkOf::Kind::Table) return loc_rib_.table()[id].first.exists();
    if (of.kind == WalkOf::Kind::ReceivedFrom) {
        bool found = false;
        loc_rib_.table().for_each_path(loc_rib_.table()[id], [&](const Path& path) {
            found = found || path.neighbor == of.neighbor;
        });
        return found;
    }
    const auto& out = shared_.neighbor(of.neighbor).out[Key::kFamily];
    if (of.kind == WalkOf::Kind::HeldBackFrom) return out.held_back.test(id);
    if (of.kind == WalkOf::Kind::AdvertisedTo) return out.sent_to(id) != kNoAttributes;
    return out.aggregates && out.aggregates->represented.test(id);
}

template <class Key>
void RouteQueries<Key>::next_chunk(RouteWalk& walk) const {
    std::optional<Key> after;
    if (walk.last_) after = Key::of(*walk.last_);
    const auto within = walk.within_ ? Key::of(*walk.within_) : Key{};
    const auto keys = loc_rib_.table().select(after, within, kChunk,
                                              [&](EntryId id) { return belongs(walk.of_, id); });
    walk.chunk_.clear();
    walk.at_ = 0;
    for (const auto& key : keys)
        walk.chunk_.push_back(key.prefix());
    walk.exhausted_ = keys.size() < kChunk;
}

template <class Key>
bool RouteQueries<Key>::walk(RouteWalk& walk, std::size_t max,
                             const std::function<void(const RouteView&)>& visit) const {
    if (walk.at_ == walk.chunk_.size() && !walk.exhausted_) next_chunk(walk);
    for (; max && walk.at_ < walk.chunk_.size(); --max) {
        const auto& prefix = walk.chunk_[walk.at_++];
        walk.last_ = prefix;
        const auto id = loc_rib_.table().find(Key::of(prefix));
        if (!id || !belongs(walk.of_, id)) continue;  // gone meanwhile
        auto route = view(id);
        if (walk.of_.kind == WalkOf::Kind::AdvertisedTo)
            add_advertised(shared_.neighbor(walk.of_.neighbor), id, route);
        visit(route);
    }
    return walk.at_ < walk.chunk_.size() || !walk.exhausted_;
}

template class RouteQueries<Ipv4Key>;
template class RouteQueries<Ipv6Key>;

}  // namespace dx::bgp
