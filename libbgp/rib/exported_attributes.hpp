// What becomes of a route's attributes on its way to a neighbor: export rules and policy, once for
// all neighbors of an update group, and the wire form. RFC 4271 9.1.3.
#pragma once

#include "libbgp/rib/export_rules.hpp"
#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/out_aggregates.hpp"
#include "libbgp/rib/rib_shared.hpp"

namespace dx::bgp {

template <class Key>
class ExportedAttributes {
public:
    static constexpr net::Family kFamily = Key::kFamily;

    explicit ExportedAttributes(RibShared& shared) : shared_(shared) {}

    // Both: empty where the neighbor is not to have it.
    AttributeRef of_best(NeighborState& to, const RouteEntry<Key>& entry);
    AttributeRef of_aggregate(NeighborState& to, const OutAggregate& aggregate);

    // `unpack` gives the set's attributes.
    template <class Unpack>
    const EncodedAttributes& wire_form(NeighborState& to, AttributeId set, Unpack unpack) {
        auto& known = to.group->encoded(kFamily, set);
        if (known.set.id() != set) {
            known.set = AttributeRef(shared_.attributes, set);
            encode_attributes(unpack(), kFamily, to.session->wire, known.wire);
        }
        return known.wire;
    }

private:
    AttributeRef apply_rules(NeighborState& to, ExportRoute&& route);
    AttributeRef export_best(NeighborState& to, const RouteEntry<Key>& entry);
    AttributeRef export_for_group(NeighborState& to, const RouteEntry<Key>& entry);

    // What concerns the neighbor itself, and not its group.
    static AttributeRef unless_refused(const NeighborState& to, NeighborId from,
                                       AttributeRef exported);

    RibShared& shared_;
};

}  // namespace dx::bgp
