// What a configuration means once it is loaded.
#include "daemon/config/diff.hpp"
#include "daemon/config/render.hpp"
#include "tests/unit/daemon/config/loading.hpp"

namespace dx::config {
namespace {

using net::IpAddress, net::Prefix;

// The one neighbor with address, remote-as and `keys`.
Neighbor neighbor(std::string_view keys, std::map<std::string, std::string> files = {}) {
    return loaded(
               with_neighbor("    address: 192.0.2.1\n    remote-as: 64512\n" + std::string(keys)),
               std::move(files))
        .neighbors.at(0);
}

// Every key of the manual at once.
constexpr std::string_view kEverything = R"(
router:
  asn: 1.10
  router-id: 192.168.1.2
  listen: {port: 1179, addresses: ["127.0.0.1", "::1"]}
networks:
  - 10.0.0.0/16
  - {prefix: "2001:db8:1::/48", when: route}
redistribute: {connected: {policy: to-aws}, static: {policy: accept-all}, kernel: {policy: reject-all}}
neighbors:
  - name: dx-primary
    description: "dxvif-ffaabbcc, cage 12"
    address: 192.168.1.1
    remote-as: 64512
    local-address: 192.168.1.2
    interface: eth0.100
    password: optional-bgp-key
    families: [ipv4]
    profile: aws-private
    preference: high
    weight: 2
    return-delay: 10s
    passive: true
    shutdown: "moving house"
    multihop: 1
    ttl-security: false
    bgp-role: {role: customer, strict: true}
    allow-own-as: 1
    next-hop-self: true
    timers: {hold: 30s, keepalive: 5, connect-retry: 3s}
    bfd: {interval: 400ms, multiplier: 4, strict: true}
    graceful-restart: {mode: helper, force: true, restart-time: 60s, stale-time: 4m,
                       long-lived-stale-time: 1h}
    prefix-limit:
      in: {max: 500, action: restart, after: 5m}
      out: {max: 50, order: configured, warn: 90%}
    import: accept-all
    export: to-aws
policies:
  to-aws:
    - match: {prefix: [10.0.0.0/16 le 24]}
      set: {community: {add: ["65000:100"]}, as-path-prepend: 2}
      then: accept
prefix-sets: {}
community-sets: {}
as-path-sets: {}
static-routes:
  - {prefix: 10.1.0.0/16, via: 192.168.1.1, distance: 5, bfd: true}
  - {prefix: 10.2.0.0/16, interface: eth1}
  - {prefix: 10.3.0.0/16, blackhole: true}
fib:
  enabled: false
  table: 100
  metric: 30
  maximum-paths: 4
  source: {ipv4: 10.0.0.1, ipv6: "2001:db8::1"}
  nexthop-objects: off
  tune-kernel: off
  on-stop: keep
  stale-time: 2m
bfd: {interval: 200ms, multiplier: 5}
control: {socket: /run/dx.sock, group: dxrouted}
http: {listen: "127.0.0.1:9179"}
log: {level: debug}
)";

}  // namespace

