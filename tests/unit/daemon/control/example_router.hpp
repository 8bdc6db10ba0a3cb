// The router of the manual's examples: two Direct Connect circuits, one neighbor shut down.
#pragma once

#include "tests/unit/daemon/control/fake_router.hpp"

namespace dx::control {

using namespace std::chrono_literals;

inline NeighborFamilyView family_view(std::uint64_t received, std::uint64_t advertised,
                                      std::uint64_t version) {
    NeighborFamilyView view;
    view.family = net::Family::Ipv4;
    view.import_policy = "accept-all";
    view.export_policy = "to-aws";
    view.received = view.accepted = received;
    view.advertised = advertised;
    view.table_version = version;
    view.limit_in = PrefixLimitView{1000, "discard", 0, 80U};
    view.limit_out = PrefixLimitView{100, "shortest-first", 0, std::nullopt};
    return view;
}

inline NeighborView neighbor_view(const char* at, bgp::AsNumber as, const char* name) {
    NeighborView view;
    view.address = address(at);
    view.name = name;
    view.remote_as = as;
    view.local_as = 65010;
    view.local_id = router_id("10.20.0.1");
    view.state = "Active";
    view.hold.configured = 90s;
    view.keepalive.configured = 30s;
    view.connect_retry = 10s;
    return view;
}

inline void establish(NeighborView& view, Milliseconds ago) {
    view.state = "Established";
    view.up_for = view.state_for = ago;
    view.established = 1;
    view.remote_id = router_id("10.0.0.1");
    view.hold.negotiated = 30s;
    view.keepalive.negotiated = 10s;
    view.last_read = 45s;
    view.last_write = 42s;
    view.last_update = 45s;
    view.local_address = address("169.254.10.2");
    view.local_port = 58922;
    view.remote_port = 179;
    bgp::Capabilities capabilities;
    capabilities.multiprotocol = {bgp::AfiSafi::unicast(net::Family::Ipv4)};
    capabilities.route_refresh = true;
    capabilities.four_octet_as = view.local_as;
    view.sent = view.received = capabilities;
    view.sent->extended_message = true;
    view.families.front().negotiated = true;
    view.families.front().end_of_rib_sent = true;
    view.families.front().end_of_rib_received = true;
}

inline BgpPathView bgp_path(const char* next_hop, std::optional<std::uint32_t> local_pref,
                            bgp::AsNumber as) {
    BgpPathView path;
    path.attributes.next_hop.address = address(next_hop);
    path.attributes.origin = bgp::Origin::Igp;
    path.attributes.med = 0;
    path.local_pref = local_pref;
    path.interior_cost = 0;
    if (as == 0) {
        path.weight = 32768;
        return path;
    }
    const bgp::AsNumber as_path[] = {as};
    path.attributes.as_path = bgp::AsPath::sequence(as_path);
    path.neighbor = address(next_hop);
    path.neighbor_name = next_hop;
    path.neighbor_id = router_id("10.0.0.1");
    path.external = true;
    return path;
}

inline RouteView route_view(const char* to, RouteSource source, std::uint8_t distance,
                            Milliseconds age) {
    RouteView view;
    view.prefix = prefix(to);
    view.source = source;
    view.distance = distance;
    view.selected = true;
    view.age = age;
    return view;
}

inline RouteNextHopView hop(const char* gateway, const char* interface) {
    RouteNextHopView view;
    if (gateway) view.gateway = address(gateway);
    view.interface = interface;
    view.interface_index = 2;
    return view;
}

inline void add_neighbors(FakeRouter& router) {
    auto primary = neighbor_view("169.254.10.1", 64512, "dx-primary");
    primary.description = "dxvif-ffaabbcc, cage 12";
    primary.families = {family_view(1, 1, 12)};
    establish(primary, 46s);
    primary.messages_received = {1, 0, 3, 1, 0};
    primary.messages_sent = {1, 0, 4, 1, 0};
    auto secondary = neighbor_view("169.254.20.1", 4200000001, "169.254.20.1");
    secondary.families = {family_view(1, 1, 12)};
    establish(secondary, 26h + 5min);
    secondary.messages_received = {1, 0, 3, 5, 0};
    secondary.messages_sent = {1, 0, 2, 5, 0};
    secondary.last_down = DownView{26h + 6min, "hold timer expired"};
    auto shut = neighbor_view("203.0.113.9", 64513, "203.0.113.9");
    shut.families = {family_view(0, 0, 1)};
    shut.state = "Idle";
    shut.state_note = "Admin";
    router.neighbor_views = {primary, secondary, shut};
}

inline void add_bgp_routes(FakeRouter& router) {
    BgpRouteView shared;
    shared.prefix = prefix("10.0.0.0/16");
    shared.version = 12;
    shared.paths = {bgp_path("169.254.10.1", 200, 64512), bgp_path("169.254.20.1", 200, 64512)};
    shared.paths[0].best = shared.paths[0].multipath = true;
    shared.paths[0].reason = "Address";
    shared.paths[0].reason_values = "169.254.10.1 is lower than 169.254.20.1";
    shared.paths[1].multipath = true;
    shared.paths[1].reason = "Address";
    shared.paths[1].reason_values = "169.254.20.1 is higher than 169.254.10.1";
    BgpRouteView own;
    own.prefix = prefix("10.20.0.0/24");
    own.version = 1;
    own.paths = {bgp_path("0.0.0.0", std::nullopt, 0)};
    own.paths[0].best = true;
    own.paths[0].reason = "Valid";
    own.advertised_to = {"dx-primary", "169.254.20.1"};
    router.bgp_tables[0] = {shared, own};
    router.bgp_tables[3] = {own};
}

inline void add_routes(FakeRouter& router) {
    auto fallback = route_view("0.0.0.0/0", RouteSource::Bgp, 20, 10min + 11s);
    fallback.next_hops = {hop("169.254.10.1", "eth0.259")};
    auto shared = route_view("10.0.0.0/16", RouteSource::Bgp, 20, 10min + 11s);
    shared.next_hops = {hop("169.254.10.1", "eth0.259"), hop("169.254.20.1", "eth1.260")};
    auto fixed = route_view("10.9.0.0/16", RouteSource::Static, 1, 26h);
    fixed.next_hops = {hop("192.0.2.1", "eth2")};
    auto connected = route_view("10.20.0.0/24", RouteSource::Connected, 0, 48h);
    connected.next_hops = {hop(nullptr, "eth2")};
    router.route_views = {fallback, shared, fixed, connected};
}

inline BfdPeerView example_bfd_peer() {
    BfdPeerView peer;
    peer.neighbor = "dx-primary";
    peer.peer = net::IpAddress::v4(0xa9fe0a01);
    peer.local = net::IpAddress::v4(0xa9fe0a02);
    peer.interface = "eth0.259";
    peer.state = "Up";
    peer.state_for = 45s;
    peer.ours = {2780659483, "ok", 300ms, 300ms, 0ms, 3};
    peer.remote = {2159058830, "ok", 400ms, 500ms, 50ms, 4};
    peer.transmit_interval = 400ms;
    peer.detection_time = 2000ms;
    peer.smallest_margin = std::chrono::microseconds(1'499'500);
    peer.packets_in = 178;
    peer.packets_out = 177;
    peer.ups = 1;
    return peer;
}

inline FakeRouter example_router() {
    FakeRouter router;
    router.bgp_view.router_id = router_id("10.20.0.1");
    router.bgp_view.local_as = 65010;
    router.bgp_view.tables = {{net::Family::Ipv4, 12, 12, 3, 3, 720},
                              {net::Family::Ipv6, 4, 4, 1, 1, 240}};
    add_neighbors(router);
    add_bgp_routes(router);
    add_routes(router);
    return router;
}

}  // namespace dx::control
