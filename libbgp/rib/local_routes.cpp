#include "libbgp/rib/local_routes.hpp"

namespace dx::bgp {

std::optional<PathAttributes> attributes_of(const LocalRoute& route) {
    PathAttributes attributes;
    attributes.next_hop.address = net::IpAddress::any(route.prefix.family());
    attributes.origin = route.source == LocalSource::Network ? Origin::Igp : Origin::Incomplete;
    attributes.med = route.med;
    if (!route.policy) return attributes;
    auto verdict = route.policy->evaluate({route.prefix, attributes, std::nullopt});
    if (!verdict.accepted) return std::nullopt;
    return verdict.changed ? std::move(verdict.changed) : std::move(attributes);
}

template <class Key>
bool LocalRoutes<Key>::originate(const LocalRoute& route,
                                 const std::optional<PathAttributes>& attributes, RouteTime now) {
    const auto key = Key::of(route.prefix);
    if (!attributes) return withdraw(route.source, key);
    const bool reordered =
        route.source == LocalSource::Network && configured_rank(key) != route.rank;
    if (reordered) ranks_[key] = route.rank;
    place(route.source, key, *attributes, now);
    return reordered;
}

template <class Key>
bool LocalRoutes<Key>::withdraw(LocalSource source, const Key& key) {
    const bool reordered = source == LocalSource::Network && ranks_.erase(key) != 0;
    auto& table = loc_rib_.table();
    if (const auto id = table.find(key))
        if (auto* path = table.find_path(table[id], is_from(source)))
            loc_rib_.remove_path(id, *path);
    return reordered;
}

template <class Key>
void LocalRoutes<Key>::place(LocalSource source, const Key& key, const PathAttributes& attributes,
                             RouteTime now) {
    auto& table = loc_rib_.table();
    const auto set = shared_.attributes.intern(attributes);
    const auto id = table.find_or_insert(key, table.hash(key));
    auto& entry = table[id];
    auto* path = table.find_path(entry, is_from(source));
    if (path && path->received == set.id()) return;
    if (path && path->role == PathRole::Best) entry.best_touched = true;
    if (path)
        loc_rib_.drop_attributes(*path);
    else
        path = table.add_path(entry, Path{.generation = static_cast<std::uint8_t>(source)});
    path->received = path->imported = set.id();
    path->learnt = now.count();
    loc_rib_.hold_attributes(*path);
    loc_rib_.mark_dirty(id);
}

template <class Key>
std::uint32_t LocalRoutes<Key>::configured_rank(const Key& key) const {
    const auto known = ranks_.find(key);
    return known == ranks_.end() ? UINT32_MAX : known->second;
}

template class LocalRoutes<Ipv4Key>;
template class LocalRoutes<Ipv6Key>;

}  // namespace dx::bgp