TEST_CASE("every key of the manual is read") {
    const auto config = loaded(kEverything);
    CHECK(config.router.asn == 65546);
    CHECK(config.router.router_id == bgp::RouterId{0xc0a80102});
    CHECK(config.router.listen ==
          Listen{1179, {*IpAddress::parse("127.0.0.1"), *IpAddress::parse("::1")}});
    CHECK(config.networks ==
          std::vector<Network>{{*Prefix::parse("10.0.0.0/16"), Network::When::Always},
                               {*Prefix::parse("2001:db8:1::/48"), Network::When::Route}});
    CHECK(config.redistribute.connected == config.policies.at("to-aws"));
    CHECK(config.redistribute.static_routes == bgp::accept_all());
    CHECK(config.redistribute.kernel == bgp::reject_all());

    const auto& n = config.neighbors.at(0);
    CHECK(n.name == "dx-primary");
    CHECK(n.description == "dxvif-ffaabbcc, cage 12");
    CHECK(n.address == *IpAddress::parse("192.168.1.1"));
    CHECK(n.remote_as == 64512);
    CHECK(!n.internal);
    CHECK(n.local_address == *IpAddress::parse("192.168.1.2"));
    CHECK(n.interface == "eth0.100");
    CHECK(n.password == Secret("optional-bgp-key"));
    CHECK(n.profile == Profile::AwsPrivate);
    CHECK(n.preference == Preference::High);
    CHECK(n.weight == 2);
    CHECK(n.return_delay == seconds(10));
    CHECK(n.passive);
    CHECK(n.shutdown == Shutdown{true, "moving house"});
    CHECK(n.bgp_role == RoleSetting{bgp::Role::Customer, true});
    CHECK(n.allow_own_as == 1);
    CHECK(n.timers == Timers{seconds(30), seconds(5), seconds(3)});
    CHECK(n.bfd == Bfd{{milliseconds(400), 4}, true});
    CHECK(n.graceful_restart == GracefulRestart{GracefulRestart::Mode::Helper, true, seconds(60),
                                                seconds(240), seconds(3600)});
    const InboundLimit in{500, InboundLimit::Action::Restart, seconds(300)};
    const OutboundLimit out{50, OutboundLimit::Order::Configured, 90};
    CHECK(n.prefix_limit == PrefixLimits{{in, in}, {out, out}});
    CHECK(n.import_policy == bgp::accept_all());
    CHECK(n.export_policy == config.policies.at("to-aws"));

    CHECK(config.static_routes.at(0).distance == 5);
    CHECK(config.static_routes.at(0).bfd == BfdTimers{milliseconds(200), 5});
    CHECK(config.static_routes.at(1).interface == "eth1");
    CHECK(config.static_routes.at(2).blackhole);
    const FibSettings fib{false,
                          100,
                          30,
                          4,
                          {IpAddress::parse("10.0.0.1"), IpAddress::parse("2001:db8::1")},
                          false,
                          false,
                          FibSettings::OnStop::Keep,
                          seconds(120)};
    CHECK(config.fib == fib);
    CHECK(config.control == Control{"/run/dx.sock", "dxrouted", true});
    CHECK(config.http.listen == Endpoint{*IpAddress::parse("127.0.0.1"), 9179});
    CHECK(config.log.level == LogLevel::Debug);
}

TEST_CASE("what is not said has the defaults of the manual") {
    const auto config = loaded("router: {asn: 65000}\n");
    CHECK(config.router.listen == Listen());
    CHECK(config.router.listen.port == 179);
    CHECK(config.fib == FibSettings());
    CHECK(config.control == Control());
    CHECK(!config.control.group_given);
    CHECK(!config.http.listen);
    CHECK(config.log.level == LogLevel::Info);
    CHECK(config.bfd == BfdTimers{milliseconds(300), 3});
}

TEST_CASE("a section with everything in it commented out is as good as none") {
    const auto config =
        loaded("router: {asn: 65000}\nneighbors:\nnetworks:\npolicies:\nfib:\nlog:\n");
    CHECK(config.neighbors.empty());
    CHECK(config.fib == FibSettings());
}

TEST_CASE("durations have units, and a bare number is seconds") {
    CHECK(neighbor("    return-delay: 30\n").return_delay == seconds(30));
    CHECK(neighbor("    return-delay: 30s\n").return_delay == seconds(30));
    CHECK(neighbor("    return-delay: 3m\n").return_delay == seconds(180));
    CHECK(neighbor("    return-delay: 1h\n").return_delay == seconds(3600));
    CHECK(neighbor("    return-delay: 2000ms\n").return_delay == seconds(2));
    CHECK(neighbor("    bfd: {interval: 1}\n").bfd->timers.interval == milliseconds(1000));
}

TEST_CASE("a hold time alone brings a third of it as keepalive") {
    CHECK(neighbor("    timers: {hold: 30s}\n").timers == Timers{seconds(30), seconds(10)});
    CHECK(neighbor("    timers: {hold: 3s}\n").timers == Timers{seconds(3), seconds(1)});
    CHECK(neighbor("    timers: {keepalive: 5s}\n").timers == Timers{seconds(90), seconds(5)});
}

TEST_CASE("shutdown is a flag or the words for the other side") {
    CHECK(neighbor("    shutdown: true\n").shutdown == Shutdown{true, ""});
    CHECK(neighbor("    shutdown: false\n").shutdown == Shutdown{});
    CHECK(neighbor("    shutdown: off\n").shutdown == Shutdown{});
    CHECK(neighbor("    shutdown: moving to rack 7\n").shutdown ==
          Shutdown{true, "moving to rack 7"});
}

TEST_CASE("a role has the name of RFC 9234, long or short, or FRR's") {
    using bgp::Role;
    for (const auto& [word, role] : std::map<std::string_view, Role>{
             {"provider", Role::Provider},
             {"customer", Role::Customer},
             {"peer", Role::Peer},
             {"route-server", Role::RouteServer},
             {"route-server-client", Role::RouteServerClient},
             {"rs", Role::RouteServer},
             {"rs-server", Role::RouteServer},
             {"rs-client", Role::RouteServerClient},
         }) {
        CAPTURE(word);
        CHECK(neighbor("    bgp-role: " + std::string(word) + "\n").bgp_role ==
              RoleSetting{role, false});
    }
}

