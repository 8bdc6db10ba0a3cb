#include "libbgp/rib/export_rules.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace dx::bgp {

namespace {

bool is_local(const ExportRoute& route) {
    return route.from == kLocalRoutes;
}

// --- Who gets it. Each names a reason not to send.

bool would_go_back(const ExportRoute& route, const ExportTo& to) {
    return route.from == to.id;
}

bool is_between_internals(const ExportRoute& route, const ExportTo& to) {  // RFC 4271 9.2
    return !is_local(route) && !route.from_external && !to.neighbor.external();
}

bool is_kept_by_community(const ExportRoute& route, const ExportTo& to) {  // RFC 1997
    if (route.attributes.has(community::kNoAdvertise)) return true;
    return to.neighbor.external() && (route.attributes.has(community::kNoExport) ||
                                      route.attributes.has(community::kNoExportSubconfed));
}

bool would_loop(const ExportRoute& route, const ExportTo& to) {
    return to.neighbor.external() && route.attributes.as_path.contains(to.neighbor.remote_as);
}

bool is_for_customers_only(const ExportRoute& route, const ExportTo& to) {  // RFC 9234 5, egress
    const auto role = to.session.role;
    const bool peer_is_above_or_beside =
        role == Role::Customer || role == Role::Peer || role == Role::RouteServerClient;
    return to.neighbor.external() && peer_is_above_or_beside && route.attributes.only_to_customer;
}

constexpr std::array kRefusals{would_go_back, is_between_internals, is_kept_by_community,
                               would_loop, is_for_customers_only};

// --- With which attributes.

void add_communities(const std::vector<Community>& added, PathAttributes& attributes) {
    if (added.empty()) return;
    const auto old = attributes.communities.view();
    std::vector<Community> all(old.begin(), old.end());
    all.insert(all.end(), added.begin(), added.end());
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    attributes.communities = CompactArray<Community>(std::span<const Community>(all));
}

void remove_non_transitive(PathAttributes& attributes) {  // RFC 4360 6
    constexpr std::uint64_t kNonTransitive = std::uint64_t{0x40} << 56;
    const auto old = attributes.extended_communities.view();
    const auto stays = [](ExtendedCommunity value) { return !(value.value & kNonTransitive); };
    if (std::ranges::all_of(old, stays)) return;
    std::vector<ExtendedCommunity> kept;
    std::ranges::copy_if(old, std::back_inserter(kept), stays);
    attributes.extended_communities =
        CompactArray<ExtendedCommunity>(std::span<const ExtendedCommunity>(kept));
}

// Ours on that session. The link-local address goes along where the peer is on the same link (RFC
// 2545 3).
std::optional<NextHop> next_hop_self(net::Family family, const RibSession& session) {
    const auto ours = session.local(family);
    if (!ours) return std::nullopt;
    NextHop next_hop{*ours, {}};
    const bool with_link_local = ours->is_v6() && !ours->is_link_local();
    if (with_link_local && session.directly_connected)
        next_hop.link_local = session.local_link_local;
    return next_hop;
}

// None: there is no next hop that the peer could use.
std::optional<NextHop> next_hop_for(const ExportRoute& route, const ExportTo& to,
                                    const NextHop& imported) {
    const auto& after_policy = route.attributes.next_hop;
    if (after_policy != imported) return after_policy;  // the policy chose one
    const auto& received = imported.address;
    const bool link_local_alone = received.is_scoped();
    const bool self =
        is_local(route) || to.neighbor.external() || to.neighbor.next_hop_self || link_local_alone;
    if (self) return next_hop_self(route.prefix.family(), to.session);
    return NextHop{received, {}};
}

// RFC 4271 5.1.3: "shall not be advertised to a peer using an address of that peer as NEXT_HOP";
// the peer could only drop it, or loop.
bool is_of_the_peer(const NextHop& next_hop, const ExportTo& to) {
    return next_hop.address == to.session.peer_address ||
           next_hop.link_local == to.session.peer_address;
}

void finish_external(const ExportTo& to, PathAttributes& attributes) {
    attributes.as_path = attributes.as_path.prepended(to.neighbor.local_as);  // 5.1.2
    attributes.local_pref.reset();                                            // 5.1.5
    attributes.originator_id.reset();                                         // RFC 4456 8
    attributes.cluster_list = {};
    remove_non_transitive(attributes);
    const auto role = to.session.role;
    const bool peer_is_below_or_beside =
        role == Role::Provider || role == Role::Peer || role == Role::RouteServer;
    if (peer_is_below_or_beside && !attributes.only_to_customer)
        attributes.only_to_customer = to.neighbor.local_as;  // RFC 9234 5, egress
}

void finish_internal(PathAttributes& attributes) {
    attributes.local_pref = attributes.local_pref.value_or(kDefaultLocalPref);
}

}  // namespace

std::optional<PathAttributes> export_route(ExportRoute route, const ExportTo& to) {
    const auto& neighbor = to.neighbor;
    if (!neighbor.export_policy) return std::nullopt;  // RFC 8212
    for (const auto refuses : kRefusals)
        if (refuses(route, to)) return std::nullopt;

    auto& attributes = route.attributes;
    const auto imported = attributes.next_hop;
    if (neighbor.external() && !is_local(route))
        attributes.med.reset();  // 5.1.4; before the policy, which may set one
    add_communities(neighbor.export_communities, attributes);
    auto verdict = neighbor.export_policy->evaluate({route.prefix, attributes, route.from_address});
    if (!verdict.accepted) return std::nullopt;
    if (verdict.changed) attributes = std::move(*verdict.changed);

    const auto next_hop = next_hop_for(route, to, imported);
    if (!next_hop || is_of_the_peer(*next_hop, to)) return std::nullopt;
    attributes.next_hop = *next_hop;
    if (neighbor.external())
        finish_external(to, attributes);
    else
        finish_internal(attributes);
    return std::move(attributes);
}

bool export_ignores_prefix(const RibNeighbor& neighbor) {
    return !neighbor.export_policy || neighbor.export_policy->ignores_prefix();
}

}  // namespace dx::bgp
