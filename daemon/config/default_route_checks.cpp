#include "daemon/config/default_route_checks.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "libbgp/wire/exclusive_communities.hpp"

namespace dx::config {
namespace {

// AWS would lead to us what the whole Internet sends to our addresses, and drop what comes back.
constexpr auto kReason =
    "on a public virtual interface AWS takes only prefixes that are ours (expected a policy that "
    "rejects ";

bool goes_out(const Neighbor& neighbor, const net::Prefix& prefix, bgp::PathAttributes attributes) {
    if (!neighbor.families.contains(prefix.family())) return false;
    bgp::add_defaults(neighbor.sent_communities, attributes);
    return neighbor.export_policy->evaluate({prefix, attributes, {}}).accepted;
}

// What redistribution makes of it; none: nothing.
std::optional<bgp::PathAttributes> redistributed(const Config& config, const net::Prefix& prefix) {
    const auto& policy = config.redistribute.static_routes;
    if (!policy) return std::nullopt;
    bgp::PathAttributes attributes;
    attributes.next_hop.address = net::IpAddress::any(prefix.family());
    auto verdict = policy->evaluate({prefix, attributes, {}});
    if (!verdict.accepted) return std::nullopt;
    return verdict.changed ? std::move(verdict.changed) : std::move(attributes);
}

bool has_default(const Config& config, net::Family family) {
    return std::ranges::any_of(config.networks, [&](const Network& network) {
        return network.prefix == net::Prefix::default_route(family);
    });
}

void check(Reader& reader, const Neighbor& neighbor, const Node& map) {
    const auto& config = reader.config();
    const auto* key = map.find_entry("export");
    const auto at = key ? key->value.at : map.at;
    for (const auto family : bgp::kFamilies) {
        const auto prefix = net::Prefix::default_route(family);
        bgp::PathAttributes network;
        network.origin = bgp::Origin::Igp;
        if (has_default(config, family) && goes_out(neighbor, prefix, network))
            reader.error(at, std::string("export: it lets the default route out, and ") + kReason +
                                 prefix.to_string() + ")");
    }
    for (const auto& route : config.static_routes) {
        if (!route.prefix.is_default()) continue;
        const auto attributes = redistributed(config, route.prefix);
        // The guard of `export_rules.hpp` keeps it in: nothing to refuse to start for.
        if (attributes && goes_out(neighbor, route.prefix, *attributes))
            reader.warning(at, std::string("export: it would let the redistributed static default "
                                           "route out, which is kept back: ") +
                                   kReason + route.prefix.to_string() + ")");
    }
}

}  // namespace

void check_default_routes(Reader& reader, const Node& root) {
    const auto& neighbors = reader.config().neighbors;
    for (std::size_t i = 0; i < neighbors.size(); ++i)
        if (neighbors[i].profile == Profile::AwsPublic && neighbors[i].export_policy)
            check(reader, neighbors[i], root.find("neighbors")->items[i]);
}

}  // namespace dx::config
