// What people and programs read, byte for byte.
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

using namespace dx::cli;
using namespace dx::control;

TEST_CASE("show ip bgp summary") {
    auto router = example_router();
    CHECK(run(router, "show ip bgp summary") ==
          R"(BGP router identifier 10.20.0.1, local AS number 65010
BGP table version is 12, main routing table version 12
3 network entries using 720 bytes of memory

Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
169.254.10.1    4        64512       5       6       12    0    0 00:00:46            1
169.254.20.1    4   4200000001       9       8       12    0    0 1d02h               1
203.0.113.9     4        64513       0       0        1    0    0 never    Idle (Admin)
)");
}

TEST_CASE("show ip bgp summary names neighbors without a policy") {
    auto router = example_router();
    router.neighbor_views[0].families[0].import_policy.reset();
    router.neighbor_views[1].families[0].export_policy.reset();
    router.neighbor_views[2].families[0].import_policy.reset();
    router.neighbor_views[2].families[0].export_policy.reset();
    const auto text = run(router, "show ip bgp summary");
    CHECK(text.ends_with(R"( Idle (Admin)

Neighbor 169.254.10.1 has no import policy: nothing is accepted from it (RFC 8212)
Neighbor 169.254.20.1 has no export policy: nothing is sent to it (RFC 8212)
Neighbor 203.0.113.9 has neither import nor export policy: no routes pass (RFC 8212)
)"));
}

TEST_CASE("a neighbor that was up shows how long it has been down") {
    auto router = example_router();
    auto& neighbor = router.neighbor_views[1];
    neighbor.up_for.reset();
    neighbor.state_for = 24h * 21;
    neighbor.state = "Active";
    CHECK(run(router, "show ip bgp summary")
              .find("169.254.20.1    4   4200000001       9       8       12    0    0 3w0d     "
                    "Active\n") != std::string::npos);
}

TEST_CASE("show bgp ipv6 summary gives a long address its own line") {
    auto router = example_router();
    for (auto* at : {"2001:db8::1", "2001:db8:0:259::1"}) {
        auto neighbor = neighbor_view(at, 64512, at);
        neighbor.families = {family_view(7, 1, 4)};
        neighbor.families[0].family = dx::net::Family::Ipv6;
        establish(neighbor, 24h * 435);
        router.neighbor_views.push_back(neighbor);
    }
    CHECK(run(router, "show bgp ipv6 summary") ==
          R"(BGP router identifier 10.20.0.1, local AS number 65010
BGP table version is 4, main routing table version 4
1 network entries using 240 bytes of memory

Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
2001:db8::1     4        64512       0       0        4    0    0 1y10w               7
2001:db8:0:259::1
                4        64512       0       0        4    0    0 1y10w               7
)");
}

TEST_CASE("show bgp summary has a title for each family that has neighbors") {
    auto router = example_router();
    const auto text = run(router, "show bgp summary");
    CHECK(text.starts_with("For address family: IPv4 Unicast\nBGP router identifier"));
    CHECK(text.find("IPv6 Unicast") == std::string::npos);
    CHECK(run(router, "show bgp ipv6 summary") == "No IPv6 Unicast neighbor is configured\n");
    router.neighbor_views.clear();
    CHECK(run(router, "show bgp summary") == "No neighbors are configured\n");
}

TEST_CASE("show ip bgp summary wide") {
    auto router = example_router();
    router.neighbor_views[0].bfd = BfdView{"Up", 300ms, 3, 45s};
    CHECK(run(router, "show ip bgp summary wide") ==
          R"(BGP router identifier 10.20.0.1, local AS number 65010
BGP table version is 12, main routing table version 12
3 network entries using 720 bytes of memory

Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd   PfxSnt    Limit BFD       Last down          Description
169.254.10.1    4        64512       5       6       12    0    0 00:00:46            1        1      100 Up        -                  dxvif-ffaabbcc, cage 12
169.254.20.1    4   4200000001       9       8       12    0    0 1d02h               1        1      100 -         hold timer expired -
203.0.113.9     4        64513       0       0        1    0    0 never    Idle (Admin)        0      100 -         -                  -
)");
}

TEST_CASE("show ip bgp") {
    auto router = example_router();
    router.bgp_tables[0][0].paths[0].multipath = false;
    CHECK(run(router, "show ip bgp") ==
          R"(BGP table version is 12, local router ID is 10.20.0.1
Status codes: s suppressed, d damped, h history, * valid, > best, i - internal, m multipath, S Stale
Origin codes: i - IGP, e - EGP, ? - incomplete

     Network          Next Hop            Metric LocPrf Weight Path
 *>  10.0.0.0/16      169.254.10.1             0    200      0 64512 i
 *m                   169.254.20.1             0    200      0 64512 i
 *>  10.20.0.0/24     0.0.0.0                  0         32768 i
)");
}

TEST_CASE("show ip bgp gives what is too long a line of its own") {
    auto router = example_router();
    auto route = router.bgp_tables[0][0];
    route.prefix = prefix("203.113.121.240/28");
    route.paths[0].external = false;
    route.paths[0].attributes.med.reset();
    route.paths[1].valid = false;
    route.paths[1].attributes.origin = dx::bgp::Origin::Incomplete;
    router.bgp_tables[0] = {route};
    const auto text = run(router, "show ip bgp");
    CHECK(text.substr(text.find("Path\n") + 5) ==
          R"( *>i 203.113.121.240/28
                      169.254.10.1                  200      0 64512 i
  m                   169.254.20.1             0    200      0 64512 ?
)");
}

TEST_CASE("show bgp ipv6") {
    auto router = example_router();
    BgpRouteView route;
    route.prefix = prefix("2001:db8::/32");
    route.paths = {bgp_path("2001:db8:0:259::1", 200, 64512), bgp_path("2001:db8::1", 100, 64512)};
    route.paths[0].best = true;
    auto longer = route;
    longer.prefix = prefix("2001:db8:aaaa::/48");
    router.bgp_tables[0] = {route, longer};
    const auto text = run(router, "show bgp ipv6 unicast");
    CHECK(text.substr(text.find("Path\n") + 5) ==
          R"( *>  2001:db8::/32    2001:db8:0:259::1
                                               0    200      0 64512 i
 *                    2001:db8::1              0    100      0 64512 i
 *>  2001:db8:aaaa::/48
                      2001:db8:0:259::1
                                               0    200      0 64512 i
 *                    2001:db8::1              0    100      0 64512 i
)");
}

TEST_CASE("show ip bgp neighbors N advertised-routes") {
    auto router = example_router();
    CHECK(run(router, "show ip bgp neighbors dx-primary advertised-routes") ==
          R"(BGP table version is 12, local router ID is 10.20.0.1
Status codes: s suppressed, d damped, h history, * valid, > best, i - internal, m multipath, S Stale
Origin codes: i - IGP, e - EGP, ? - incomplete

     Network          Next Hop            Metric LocPrf Weight Path
 *>  10.20.0.0/24     0.0.0.0                  0         32768 i

Total number of prefixes 1
)");
    CHECK(router.queries.back().table == BgpQuery::Table::Advertised);
}

TEST_CASE("what a limit holds back can be listed") {
    auto router = example_router();
    router.bgp_tables[static_cast<int>(BgpQuery::Table::HeldBack)] = {
        router.bgp_tables[static_cast<int>(BgpQuery::Table::Advertised)].front()};
    const auto text = run(router, "show ip bgp neighbors dx-primary held-back-routes");
    CHECK(text.find(" *>  10.20.0.0/24     0.0.0.0 ") != std::string::npos);
    CHECK(text.ends_with("\nTotal number of prefixes 1\n"));
    CHECK(router.queries.back().table == BgpQuery::Table::HeldBack);
    CHECK(run(router, "show ip bgp neighbors dx-primary held-back-routes json")
              .find("\"heldBackRoutes\"") != std::string::npos);
}

TEST_CASE("what a limit leaves out of the advertised routes is said below them") {
    auto router = example_router();
    auto& limit = *router.neighbor_views[0].families[0].limit_out;
    limit.aggregated = 95;
    limit.beyond = 4;
    const auto text = run(router, "show ip bgp neighbors dx-primary advertised-routes");
    CHECK(text.ends_with(R"(
Total number of prefixes 1
95 more are covered by the aggregates among them, since not all fit into prefix-limit out of 100
4 more do not fit into prefix-limit out of 100: held back (held-back-routes)
)"));
    const auto summary = run(router, "show ip bgp summary wide");
    CHECK(
        summary.find("Neighbor 169.254.10.1 is sent aggregates instead of 95 prefixes: more than "
                     "100 do not fit\n"
                     "Neighbor 169.254.10.1 is not sent 4 prefixes: more than 100 do not fit\n") !=
        std::string::npos);
    CHECK(run(router, "show ip bgp summary").find("do not fit") == std::string::npos);
    limit.aggregated = limit.beyond = 1;
    CHECK(run(router, "show ip bgp neighbors dx-primary advertised-routes")
              .find("\n1 more is covered by the aggregates among them, since not all fit into "
                    "prefix-limit out of 100\n1 more does not fit into prefix-limit out of 100: "
                    "held back (held-back-routes)\n") != std::string::npos);
    CHECK(run(router, "show ip bgp summary wide")
              .find("is not sent 1 prefix: more than 100 do not fit\n") != std::string::npos);
}

TEST_CASE("show ip bgp PREFIX tells for each loser where it lost") {
    auto router = example_router();
    auto& route = router.bgp_tables[0][0];
    auto& loser = route.paths[1];
    loser.multipath = false;
    loser.local_pref = 100;
    loser.backup = true;
    loser.reason = "Local preference";
    loser.reason_values = "100 is lower than 200";
    const dx::bgp::Community communities[] = {dx::bgp::Community::of(7224, 8200)};
    loser.attributes.communities = dx::bgp::CompactArray<dx::bgp::Community>(communities);
    loser.attributes.aws_link = dx::bgp::AwsLink::Vpn;
    route.paths[0].multipath = false;
    route.paths[0].reason = "Local preference";
    route.paths[0].reason_values = "200 is higher than 100";
    auto text = run(router, "show ip bgp 10.0.0.0/16");
    constexpr std::string_view kTime = "Last update: ";  // that of the test: taken out
    for (auto at = text.find(kTime); at != std::string::npos; at = text.find(kTime, at)) {
        at += kTime.size();
        text.erase(at, text.find('\n', at) - at);
    }
    CHECK(text == R"(BGP routing table entry for 10.0.0.0/16, version 12
Paths: (2 available, best #1, table default)
  Not advertised to any peer
  64512
    169.254.10.1 from 169.254.10.1 (10.0.0.1)
      Origin IGP, metric 0, localpref 200, valid, external, best (Local preference: 200 is higher than 100)
      Last update: 
  64512
    169.254.20.1 from 169.254.20.1 (10.0.0.1)
      Origin IGP, metric 0, localpref 100, valid, external, backup
      Not best: Local preference: 100 is lower than 200
      Community: 7224:8200
      Learnt over: an AWS VPN
      Last update: 
)");
}

TEST_CASE("show ip bgp ADDRESS finds the route it goes by; our own say so") {
    auto router = example_router();
    router.bgp_tables[0][1].not_installed = "connected route";
    const auto text = run(router, "show ip bgp 10.20.0.77");
    CHECK(text.starts_with(R"(BGP routing table entry for 10.20.0.0/24, version 1
Paths: (1 available, best #1, table default)
  Advertised to:
    dx-primary 169.254.20.1
  Not installed: connected route
  Local
    0.0.0.0 from local (0.0.0.0)
      Origin IGP, metric 0, weight 32768, valid, sourced, local, best (Valid)
)"));
}

TEST_CASE("show ip route") {
    auto router = example_router();
    CHECK(run(router, "show ip route") == R"(Codes: C - connected, S - static, B - BGP, K - kernel

Gateway of last resort is 169.254.10.1 to network 0.0.0.0

B*    0.0.0.0/0 [20/0] via 169.254.10.1, 00:10:11, eth0.259
B     10.0.0.0/16 [20/0] via 169.254.10.1, 00:10:11, eth0.259
                  [20/0] via 169.254.20.1, 00:10:11, eth1.260
S     10.9.0.0/16 [1/0] via 192.0.2.1, 1d02h, eth2
C     10.20.0.0/24 is directly connected, eth2
)");
}

TEST_CASE("show ip route of one source, without a default route") {
    auto router = example_router();
    router.route_views.erase(router.route_views.begin());
    CHECK(run(router, "sh ip ro st") == R"(Codes: C - connected, S - static, B - BGP, K - kernel

Gateway of last resort is not set

S     10.9.0.0/16 [1/0] via 192.0.2.1, 1d02h, eth2
)");
}

TEST_CASE("show ip route says why a route is not in the kernel") {
    auto router = example_router();
    auto& routes = router.route_views;
    routes[0].state = RouteView::State::Queued;
    routes[1].state = RouteView::State::Conflict;
    routes[1].state_text = "a kernel route of another program (proto static, metric 0) has it";
    routes[1].next_hops[1].active = false;
    routes[2].state = RouteView::State::Unresolved;
    routes[2].state_text = "192.0.2.1 is not reachable";
    routes[2].next_hops[0].interface.clear();
    auto discard = route_view("10.66.0.0/16", RouteSource::Static, 1, 1s);
    discard.blackhole = true;
    auto other = route_view("10.67.0.0/16", RouteSource::Kernel, 0, 1s);
    other.metric = 100;
    other.next_hops = {hop("192.0.2.9", "eth2")};
    auto behind = other;
    behind.source = RouteSource::Bgp;
    behind.distance = 20;
    behind.metric = 0;
    behind.selected = false;
    behind.state = RouteView::State::Conflict;
    behind.state_text = "another program's kernel route has the prefix";
    routes.insert(routes.end(), {discard, other, behind});
    const auto text = run(router, "show ip route");
    CHECK(text.substr(text.find("B*")) ==
          R"(B*    0.0.0.0/0 [20/0] via 169.254.10.1, 00:10:11, eth0.259 (queued)
B     10.0.0.0/16 [20/0] via 169.254.10.1, 00:10:11, eth0.259 (not installed: a kernel route of another program (proto static, metric 0) has it)
                  [20/0] via 169.254.20.1, 00:10:11, eth1.260 (inactive)
S     10.9.0.0/16 [1/0] via 192.0.2.1, 1d02h (not installed: 192.0.2.1 is not reachable)
C     10.20.0.0/24 is directly connected, eth2
S     10.66.0.0/16 is directly connected, Null0
K     10.67.0.0/16 [0/100] via 192.0.2.9, 00:00:01, eth2
B     10.67.0.0/16 [20/0] via 192.0.2.9, 00:00:01, eth2 (not installed: another program's kernel route has the prefix)
)");
}

TEST_CASE("longer-prefixes shows a prefix and those within it") {
    auto router = example_router();
    auto inside = route_view("10.66.0.0/16", RouteSource::Bgp, 20, 1s);
    auto outside = route_view("11.0.0.0/16", RouteSource::Bgp, 20, 1s);
    inside.next_hops = outside.next_hops = {hop("169.254.10.1", "eth0.259")};
    router.route_views = {inside, outside};
    const auto routes = run(router, "show ip route bgp 10.0.0.0/8 longer-prefixes");
    CHECK(routes.find("10.66.0.0/16") != std::string::npos);
    CHECK(routes.find("11.0.0.0/16") == std::string::npos);
    run(router, "show ip bgp 10.0.0.0/8 longer-prefixes");
    CHECK(router.queries.back().within == dx::net::Prefix::parse("10.0.0.0/8"));
    CHECK(!router.queries.back().prefix);
    CHECK_THROWS_AS(run(router, "show ip bgp 10.0.0.1 longer-prefixes"), Failure);
}

TEST_CASE("a route that stands back behind a better source is shown where it is asked for") {
    auto router = example_router();
    auto behind = router.route_views[2];
    behind.source = RouteSource::Bgp;
    behind.distance = 20;
    behind.selected = false;
    behind.state = RouteView::State::Inactive;
    router.route_views.insert(router.route_views.begin() + 3, behind);
    constexpr std::string_view kLine =
        "B     10.9.0.0/16 [20/0] via 192.0.2.1, 1d02h, eth2 (inactive)\n";
    CHECK(run(router, "show ip route").find(kLine) == std::string::npos);
    CHECK(run(router, "show ip route bgp").find(kLine) != std::string::npos);
    CHECK(run(router, "show ip route wide").find(kLine) != std::string::npos);
    router.route_views[3].state_text = "fib.enabled is false";
    CHECK(run(router, "show ip route").find("(inactive: fib.enabled is false)") !=
          std::string::npos);
}

TEST_CASE("a backup is shown only with wide") {
    auto router = example_router();
    router.route_views[1].next_hops[1].backup = true;
    CHECK(run(router, "show ip route").find("eth1.260") == std::string::npos);
    CHECK(run(router, "show ip route wide").find("eth1.260 (backup)\n") != std::string::npos);
}

TEST_CASE("show ip route PREFIX") {
    auto router = example_router();
    router.route_views[1].next_hops[1].backup = true;
    CHECK(run(router, "show ip route 10.0.0.0/16") == R"(Routing entry for 10.0.0.0/16
  Known via "bgp", distance 20, metric 0, best
  Last update 00:10:11 ago, installed
  * 169.254.10.1, via eth0.259
    169.254.20.1, via eth1.260 (backup)
)");
    CHECK(run(router, "show ip route 10.0.3.4") == run(router, "show ip route 10.0.0.0/16"));
    router.route_views[1].next_hops[1].backup = false;
    router.route_views[1].next_hops[1].weight = 255;
    CHECK(run(router, "show ip route 10.0.0.0/16")
              .ends_with("  * 169.254.10.1, via eth0.259, weight 1\n"
                         "  * 169.254.20.1, via eth1.260, weight 255\n"));
    CHECK_THROWS_AS(run(router, "show ip route 10.99.0.0/16"), Failure);
}

TEST_CASE("show ipv6 route") {
    auto router = example_router();
    auto learnt = route_view("2001:db8::/32", RouteSource::Bgp, 20, 10min + 11s);
    learnt.next_hops = {hop("fe80::1", "eth0.259"), hop("fe80::2", "eth1.260")};
    learnt.state = RouteView::State::Failed;
    learnt.state_text = "No route to host";
    auto connected = route_view("2001:db8:1::/64", RouteSource::Connected, 0, 1s);
    connected.next_hops = {hop(nullptr, "eth2")};
    router.route_views = {learnt, connected};
    CHECK(run(router, "show ipv6 route") == R"(IPv6 Routing Table - default
Codes: C - connected, S - static, B - BGP, K - kernel
B   2001:db8::/32 [20/0]
     via fe80::1, eth0.259, 00:10:11 (not installed: No route to host)
     via fe80::2, eth1.260, 00:10:11
C   2001:db8:1::/64 [0/0]
     via eth2, directly connected
)");
}

TEST_CASE("show ip bgp neighbors N") {
    auto router = example_router();
    auto& neighbor = router.neighbor_views[0];
    neighbor.last_down = DownView{50min, "interface eth0.259 is down"};
    neighbor.dropped = 1;
    neighbor.password = true;
    auto& limit = *neighbor.families[0].limit_out;
    limit.beyond = 4;
    limit.aggregated = 95;
    limit.aggregates = {{*dx::net::Prefix::parse("10.0.0.0/8"), true, false, 95},
                        {*dx::net::Prefix::parse("172.16.0.0/12"), false, true, 3},
                        {*dx::net::Prefix::parse("192.168.0.0/16"), false, false, 0}};
    neighbor.bfd = BfdView{"Up", 300ms, 3, 45s};
    CHECK(run(router, "show ip bgp neighbors dx-primary") ==
          R"(BGP neighbor is 169.254.10.1, remote AS 64512, local AS 65010, external link
 Name: dx-primary
 Description: dxvif-ffaabbcc, cage 12
  BGP version 4, remote router ID 10.0.0.1, local router ID 10.20.0.1
  BGP state = Established, up for 00:00:46
  Last read 00:00:45, Last write 00:00:42
  Hold time is 30 seconds, keepalive interval is 10 seconds
  Configured hold time is 90 seconds, keepalive interval is 30 seconds
  Neighbor capabilities:
    4 Byte AS: advertised and received
    Extended Message: advertised
    Route refresh: advertised and received(new)
    Address Family IPv4 Unicast: advertised and received
  Message statistics:
    Inq depth is 0
    Outq depth is 0
                         Sent       Rcvd
    Opens:                  1          1
    Notifications:          0          0
    Updates:                4          3
    Keepalives:             1          1
    Route Refresh:          0          0
    Total:                  6          5

 For address family: IPv4 Unicast
  Route map for incoming advertisements is accept-all
  Route map for outgoing advertisements is to-aws
  1 received, 1 accepted, 1 advertised prefixes
  Maximum prefixes allowed 1000 (discard)
  Threshold for warning message 80%
  Maximum prefixes sent 100 (shortest-first), 4 held back, 95 aggregated
    Aggregate 10.0.0.0/8 is sent instead of 95 prefixes, since not all fit
    Aggregate 172.16.0.0/12 is rejected by the export policy, and covers 3 prefixes
    Aggregate 192.168.0.0/16 is not in use, and covers 0 prefixes
  End-of-RIB sent: yes, received: yes

  Connections established 1; dropped 1
  Last reset 00:50:00, due to interface eth0.259 is down
  TCP MD5 password is set
Local host: 169.254.10.2, Local port: 58922
Foreign host: 169.254.10.1, Foreign port: 179
BGP Connect Retry Timer in Seconds: 10

  BFD: Type: single hop
  Detect Multiplier: 3, Min Rx interval: 300, Min Tx interval: 300
  Status: Up, Last update: 00:00:45
)");
}

TEST_CASE("a neighbor that is down says what it waits for and what passes no policy") {
    auto router = example_router();
    auto& neighbor = router.neighbor_views[2];
    neighbor.keepalive.configured = 31s;
    neighbor.waiting_for = "local address 203.0.113.10";
    neighbor.next_connect = 3s;
    neighbor.families[0].import_policy.reset();
    const auto text = run(router, "show ip bgp neighbors 203.0.113.9");
    for (const auto* line :
         {"  BGP state = Idle (Admin)\n", "  Waiting: local address 203.0.113.10\n",
          "  Configured hold time is 90 seconds, keepalive interval is 31 seconds (a third of the "
          "hold time is used)\n",
          "  No policy for incoming advertisements: nothing passes (RFC 8212)\n",
          " For address family: IPv4 Unicast (not negotiated)\n", "  Last reset never\n",
          "BGP Connect Retry Timer in Seconds: 10, next try in 00:00:03\n"}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
    CHECK(text.find("Hold time is") == std::string::npos);
}

TEST_CASE("show ip bgp neighbors shows all, one after the other") {
    auto router = example_router();
    const auto text = run(router, "show ip bgp neighbors");
    CHECK(text.find("\n\nBGP neighbor is 203.0.113.9,") != std::string::npos);
    CHECK(run(router, "show bgp ipv6 neighbors") == "No neighbors are configured\n");
}

TEST_CASE("show interface") {
    auto router = example_router();
    InterfaceView circuit;
    circuit.name = "eth0.259";
    circuit.index = 4;
    circuit.admin_up = circuit.carrier = true;
    circuit.mtu = 1500;
    circuit.speed = 10000;
    circuit.kind = "vlan";
    circuit.vlan_id = 259;
    circuit.parent = "eth0";
    circuit.mac = "5a:2e:64:6d:fe:17";
    circuit.addresses = {{address("169.254.10.2"), 30}, {address("fe80::1"), 64}};
    InterfaceView spare;
    spare.name = "eth1";
    spare.mtu = 9001;
    router.interface_views = {circuit, spare};
    CHECK(run(router, "show interface") ==
          R"(Interface  Status        MTU  Speed  VLAN  Addresses
eth0.259   up           1500    10G   259  169.254.10.2/30, fe80::1/64
eth1       admin down   9001      -     -  -
)");
    CHECK(run(router, "sh int eth0.259") == R"(Interface eth0.259 is up
  index 4, type vlan, MTU 1500, speed 10G
  VLAN 259 on eth0
  hardware address 5a:2e:64:6d:fe:17
  link ups 0, link downs 0
  address 169.254.10.2/30
  address fe80::1/64
)");
    const auto json = run(router, "show interface eth1 json");
    CHECK(json.starts_with(R"({"eth1":{)"));
    CHECK(json.find("eth0.259") == std::string::npos);
    CHECK_THROWS_AS(run(router, "sh int eth9"), Failure);
    CHECK_THROWS_AS(run(router, "sh int eth9 json"), Failure);
}

TEST_CASE("show version and show running-config") {
    auto router = example_router();
    router.version_view = {
        "0.1.0", "g++ 12.2, Release",   "cust1", "6.1.0", "/etc/dxrouted/dxrouted.yaml", 4711, 26h,
        65010,   router_id("10.20.0.1")};
    CHECK(run(router, "show version") ==
          R"(dxrouted 0.1.0 (g++ 12.2, Release) on cust1, Linux 6.1.0
Router ID 10.20.0.1, local AS number 65010
Up for 1d02h, process 4711, configuration /etc/dxrouted/dxrouted.yaml
)");
    router.config_view = {"/etc/dxrouted/dxrouted.yaml", "router:\n  asn: 65010"};
    CHECK(run(router, "sh run") == "router:\n  asn: 65010\n");
}

TEST_CASE("graceful restart: what was said, and what is kept of a neighbor that is away") {
    auto router = example_router();
    auto& restart = router.neighbor_views[0].restart;
    restart.mode = "Restart";
    restart.restart_time = 60s;
    const auto ipv4 = dx::bgp::AfiSafi::unicast(dx::net::Family::Ipv4);
    restart.theirs = dx::bgp::GracefulRestart{false, true, 120s, {{ipv4, true}}};
    restart.theirs_long = dx::bgp::LongLivedRestart{{{ipv4, true, 3600s}}};
    restart.kept = {{dx::net::Family::Ipv4, "away", 120s, 75s, 42}};
    const auto shown = run(router, "show ip bgp neighbors dx-primary");
    CAPTURE(shown);
    CHECK(shown.find(R"(
  Graceful restart information: HELPING: routes have outlived a session
    Local GR Mode: Restart
    Remote GR Mode: Restart
    R bit: False
    N bit: True
    Timers:
      Configured Restart Time(sec): 60
      Received Restart Time(sec): 120
    IPv4 Unicast:
      F bit: True
      Long-lived Stale Time(sec): 3600
      42 stale routes in use, 75 of 120 s left for it to come back
)") != shown.npos);
    restart.kept[0].phase = "back";
    CHECK(run(router, "show ip bgp neighbors dx-primary")
              .find("75 of 120 s left until its End-of-RIB\n") != shown.npos);
}

TEST_CASE("capabilities that are not acted on have their names") {
    auto router = example_router();
    auto& received = *router.neighbor_views[0].received;
    for (const std::uint8_t code : {69, 128, 200})
        received.unknown.push_back({code, {}});
    const auto shown = run(router, "show ip bgp neighbors dx-primary");
    CHECK(shown.find("    Route refresh: advertised and received(old & new)\n") != shown.npos);
    CHECK(shown.find("    ADD-PATH: received, not supported here\n"
                     "    Capability 200: received, not supported here\n") != shown.npos);
}

TEST_CASE("show bfd peers lists the sessions that run, as FRR does") {
    auto router = example_router();
    CHECK(run(router, "show bfd peers") == "BFD Peers:\n");
    CHECK(run(router, "show bfd peers json") == "[]\n");
    router.bfd_peer_views = {example_bfd_peer()};
    CHECK(run(router, "show bfd peers") ==
          "BFD Peers:\n"
          "\tpeer 169.254.10.1 local-address 169.254.10.2 vrf default interface eth0.259\n"
          "\t\tID: 2780659483\n"
          "\t\tRemote ID: 2159058830\n"
          "\t\tActive mode\n"
          "\t\tStatus: up\n"
          "\t\tUptime: 45 second(s)\n"
          "\t\tDiagnostics: ok\n"
          "\t\tRemote diagnostics: ok\n"
          "\t\tPeer Type: dynamic\n"
          "\t\tLocal timers:\n"
          "\t\t\tDetect-multiplier: 3\n"
          "\t\t\tReceive interval: 300ms\n"
          "\t\t\tTransmission interval: 300ms\n"
          "\t\t\tEcho receive interval: disabled\n"
          "\t\t\tEcho transmission interval: disabled\n"
          "\t\tRemote timers:\n"
          "\t\t\tDetect-multiplier: 4\n"
          "\t\t\tReceive interval: 400ms\n"
          "\t\t\tTransmission interval: 500ms\n"
          "\t\t\tEcho receive interval: 50ms\n"
          "\t\tAgreed:\n"
          "\t\t\tTransmission interval: 400ms\n"
          "\t\t\tDetection time: 2000ms\n"
          "\t\t\tSmallest margin: 1499.5ms\n"
          "\t\tControl packets: 178 in, 177 out\n"
          "\t\tSession up events: 1, down events: 0\n"
          "\t\tUsed by: neighbor dx-primary\n\n");

    auto& peer = router.bfd_peer_views[0];
    peer.static_routes = {prefix("10.1.0.0/16"), prefix("10.2.0.0/16")};
    CHECK(run(router, "show bfd peers")
              .ends_with("\t\tUsed by: neighbor dx-primary\n"
                         "\t\tUsed by: static route 10.1.0.0/16\n"
                         "\t\tUsed by: static route 10.2.0.0/16\n\n"));
    peer.state = "Down";
    peer.ours.diagnostic = "control detection time expired";
    peer.remote = {};
    peer.remote.diagnostic = "ok";
    peer.transmit_interval.reset();
    peer.detection_time.reset();
    peer.smallest_margin.reset();
    peer.discarded = {{"wrong TTL or hop limit", 2}};
    peer.refused = "wrong TTL or hop limit";
    peer.send_errors = 3;
    peer.last_send_error = "Network is unreachable";
    peer.trouble = "port 3784: Address already in use";
    const auto shown = run(router, "show bfd peers");
    for (const auto* line :
         {"\t\tStatus: down\n\t\tDowntime: 45 second(s)\n"
          "\t\tDiagnostics: control detection time expired\n",
          "\t\tDiscarded, wrong TTL or hop limit: 2\n", "\t\tRefused now: wrong TTL or hop limit\n",
          "\t\tSend errors: 3, the last one: Network is unreachable\n",
          "\t\tNot heard: port 3784: Address already in use\n"}) {
        CAPTURE(line);
        CHECK(shown.find(line) != std::string::npos);
    }
}

TEST_CASE("show bfd peers brief and counters, as FRR lays them out") {
    auto router = example_router();
    router.bfd_peer_views = {example_bfd_peer()};
    CHECK(run(router, "show bfd peers brief") ==
          "Session count: 1\n"
          "SessionId  LocalAddress                             PeerAddress                         "
          "    Status         \n"
          "=========  ============                             ===========                         "
          "    ======         \n"
          "2780659483 169.254.10.2                             169.254.10.1                        "
          "    up             \n");
    CHECK(run(router, "show bfd peers counters") ==
          "BFD Peers:\n"
          "\tpeer 169.254.10.1 local-address 169.254.10.2 vrf default interface eth0.259\n"
          "\t\tControl packet input: 178 packets\n"
          "\t\tControl packet output: 177 packets\n"
          "\t\tEcho packet input: 0 packets\n"
          "\t\tEcho packet output: 0 packets\n"
          "\t\tSession up events: 1\n"
          "\t\tSession down events: 0\n"
          "\t\tZebra notifications: 1\n\n");
    CHECK(run(router, "show bfd peers counters json") ==
          R"([{"multihop":false,"peer":"169.254.10.1","local":"169.254.10.2","vrf":"default",)"
          R"("interface":"eth0.259","control-packet-input":178,"control-packet-output":177,)"
          R"("echo-packet-input":0,"echo-packet-output":0,"session-up":1,"session-down":0,)"
          R"("zebra-notifications":1}])"
          "\n");
    CHECK(run(router, "show bfd peers brief json") == run(router, "show bfd peers json"));
}

TEST_CASE("clear says whom and how, reload what came of it") {
    auto router = example_router();
    router.result.text = "1 neighbor reset";
    CHECK(run(router, "clear ip bgp dx-primary") == "1 neighbor reset\n");
    CHECK(router.clears.back().neighbor == "dx-primary");
    CHECK(router.clears.back().kind == ClearRequest::Kind::Hard);
    run(router, "clear bgp ipv6 * soft out");
    CHECK(!router.clears.back().neighbor);
    CHECK(router.clears.back().kind == ClearRequest::Kind::SoftOut);
    router.result.diagnostics = {"dxrouted.yaml:3:1: a warning"};
    router.result.text = "reloaded";
    CHECK(run(router, "reload") == "dxrouted.yaml:3:1: a warning\nreloaded\n");
}

TEST_CASE("clear names the family that is refreshed, and no other is touched") {
    auto router = example_router();
    auto v6 = router.neighbor_views.front();
    v6.name = "six";
    v6.address = address("2001:db8::1");
    router.neighbor_views.push_back(v6);
    const auto family = [&](const char* line) {
        run(router, line);
        return router.clears.back().family;
    };
    CHECK(family("clear bgp ipv6 dx-primary soft") == dx::net::Family::Ipv6);
    CHECK(family("clear bgp ipv4 dx-primary soft in") == dx::net::Family::Ipv4);
    CHECK(!family("clear ip bgp dx-primary soft out"));
    CHECK(family("clear ip bgp * soft") == dx::net::Family::Ipv4);
    CHECK(!family("clear bgp * soft"));
    CHECK(!family("clear ip bgp *"));  // a session has all its families
    CHECK(!family("clear ip bgp 2001:db8::1 soft"));
    CHECK(router.clears.back().neighbor == "six");
}

std::pair<int, std::string> refusal(FakeRouter& router, const char* line) {
    try {
        return {0, run(router, line)};
    } catch (const Failure& failure) {
        return {failure.exit_code(), failure.what()};
    }
}

TEST_CASE("what is refused ends with 1, wrong words and a wrong configuration with 2") {
    using Outcome = CommandResult::Outcome;
    auto router = example_router();
    router.result = {Outcome::Refused, "BGP waits for a router id"};
    CHECK(refusal(router, "reload") == std::pair{1, std::string("BGP waits for a router id")});
    router.result = {
        Outcome::Misconfigured, "the configuration has errors", {"a:1:1: x", "a:2:1: y"}};
    CHECK(refusal(router, "reload") ==
          std::pair{2, std::string("the configuration has errors\na:1:1: x\na:2:1: y")});
    CHECK(refusal(router, "show ip bgp neighbors nobody") ==
          std::pair{1, std::string("no such neighbor: nobody")});
    CHECK(refusal(router, "show ip bgp 10.0.0.1/8").first == 2);
    CHECK(refusal(router, "show nothing").first == 2);
}

TEST_CASE("a link-local address on several interfaces is refused with the candidates") {
    auto router = example_router();
    for (const auto* interface : {"eth0", "eth1"}) {
        auto neighbor = router.neighbor_views.front();
        neighbor.address = address("fe80::1");
        neighbor.interface = interface;
        neighbor.name = "fe80::1%" + neighbor.interface;
        router.neighbor_views.push_back(neighbor);
    }
    const std::pair expected{
        2, std::string("fe80::1 is more than one neighbor: fe80::1%eth0, fe80::1%eth1")};
    CHECK(refusal(router, "show bgp neighbors fe80::1") == expected);
    CHECK(refusal(router, "show bgp ipv6 neighbors fe80::1 routes") == expected);
    CHECK(refusal(router, "clear bgp fe80::1") == expected);
    CHECK(router.clears.empty());
    CHECK(run(router, "show bgp neighbors fe80::1%eth1")
              .starts_with("BGP neighbor is fe80::1%eth1, "));
    run(router, "clear bgp FE80::1%eth1");
    CHECK(router.clears.back().neighbor == "fe80::1%eth1");
}

TEST_CASE("json gives the body of the API, however it is asked for") {
    auto router = example_router();
    const auto body = get(router, "/v1/bgp/summary?family=ipv4").body;
    CHECK(run(router, "show ip bgp summary json") == body);
    CHECK(run(router, "show ip bgp summary", {.json = true}) == body);
    CHECK(run(router, "show ip bgp json") == get(router, "/v1/bgp/routes?family=ipv4").body);
    CHECK(run(router, "show ip route 10.0.0.0/16 json") ==
          get(router, "/v1/routes?family=ipv4&prefix=10.0.0.0/16").body);
    CHECK(run(router, "reload", {.json = true}).starts_with("{\"schema\":1,"));
}

TEST_CASE("drain tells what is done, waits for its end, and says what may go wrong") {
    auto router = example_router();
    router.result.text = "dx-primary: its traffic is led away; the session ends in 2 s";
    router.result.diagnostics = {"warning: no other neighbor is up"};
    router.neighbor_views[0].drain.emplace();
    CHECK(run(router, "drain dx-primary wait 2s") ==
          "warning: no other neighbor is up\n"
          "dx-primary: its traffic is led away; the session ends in 2 s\n"
          "drained; `undrain` gives it back\n");
    CHECK(router.drains.back().wait == std::chrono::seconds(2));
    router.neighbor_views[0].drain.reset();
    CHECK_THROWS_WITH(run(router, "drain dx-primary"), "given back before it was drained");
    router.result = {CommandResult::Outcome::Done, "dx-primary: given back"};
    CHECK(run(router, "undrain dx-primary") == "dx-primary: given back\n");
}

TEST_CASE("failover-test tells what was measured, and fails where the traffic has no way") {
    auto router = example_router();
    router.result.text = "dx-primary: taken away";
    CHECK(run(router, "show failover-test") == "There was no failover test since the start\n");
    auto& test = router.failover_test_view.emplace();
    test.neighbor = "dx-primary";
    test.moved = std::chrono::microseconds(1250);
    test.routes = 7;
    test.moved_to = {{"dx-secondary", 7}};
    test.given_back = std::chrono::seconds(60);
    test.established = std::chrono::milliseconds(60400);
    test.back_in_use = std::chrono::milliseconds(60450);
    test.over = true;
    CHECK(run(router, "failover-test dx-primary expect-backup 169.254.20.1 for 60s") ==
          R"(dx-primary: taken away
        1.2 ms  its 7 routes have moved in the kernel: 7 to dx-secondary
    60000.0 ms  given back
    60400.0 ms  Established again
    60450.0 ms  in use again
passed: 7 routes moved within 1.2 ms
)");
    CHECK(router.failover_tests.back().lasts == std::chrono::seconds(60));
    CHECK_FALSE(router.failover_tests.back().force);
    run(router, "failover-test dx-primary force for 3d");
    CHECK(router.failover_tests.back().force);
    CHECK_THROWS_WITH(run(router, "failover-test dx-primary for 0s"),
                      "a failover test lasts from 1s to 72h (3d)");
    CHECK_THROWS_WITH(run(router, "drain dx-primary wait 100d"), "a drain waits 1h at most");
    CHECK(run(router, "show failover-test")
              .starts_with("dx-primary taken away for 0 s\n        1.2 ms  its 7 routes"));
    test.fault = "2 of 7 routes have no way";
    CHECK_THROWS_WITH(run(router, "failover-test dx-primary"),
                      "failover test failed: 2 of 7 routes have no way");
}