TEST_CASE("a limit is one number, one for each family, or none") {
    const auto limits = [](std::string_view keys) { return neighbor(keys).prefix_limit; };
    CHECK(limits("    prefix-limit: {in: 10}\n").in.ipv6->max == 10);
    CHECK(limits("    prefix-limit: {in: {ipv4: 10, ipv6: 20}}\n").in.ipv4->max == 10);
    CHECK(limits("    prefix-limit: {in: {ipv4: 10, ipv6: 20}}\n").in.ipv6->max == 20);
    const auto both = limits("    prefix-limit: {out: {max: 7, aggregate: [10.0.0.0/8]}}\n").out;
    CHECK(both.ipv4->aggregates == std::vector{*net::Prefix::parse("10.0.0.0/8")});
    CHECK(both.ipv4 == both.ipv6);
    const auto one = limits("    prefix-limit: {out: {ipv6: {max: 7, order: configured}}}\n");
    CHECK(!one.out.ipv4);
    CHECK(one.out.ipv6->order == OutboundLimit::Order::Configured);
    CHECK(!limits("    profile: aws-vpn\n    prefix-limit: {out: none}\n").out.ipv4);
    CHECK(limits("    profile: aws-vpn\n    prefix-limit: {out: {ipv6: 5}}\n").out.ipv4->max ==
          100);
}

TEST_CASE("a key comes from a file beside the configuration, without its line end") {
    const auto n = neighbor("    password-file: keys/dx\n", {{"keys/dx", "secret key\n"}});
    CHECK(n.password == Secret("secret key"));
    CHECK(n.password_file == "keys/dx");
    const auto dos = neighbor("    password-file: keys/dx\n", {{"keys/dx", "secret key\r\n"}});
    CHECK(dos.password == Secret("secret key"));
    const auto absolute = neighbor("    password-file: /etc/k\n", {{"/etc/k", "k"}});
    CHECK(absolute.password == Secret("k"));
}

TEST_CASE("a key is never read as a number or in another base") {
    CHECK(neighbor("    password: 0123456\n").password == Secret("0123456"));
    CHECK(neighbor("    password: 0xC_k.9\n").password == Secret("0xC_k.9"));
    CHECK(neighbor("    password: \"true\"\n").password == Secret("true"));
    CHECK(neighbor("    password: 1e3\n").password == Secret("1e3"));
}

TEST_CASE("a neighbor on a link-local address is known by address and interface") {
    const auto config = loaded(
        "router: {asn: 65000}\n"
        "neighbors:\n"
        "  - {address: fe80::1, interface: eth0, remote-as: 1, import: accept-all, export: "
        "accept-all}\n"
        "  - {address: fe80::1, interface: eth1, remote-as: 1, import: accept-all, export: "
        "accept-all}\n");
    CHECK(config.neighbors.at(0).name == "fe80::1%eth0");
    CHECK(config.neighbors.at(1).name == "fe80::1%eth1");
    CHECK(config.neighbors.at(0).families == bgp::Families{net::Family::Ipv6});
}

TEST_CASE("anchors and aliases save writing") {
    const auto config = loaded(
        "router: {asn: 65000}\n"
        "neighbors:\n"
        "  - {address: 192.0.2.1, remote-as: 1, timers: &fast {hold: 9s}, import: accept-all, "
        "export: accept-all}\n"
        "  - {address: 192.0.2.2, remote-as: 1, timers: *fast, import: accept-all, export: "
        "accept-all}\n");
    CHECK(config.neighbors.at(1).timers.hold == seconds(9));
}

TEST_CASE("a rule finds a neighbor by its address however that is written") {
    const auto config = loaded(
        "router: {asn: 65000}\n"
        "policies: {p: [{match: {neighbor: \"2001:DB8:0::1\"}, then: accept}]}\n"
        "neighbors: [{name: dx, address: \"2001:db8::1\", remote-as: 1, import: p, export: p}]\n");
    CHECK(config.policies.at("p")->rules()[0].match.neighbor->addresses ==
          std::vector{*IpAddress::parse("2001:db8::1")});
}

