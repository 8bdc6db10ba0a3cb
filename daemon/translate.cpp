#include "daemon/translate.hpp"

#include <algorithm>
#include <iterator>

#include "daemon/config/profile.hpp"

namespace dx::daemon {

namespace {

bgp::PeerSettings peer_settings(const config::Config& config, const config::Neighbor& neighbor,
                                bgp::RouterId router_id) {
    bgp::PeerSettings peer;
    peer.local_as = config.router.asn;
    peer.remote_as = neighbor.remote_as;
    peer.router_id = router_id;
    peer.families = neighbor.families;
    peer.hold_time = neighbor.timers.hold;
    peer.keepalive = neighbor.timers.keepalive;
    peer.connect_retry = neighbor.timers.connect_retry;
    peer.passive = neighbor.passive;
    if (neighbor.bgp_role) {
        peer.role = neighbor.bgp_role->role;
        peer.role_strict = neighbor.bgp_role->strict;
    }
    return peer;
}

std::optional<bgp::PrefixLimitIn> limit_in(const std::optional<config::InboundLimit>& limit) {
    if (!limit) return std::nullopt;
    return bgp::PrefixLimitIn{limit->max, limit->action == config::InboundLimit::Action::Discard
                                              ? bgp::PrefixLimitIn::Action::Discard
                                              : bgp::PrefixLimitIn::Action::Restart};
}

std::optional<bgp::PrefixLimitOut> limit_sent(const std::optional<config::OutboundLimit>& limit,
                                              net::Family family) {
    if (!limit) return std::nullopt;
    bgp::PrefixLimitOut sent{limit->max,
                             limit->order == config::OutboundLimit::Order::ShortestFirst
                                 ? bgp::PrefixLimitOut::Order::ShortestFirst
                                 : bgp::PrefixLimitOut::Order::Configured,
                             limit->warn_percent,
                             {}};
    std::ranges::copy_if(limit->aggregates, std::back_inserter(sent.aggregates),
                         [&](const net::Prefix& prefix) { return prefix.family() == family; });
    return sent;
}

}  // namespace

bool is_single_hop(const config::Neighbor& neighbor) {
    return !neighbor.internal && neighbor.multihop == 1;
}

bgp::SpeakerSettings speaker_settings(const config::Config& config) {
    return {config.router.listen.addresses, config.router.listen.port};
}

bgp::NeighborSettings session_settings(const config::Config& config, const Neighbor& of,
                                       bgp::RouterId router_id) {
    const auto& neighbor = of.config;
    bgp::NeighborSettings settings;
    settings.address = neighbor.address;
    settings.local_address = neighbor.local_address;
    settings.interface = neighbor.interface;
    if (neighbor.password) settings.password = neighbor.password->reveal();
    settings.multihop = neighbor.multihop;
    settings.ttl_security = neighbor.ttl_security;
    settings.shutdown = of.is_shut_down();
    settings.shutdown_text = neighbor.shutdown.message;
    if (of.drain && !neighbor.shutdown.active) settings.shutdown_text = "drained by the operator";
    settings.peer = peer_settings(config, neighbor, router_id);
    return settings;
}

bgp::RibNeighbor rib_settings(const config::Config& config, const Neighbor& of) {
    return rib_settings(config, of.config, of);
}

bgp::RibNeighbor rib_settings(const config::Config& config, const config::Neighbor& neighbor,
                              const Neighbor& of) {
    bgp::RibNeighbor settings;
    settings.local_as = config.router.asn;
    settings.remote_as = neighbor.remote_as;
    settings.import_policy = neighbor.import_policy;
    settings.export_policy = neighbor.export_policy;
    if (!neighbor.internal) settings.import_local_pref = neighbor.local_pref;
    settings.export_communities = neighbor.sent_communities;
    settings.allow_own_as = neighbor.allow_own_as;
    settings.next_hop_self = neighbor.next_hop_self;
    settings.aws_link = aws_link(neighbor);
    settings.heeds_horizon = neighbor.profile != config::Profile::None && !neighbor.send_aws_routes;
    settings.no_default_route = neighbor.profile == config::Profile::AwsPublic;
    if (of.drain) settings.drain = leading_away(neighbor);
    for (const auto family : bgp::kFamilies) {
        settings.limit_in[family] = limit_in(neighbor.prefix_limit.in[family]);
        settings.limit_out[family] = limit_sent(limit_out(neighbor, of, family), family);
    }
    return settings;
}

netlink::FibServiceConfig fib_settings(const config::Config& config) {
    const auto& fib = config.fib;
    netlink::FibServiceConfig settings;
    settings.fib.enabled = fib.enabled;
    settings.fib.metric = fib.metric;
    settings.fib.nexthop_objects = fib.nexthop_objects;
    settings.fib.source_v4 = fib.source.ipv4;
    settings.fib.source_v6 = fib.source.ipv6;
    settings.fib.keep_on_stop = fib.on_stop == config::FibSettings::OnStop::Keep;
    settings.fib.stale_time = fib.stale_time;
    settings.table = fib.table;
    settings.tune_kernel = fib.tune_kernel;
    return settings;
}

bgp::AwsLink aws_link(const config::Neighbor& neighbor) {
    const bool kept = neighbor.covered_by_dx == config::CoveredByDx::Keep;
    return kept ? bgp::AwsLink::Aside : config::defaults_of(neighbor.profile).link;
}

fib::CoverRole cover_role(bgp::AwsLink link) {
    using enum bgp::AwsLink;
    switch (link) {
        case Circuit:
        case Public: return fib::CoverRole::Covers;
        case Vpn: return fib::CoverRole::Yields;
        case Aside: return fib::CoverRole::Neither;
        case None: break;
    }
    return fib::CoverRole::None;
}

bfd::SessionSettings bfd_settings(const config::BfdTimers& timers) {
    const auto interval = std::chrono::duration_cast<bfd::Interval>(timers.interval);
    return {interval, interval, timers.multiplier};
}

std::vector<fib::StaticRoute> static_routes(const config::Config& config,
                                            const Gateways& gateways) {
    std::vector<fib::StaticRoute> routes;
    for (const auto& route : config.static_routes)
        routes.push_back({route.prefix, route.via, route.interface, route.blackhole, route.distance,
                          gateways.tag_of(route)});
    return routes;
}

}  // namespace dx::daemon
