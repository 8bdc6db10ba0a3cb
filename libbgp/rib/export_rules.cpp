#include "libbgp/rib/export_rules.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "libbgp/wire/exclusive_communities.hpp"

namespace dx::bgp {

namespace {

bool is_local(const ExportRoute& route) {
    return route.from == kLocalRoutes;
}

// --- Who gets it. Each names a reason not to send.

bool is_between_internals(const ExportRoute& route, const ExportRules& to) {  // RFC 4271 9.2
    return !is_local(route) && !route.from_external && !to.external;
}

bool is_kept_by_us(const ExportRoute& route, const ExportRules&) {  // RFC 1997
    return route.attributes.has(community::kNoAdvertise);
}

bool is_kept_in_our_as(const ExportRoute& route, const ExportRules& to) {  // RFC 1997
    return to.external && (route.attributes.has(community::kNoExport) ||
                           route.attributes.has(community::kNoExportSubconfed));
}

bool is_for_customers_only(const ExportRoute& route, const ExportRules& to) {  // RFC 9234 5, egress
    const bool peer_is_above_or_beside =
        to.role == Role::Customer || to.role == Role::Peer || to.role == Role::RouteServerClient;
    return to.external && peer_is_above_or_beside && route.attributes.only_to_customer;
}

bool is_behind_horizon(const ExportRoute& route, const ExportRules& to) {
    return to.heeds_horizon && route.attributes.aws_link != AwsLink::None;
}

bool is_unwanted_default(const ExportRoute& route, const ExportRules& to) {
    return to.no_default_route && route.prefix.is_default();
}

// RFC 9494 4.3: who does not know what the mark means would not take it for the last choice.
bool is_long_lived_stale(const ExportRoute& route, const ExportRules& to) {
    return !to.long_lived && route.attributes.has(community::kLlgrStale);
}

struct Refusal {
    ExportState state;
    bool (*applies)(const ExportRoute&, const ExportRules&);
};

constexpr std::array kRefusals{
    Refusal{ExportState::BetweenInternals, is_between_internals},
    Refusal{ExportState::NoAdvertise, is_kept_by_us},
    Refusal{ExportState::NoExport, is_kept_in_our_as},
    Refusal{ExportState::CustomersOnly, is_for_customers_only},
    Refusal{ExportState::BehindHorizon, is_behind_horizon},
    Refusal{ExportState::DefaultRoute, is_unwanted_default},
    Refusal{ExportState::LongLivedStale, is_long_lived_stale},
};

// --- With which attributes.

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

NextHop next_hop_for(const ExportRoute& route, const ExportRules& to, const NextHop& imported) {
    const auto& after_policy = route.attributes.next_hop;
    if (after_policy != imported) return after_policy;  // the policy chose one
    const auto& received = imported.address;
    const bool link_local_alone = received.is_scoped();
    const bool self = is_local(route) || to.external || to.next_hop_self || link_local_alone;
    return {self ? net::IpAddress::any(route.prefix.family()) : received, {}};
}

void finish_external(const ExportRules& to, PathAttributes& attributes) {
    attributes.as_path = attributes.as_path.prepended(to.local_as);  // 5.1.2
    attributes.local_pref.reset();                                   // 5.1.5
    attributes.originator_id.reset();                                // RFC 4456 8
    attributes.cluster_list = {};
    attributes.aws_link = AwsLink::None;
    remove_non_transitive(attributes);
    const bool peer_is_below_or_beside =
        to.role == Role::Provider || to.role == Role::Peer || to.role == Role::RouteServer;
    if (peer_is_below_or_beside && !attributes.only_to_customer)
        attributes.only_to_customer = to.local_as;  // RFC 9234 5, egress
}

void finish_internal(PathAttributes& attributes) {
    attributes.local_pref = local_pref_of(attributes);
}

void remove_communities(const std::vector<Community>& removed, PathAttributes& attributes) {
    std::vector<Community> kept;
    std::ranges::remove_copy_if(attributes.communities.view(), std::back_inserter(kept),
                                [&](Community community) {
                                    return std::ranges::find(removed, community) != removed.end();
                                });
    attributes.communities = CompactArray<Community>(std::span<const Community>(kept));
}

void lead_away(const Drain& drain, const ExportRules& to, PathAttributes& attributes) {
    if (!to.external) {
        attributes.local_pref = 0;
        return;
    }
    remove_communities(drain.removed, attributes);
    attributes.add(drain.added);
    for (unsigned i = 0; i < drain.prepend; ++i)
        attributes.as_path = attributes.as_path.prepended(to.local_as);
}

}  // namespace

bool exports_the_same(const RibNeighbor& a, const RibNeighbor& b) {
    return same_policy(a.export_policy, b.export_policy) &&
           a.export_communities == b.export_communities && a.next_hop_self == b.next_hop_self &&
           a.drain == b.drain && a.heeds_horizon == b.heeds_horizon &&
           a.no_default_route == b.no_default_route && a.limit_out == b.limit_out &&
           a.local_as == b.local_as && a.remote_as == b.remote_as;
}

bool operator==(const ExportRules& a, const ExportRules& b) {
    const auto besides = [](const ExportRules& rules) {
        return std::tie(rules.communities, rules.local_as, rules.external, rules.next_hop_self,
                        rules.role, rules.four_octet_as, rules.drain, rules.heeds_horizon,
                        rules.no_default_route, rules.long_lived);
    };
    return besides(a) == besides(b) && same_policy(a.policy, b.policy);
}

ExportRules export_rules(const RibNeighbor& neighbor, const RibSession& session) {
    return {.policy = neighbor.export_policy,
            .communities = neighbor.export_communities,
            .local_as = neighbor.local_as,
            .external = neighbor.external(),
            .next_hop_self = neighbor.next_hop_self,
            .role = session.role,
            .four_octet_as = session.wire.four_octet_as,
            .drain = neighbor.drain,
            .heeds_horizon = neighbor.heeds_horizon,
            .no_default_route = neighbor.no_default_route,
            .long_lived = session.long_lived};
}

void tell_source(const ExportSource& from, ExportRoute& route) {
    route.from = from.id;
    if (from.id == kLocalRoutes) return;
    route.from_external = from.neighbor->external();
    route.from_address = from.peer->peer_address;
}

ExportRoute route_of_aggregate(const net::Prefix& prefix, Origin origin, AsNumber local_as,
                               RouterId router_id) {
    ExportRoute route{.prefix = prefix, .attributes = {}, .from = kLocalRoutes, .from_address = {}};
    route.attributes.next_hop.address = net::IpAddress::any(prefix.family());
    route.attributes.origin = origin;
    route.attributes.atomic_aggregate = true;
    route.attributes.aggregator = {local_as, router_id};
    return route;
}

ExportResult export_route(ExportRoute route, const ExportRules& rules, RouteTrace* trace) {
    if (!rules.policy) return {ExportState::NoPolicy, {}, {}};  // RFC 8212
    for (const auto& refusal : kRefusals)
        if (refusal.applies(route, rules)) return {refusal.state, {}, {}};

    auto& attributes = route.attributes;
    const auto imported = attributes.next_hop;
    const bool marked = attributes.has(community::kLlgrStale);
    if (rules.external && !is_local(route))
        attributes.med.reset();  // 5.1.4; before the policy, which may set one
    add_defaults(rules.communities, attributes);
    if (trace) trace->asked = attributes;
    auto verdict = rules.policy->evaluate({route.prefix, attributes, route.from_address},
                                          trace ? &trace->policy : nullptr);
    if (!verdict.accepted) return {ExportState::FilteredByPolicy, {}, verdict.rule};
    if (verdict.changed) attributes = std::move(*verdict.changed);
    if (trace) trace->left = attributes;
    if (rules.drain) lead_away(*rules.drain, rules, attributes);
    if (marked) attributes.add(std::array{community::kLlgrStale});  // RFC 9494 4.3: not to be lost

    attributes.next_hop = next_hop_for(route, rules, imported);
    if (rules.external)
        finish_external(rules, attributes);
    else
        finish_internal(attributes);
    return {ExportState::Accepted, std::move(attributes), verdict.rule};
}

std::optional<NextHop> next_hop_on(const RibSession& session, net::Family family,
                                   const NextHop& exported) {
    if (exported.address.is_unspecified()) return next_hop_self(family, session);
    return exported;
}

ExportState refused_to(const ExportTo& to, net::Family family, NeighborId from,
                       const PackedAttributes& exported) {
    if (from == to.id) return ExportState::LearntFromIt;
    if (to.neighbor.external() && exported.as_path_contains(to.neighbor.remote_as))
        return ExportState::AsInPath;
    // RFC 4271 5.1.3: "shall not be advertised to a peer using an address of that peer as
    // NEXT_HOP"; the peer could only drop it, or loop.
    const auto next_hop = next_hop_on(to.session, family, exported.next_hop());
    if (!next_hop) return ExportState::NoNextHop;
    const auto& peer = to.session.peer_address;
    const bool is_peer = next_hop->address == peer || next_hop->link_local == peer;
    return is_peer ? ExportState::NextHopIsPeer : ExportState::Accepted;
}

}  // namespace dx::bgp