TEST_CASE("rules of policies mean what they say") {
    const auto config = loaded(R"(
router: {asn: 65000}
neighbors:
  - {name: dx, address: 192.0.2.1, remote-as: 1, import: p, export: p}
prefix-sets: {ours: [10.0.0.0/8 ge 16 le 24]}
community-sets: {tags: ["65000:1", "65000:2*"], large: ["65000:1:*"]}
as-path-sets: {customers: [_64512$]}
policies:
  p:
    - match:
        prefix: ours
        as-path: customers
        as-path-length: ge 1 le 5
        origin-as: [64512]
        neighbor: [dx, local]
        community: {all: tags}
        large-community: large
        med: 10-20
        local-pref: le 200
        next-hop: 192.0.2.0/24 le 32
        origin: igp
      set:
        local-pref: 50
        med: +5
        origin: egp
        next-hop: 192.0.2.9
        as-path-prepend: [1, 2]
        community: {set: [no-export], remove: tags, add: "65000:3"}
        large-community: ["65000:1:1"]
    - match: {community: [no-export]}
      set: {as-path-prepend: 3}
    - then: reject
)");
    const auto& rules = config.policies.at("p")->rules();
    REQUIRE(rules.size() == 3);
    const auto& match = rules[0].match;
    CHECK(match.prefix == config.prefix_sets.at("ours"));
    CHECK(match.as_path == config.as_path_sets.at("customers"));
    CHECK(match.as_path_length == bgp::NumberRange{1, 5});
    CHECK(match.origin_as == std::vector<bgp::AsNumber>{64512});
    CHECK(match.neighbor == bgp::NeighborMatch{{*IpAddress::parse("192.0.2.1")}, true});
    CHECK(match.community->quantifier == bgp::Quantifier::All);
    CHECK(match.community->set->name() == "tags");
    CHECK(match.large_community->set->contains({65000, 1, 77}));
    CHECK(match.med == bgp::NumberRange{10, 20});
    CHECK(match.local_pref == bgp::NumberRange{0, 200});
    CHECK(match.next_hop->contains(Prefix::host(*IpAddress::parse("192.0.2.7"))));
    CHECK(match.origin == bgp::Origin::Igp);
    const auto& set = rules[0].set;
    CHECK(set.local_pref == 50);
    CHECK(set.med == bgp::MedChange{bgp::MedChange::Operation::Add, 5});
    CHECK(set.origin == bgp::Origin::Egp);
    CHECK(set.next_hop == IpAddress::parse("192.0.2.9"));
    CHECK(set.as_path_prepend == std::vector<bgp::AsNumber>{1, 2});
    CHECK(set.community.replace == std::vector{bgp::community::kNoExport});
    CHECK(set.community.add == std::vector{bgp::Community::of(65000, 3)});
    CHECK(set.community.remove->contains(bgp::Community::of(65000, 27)));
    CHECK(set.large_community.replace == std::vector{bgp::LargeCommunity{65000, 1, 1}});
    CHECK(!rules[0].then);
    CHECK(rules[1].set.as_path_prepend == std::vector<bgp::AsNumber>(3, 65000));
    CHECK(rules[2].then == bgp::PolicyAction::Reject);
}

TEST_CASE("hooks are a program or a webhook, and when") {
    const auto config = loaded(R"(
router: {asn: 65000}
hooks:
  - {on: neighbor-down, command: /bin/true}
  - on: [neighbor-up, bfd-down]
    command: [/bin/true, "--urgent", ""]
    timeout: 300ms
  - {on: [failover], webhook: "http://[::1]:8080/alert?box=1"}
  - {on: [failover], webhook: "http://localhost"}
)");
    REQUIRE(config.hooks.size() == 4);
    CHECK(config.hooks[0].on == std::vector{HookEvent::NeighborDown});
    CHECK(config.hooks[0].timeout == seconds(10));
    CHECK(config.hooks[1].command == std::vector<std::string>{"/bin/true", "--urgent", ""});
    CHECK(config.hooks[1].timeout == milliseconds(300));
    CHECK(config.hooks[2].webhook->endpoint == Endpoint{*net::IpAddress::parse("::1"), 8080});
    CHECK(config.hooks[2].webhook->target == "/alert?box=1");
    CHECK(config.hooks[3].webhook->endpoint == Endpoint{*net::IpAddress::parse("127.0.0.1"), 80});
    CHECK(config.hooks[3].webhook->target == "/");
    const auto changes = diff(loaded("router: {asn: 65000}\n"), config);
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].part == Part::Hooks);
    CHECK(changes[0].effect == Effect::Live);
    auto text = render(config);
    const std::string hidden = "/<hidden>";  // what comes after the host
    text.replace(text.find(hidden), hidden.size(), "/alert?box=1");
    CHECK(diff(config, loaded(text)).empty());
}

}  // namespace dx::config
