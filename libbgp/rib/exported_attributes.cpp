#include "libbgp/rib/exported_attributes.hpp"

#include <utility>

namespace dx::bgp {

template <class Key>
AttributeRef ExportedAttributes<Key>::apply_rules(NeighborState& to, ExportRoute&& route) {
    const auto exported = export_route(std::move(route), to.group->rules());
    const auto& result = exported.attributes;
    if (!result) return {};
    auto set = shared_.attributes.intern(*result);
    wire_form(to, set.id(), [&]() -> const PathAttributes& { return *result; });
    return set;
}

template <class Key>
AttributeRef ExportedAttributes<Key>::export_best(NeighborState& to, const RouteEntry<Key>& entry) {
    const auto prefix = entry.key().prefix();
    const auto& path = entry.first;
    ExportRoute route{.prefix = prefix,
                      .attributes = shared_.attributes[path.imported].unpack(),
                      .from_address = {}};
    tell_source(shared_.source_of(path.neighbor), route);
    return apply_rules(to, std::move(route));
}

template <class Key>
AttributeRef ExportedAttributes<Key>::export_for_group(NeighborState& to,
                                                       const RouteEntry<Key>& entry) {
    if (!to.group->rules().ignores_prefix()) return export_best(to, entry);
    const auto in = entry.first.imported;
    const auto from = entry.first.neighbor;
    auto& known = to.group->exported(kFamily, in, from);
    if (known.in.id() != in || known.from != from)
        known = {AttributeRef(shared_.attributes, in), from, export_best(to, entry)};
    return known.out;
}

template <class Key>
AttributeRef ExportedAttributes<Key>::unless_refused(const NeighborState& to, NeighborId from,
                                                     AttributeRef exported) {
    if (!exported) return exported;
    const ExportTo target{to.id, to.settings, *to.session};
    if (refused_to(target, kFamily, from, *exported) != ExportState::Accepted) return {};
    return exported;
}

template <class Key>
AttributeRef ExportedAttributes<Key>::of_best(NeighborState& to, const RouteEntry<Key>& entry) {
    return unless_refused(to, entry.first.neighbor, export_for_group(to, entry));
}

// RFC 4271 9.2.2.2, 5.1.6, 5.1.7. A route of our own, as `networks` are: the path behind us is
// nobody's business, so no AS_SET (RFC 9774).
template <class Key>
AttributeRef ExportedAttributes<Key>::of_aggregate(NeighborState& to,
                                                   const OutAggregate& aggregate) {
    auto route = route_of_aggregate(aggregate.prefix, aggregate.origin(), to.settings.local_as,
                                    shared_.settings.router_id);
    return unless_refused(to, kLocalRoutes, apply_rules(to, std::move(route)));
}

template class ExportedAttributes<Ipv4Key>;
template class ExportedAttributes<Ipv6Key>;

}  // namespace dx::bgp
