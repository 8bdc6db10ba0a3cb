#include <algorithm>
#include <sstream>

#include "cli/import/ios_line.hpp"
#include "cli/import/prefix_pattern.hpp"
#include "cli/import/type7.hpp"
#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

TEST_CASE("a configuration of FRR") {
    const auto configuration = frr(fixture("frr.conf"));
    CHECK(dxrouted_says(configuration).empty());
    check_golden("frr.txt", all_files(configuration));
}

TEST_CASE("a configuration of Cisco IOS") {
    const auto configuration = cisco(fixture("cisco.txt"));
    CHECK(dxrouted_says(configuration).empty());
    check_golden("cisco.txt", all_files(configuration));
}

TEST_CASE("no line is dropped in silence, wherever it stands") {
    for (const auto* name : {"frr.conf", "cisco.txt"}) {
        std::istringstream in(fixture(name));
        Texts lines;
        for (std::string line; std::getline(in, line);)
            lines.push_back(line);
        for (std::size_t at = 0; at < lines.size(); ++at) {
            for (const auto* alien : {" frobnicate 7", "frobnicate 7"}) {
                std::string text;
                for (std::size_t i = 0; i < lines.size(); ++i)
                    text += (i == at ? alien + std::string("\n") : "") + lines[i] + '\n';
                const auto configuration = read_ios(
                    text, name, name == std::string("frr.conf") ? Dialect::Frr : Dialect::Cisco);
                CAPTURE(name, at, alien);
                CHECK(!note_at(configuration, at + 1).empty());
            }
        }
    }
}

TEST_CASE("no secret is in a note") {
    const auto said = [](const char* line) {
        return without_secrets(read_ios_lines(line).front());
    };
    CHECK(said(" neighbor 10.0.0.1 password 7 0822") == "neighbor 10.0.0.1 password <hidden>");
    CHECK(said("enable secret 5 $1$x") == "enable secret <hidden>");
    CHECK(said("snmp-server community public RO") == "snmp-server <hidden>");
    CHECK(said(" key-string 7 0822") == "key-string <hidden>");
    CHECK(said("no username x password y") == "no username x password <hidden>");
    CHECK(said("set community 7224:7300") == "set community 7224:7300");
    CHECK(all_files(cisco(fixture("cisco.txt"))).find("fake") == std::string::npos);
}

TEST_CASE("type 7 is undone") {
    CHECK(decode_type7("02050D480809") == "cisco");
    CHECK(decode_type7("08274D450C54061E01080349212E3D") == "fake-cisco-key");
    for (const auto* text : {"", "02", "0205", "xx050D", "02050", "02zz"})
        CHECK(decode_type7(text).value_or("none") != "cisco");
    CHECK(!decode_type7("xx050D"));
    CHECK(!decode_type7("02050"));
}

TEST_CASE("a neighbor's settings") {
    struct Row {
        const char* line;
        const char* yaml;  // what it becomes
    };

    const Row rows[] = {
        {"description a b  c", "description: a b  c"},
        {"timers 10 30", "timers: {hold: 30s, keepalive: 10s}"},
        {"timers connect 7", "timers: {connect-retry: 7s}"},
        {"ebgp-multihop", "multihop: 255"},
        {"ebgp-multihop 3", "multihop: 3"},
        {"ttl-security hops 1", "ttl-security: true"},
        {"bfd", "bfd: true"},
        {"bfd 4 50 100", "bfd: {interval: 100ms, multiplier: 4}"},
        {"fall-over bfd", "bfd: true"},
        {"shutdown", "shutdown: true"},
        {"shutdown message see you", "shutdown: see you"},
        {"update-source 192.0.2.2", "local-address: 192.0.2.2"},
        {"maximum-prefix 50 restart 3",
         "prefix-limit: {in: {max: 50, action: restart, after: 3m}}"},
        {"maximum-prefix-out 90", "prefix-limit: {out: 90}"},
        {"allowas-in", "allow-own-as: 3"},
        {"passive", "passive: true"},
        {"transport connection-mode passive", "passive: true"},
        {"local-role customer", "bgp-role: customer"},
        {"graceful-restart", "graceful-restart: full"},
        {"graceful-restart-helper", "graceful-restart: helper"},
    };
    for (const auto& [line, yaml] : rows) {
        CAPTURE(line);
        const auto configuration = cisco(with_neighbor({line}));
        CHECK(to_yaml(configuration).find(std::string("    ") + yaml + '\n') != std::string::npos);
        CHECK(dxrouted_says(configuration).empty());
    }
}

TEST_CASE("BFD's times stay where another line says that it is on") {
    for (const auto* more : {"bfd singlehop", "bfd check-control-plane-failure", "bfd"})
        CHECK(to_yaml(frr(with_neighbor({"bfd 4 50 100", more})))
                  .find("bfd: {interval: 100ms, multiplier: 4}") != std::string::npos);
}

TEST_CASE("an interface's address is its first one, not a secondary") {
    const std::string loopback =
        "interface Loopback0\n ip address 10.99.0.1 255.255.255.255 secondary\n"
        " ip address 10.20.0.1 255.255.255.255\n";
    CHECK(cisco(loopback + with_neighbor({"update-source Loopback0"}))
              .neighbors.front()
              .local_address == "10.20.0.1");
}

TEST_CASE("FRR before 7.4 announces networks without a route") {
    const std::string bgp = "router bgp 65000\n network 10.20.0.0/16\n";
    CHECK(frr(bgp).networks.front().when_route);
    CHECK_FALSE(frr("frr version 7.2.1\n" + bgp).networks.front().when_route);
    CHECK(frr("frr version 7.2.1\n" + bgp + " bgp network import-check\n")
              .networks.front()
              .when_route);
}

TEST_CASE("eBGP without a policy passes what it passed there") {
    const auto import_of = [](const Configuration& configuration) {
        return configuration.neighbors.front().import_policy;
    };
    CHECK(import_of(cisco(with_neighbor({}))) == "accept-all");
    CHECK(import_of(frr(with_neighbor({}))).empty());
    CHECK(import_of(frr("frr version 7.3\n" + with_neighbor({}))) == "accept-all");
    CHECK(import_of(frr("frr defaults datacenter\n" + with_neighbor({}))) == "accept-all");
    CHECK(import_of(frr(with_neighbor({}) + " no bgp ebgp-requires-policy\n")) == "accept-all");
    CHECK(import_of(cisco(with_neighbor({"route-map NOWHERE in"}))) == "reject-all");
    CHECK(import_of(cisco(with_neighbor({"prefix-list NOWHERE in"}))) == "reject-all");
    CHECK(import_of(cisco(with_neighbor({"distribute-list 7 in"}))) == "reject-all");
}

TEST_CASE("a route map is never more open than it was") {
    const auto map = [](const std::string& text) {
        return policy_text(cisco("router bgp 65000\n" + text), "M");
    };
    // A match that cannot be translated: what comes there and later is rejected.
    CHECK(map("route-map M permit 10\n match tag 7\nroute-map M permit 20\n") ==
          "    # route-map M permit 10: line 3: dxrouted has no \"match tag 7\"; nothing passes "
          "from here "
          "on\n    - then: reject\n");
    CHECK(map("route-map M deny 10\n match ip address 7\nroute-map M permit 20\n")
              .ends_with("- then: reject\n"));
    CHECK(map("route-map M permit 10\n continue 20\nroute-map M permit 20\n")
              .ends_with("- then: reject\n"));
    CHECK(map("route-map M permit 10\n match community NONE\n").ends_with("- then: reject\n"));
    // A prefix list that denies part of what it permits, and another entry behind it.
    const std::string list =
        "ip prefix-list L deny 10.1.0.0/16\nip prefix-list L permit 10.0.0.0/8 le 24\n";
    CHECK(map(list +
              "route-map M permit 10\n match ip address prefix-list L\nroute-map M permit 20\n")
              .ends_with("- then: reject\n"));
    // As the last entry its parts may decide.
    CHECK(map(list + "route-map M permit 10\n match ip address prefix-list L\n") ==
          "    # route-map M permit 10\n    - match: {prefix: [10.1.0.0/16]}\n      then: reject\n"
          "    - match: {prefix: [10.0.0.0/8 le 24]}\n      then: accept\n");
}

TEST_CASE("two filters in one direction become one policy or none") {
    const std::string lists =
        "ip prefix-list L permit 10.0.0.0/8\nroute-map M permit 10\n set local-preference 7\n"
        "route-map P permit 10\n match ip address prefix-list L\n";
    const auto one = cisco(with_neighbor({"route-map M in", "prefix-list L in"}) + lists);
    CHECK(one.neighbors.front().import_policy == "M-of-L");
    CHECK(policy_text(one, "M-of-L").find("match: {prefix: L}") != std::string::npos);
    CHECK(dxrouted_says(one).empty());
    const auto none = cisco(with_neighbor({"route-map P in", "prefix-list L in"}) + lists);
    CHECK(none.neighbors.front().import_policy == "reject-all");
    CHECK(note_at(none, 3).starts_with("several filters"));
    CHECK(note_at(none, 4).starts_with("several filters"));
}

TEST_CASE("several set lines of one kind are one") {
    const auto configuration = cisco(
        "router bgp 65000\nroute-map M permit 10\n set community 1:1 additive\n set community 1:2 "
        "additive\n"
        " set metric 1\n set metric 2\n");
    CHECK(policy_text(configuration, "M")
              .find("set: {community: {add: [\"1:1\", \"1:2\"]}, med: 2}") != std::string::npos);
    CHECK(dxrouted_says(configuration).empty());
}

TEST_CASE("one neighbor in two spellings is one, and an unknown group is none") {
    const auto configuration = cisco(
        "router bgp 65000\n neighbor 2001:DB8::1 remote-as 64512\n neighbor 2001:db8:0::1 passive\n"
        " neighbor A peer-group B\n neighbor 2001:db8::1 peer-group A\n neighbor A peer-group\n");
    REQUIRE(configuration.neighbors.size() == 1);
    CHECK(configuration.neighbors.front().passive);
}

TEST_CASE("prefix lists in all their forms") {
    struct Row {
        const char* line;
        const char* item;
    };

    const Row rows[] = {
        {"ip prefix-list L permit 10.1.2.3/16", "10.1.0.0/16"},
        {"ip prefix-list L seq 7 permit 10.0.0.0/8 le 24", "10.0.0.0/8 le 24"},
        {"ip prefix-list L permit 10.0.0.0/8 ge 9", "10.0.0.0/8 ge 9"},
        {"ip prefix-list L permit 10.0.0.0/8 ge 9 le 16", "10.0.0.0/8 ge 9 le 16"},
        {"ip prefix-list L permit any", "0.0.0.0/0 le 32"},
        {"ipv6 prefix-list L permit 2001:db8::/32 ge 48 le 64", "2001:db8::/32 ge 48 le 64"},
    };
    for (const auto& [line, item] : rows) {
        CAPTURE(line);
        const auto configuration = cisco("router bgp 65000\n" + std::string(line) + '\n');
        REQUIRE(configuration.prefix_sets.size() == 1);
        CHECK(configuration.prefix_sets.front().items == Texts{item});
        CHECK(parse_pattern(item)->text() == item);
    }
    for (const auto* line :
         {"ip prefix-list L permit 10.0.0.0", "ip prefix-list L permit 10.0.0.0/33",
          "ip prefix-list L permit 10.0.0.0/8 ge 7", "ip prefix-list L 10.0.0.0/8",
          "ip prefix-list L permit 10.0.0.0/8 le", "ip prefix-list L"}) {
        CAPTURE(line);
        const auto configuration = cisco("router bgp 65000\n" + std::string(line) + '\n');
        CHECK(!note_at(configuration, 2).empty());
    }
}

TEST_CASE("sequence numbers say the order, not the lines") {
    const auto configuration = cisco(
        "router bgp 65000\nroute-map M permit 20\n set metric 2\nroute-map M deny 10\n match "
        "origin egp\n");
    CHECK(policy_text(configuration, "M") ==
          "    # route-map M deny 10\n    - match: {origin: egp}\n      then: reject\n"
          "    # route-map M permit 20\n    - set: {med: 2}\n      then: accept\n");
}

TEST_CASE("lines that were pasted without indentation are understood") {
    const auto configuration = cisco(
        "router bgp 65000\nneighbor 192.0.2.1 remote-as 64512\naddress-family ipv4\nnetwork "
        "10.0.0.0 mask "
        "255.255.0.0\nneighbor 192.0.2.1 activate\nneighbor 192.0.2.1 "
        "send-community\nexit-address-family\n"
        "ip route 10.1.0.0 "
        "255.255.0.0 "
        "192.0.2.1\n");
    CHECK(configuration.neighbors.size() == 1);
    CHECK(configuration.networks.size() == 1);
    CHECK(configuration.static_routes.size() == 1);
    for (const auto& note : configuration.notes)
        CHECK((note.line == 0 || note.why == "communities are always sent"));
}

TEST_CASE("what is no configuration is one line") {
    for (const auto* text : {"", "\n\n", "hello\n", "hostname x\nrouter ospf 1\n"}) {
        CAPTURE(text);
        CHECK(failure_of([&] { frr(text); }).starts_with("frr.conf: there is no `router bgp`"));
    }
    for (const auto* text :
         {"router bgp\n", "router bgp 0\n", "router bgp 65535\n", "router bgp 65000 vrf X\n"}) {
        CAPTURE(text);
        CHECK(failure_of([&] { frr(text); }).starts_with("frr.conf:1: dxrouted is one router"));
    }
    CHECK(frr("router bgp 65000 as-notation plain\n").asn == 65000);
}

// The strongest promise: whatever comes in, what goes out is a configuration that dxrouted takes.
TEST_CASE("a configuration with mistakes becomes one without, or none") {
    for (const auto* name : {"frr.conf", "cisco.txt"}) {
        const auto whole = fixture(name);
        const auto dialect = name == std::string("frr.conf") ? Dialect::Frr : Dialect::Cisco;
        for (std::size_t at = 0; at < whole.size(); at += 3) {
            auto changed = whole;
            changed[at] = static_cast<char>('0' + at % 75);
            failure_of([&] {
                const auto configuration = read_ios(changed, name, dialect);
                const auto said = dxrouted_says(configuration, false);
                CAPTURE(name, at, changed.substr(at < 40 ? 0 : at - 40, 80), said);
                CHECK(said.empty());
            });
        }
    }
}

TEST_CASE("a neighbor that was sent no communities is named") {
    const auto refused = frr(with_neighbor({}) + " no neighbor 192.0.2.1 send-community\n");
    REQUIRE(refused.neighbors.size() == 1);
    CHECK(note_at(refused, 3).find("always sends communities") != std::string::npos);
    CHECK(!refused.neighbors[0].comments.empty());
    // FRR sends them unless it is told not to, IOS when it is told to.
    CHECK(frr(with_neighbor({})).neighbors.at(0).comments.empty());
    const auto others = frr(with_neighbor({}) + " no neighbor 192.0.2.1 send-community extended\n");
    CHECK(others.neighbors.at(0).comments.empty());
    CHECK(note_at(others, 3).find("always sends communities") != std::string::npos);
    CHECK(!cisco(with_neighbor({"send-community extended"})).neighbors.at(0).comments.empty());
    CHECK(cisco(with_neighbor({"send-community"})).neighbors.at(0).comments.empty());
    CHECK(note_at(cisco(with_neighbor({})), 2).find("send-community") != std::string::npos);
}

TEST_CASE("what filters one family leaves the other as it was") {
    const auto both = cisco(
        "router bgp 65000\n neighbor 192.0.2.1 remote-as 64512\n address-family ipv4\n"
        "  neighbor 192.0.2.1 activate\n  neighbor 192.0.2.1 prefix-list A out\n"
        " exit-address-family\n address-family ipv6\n  neighbor 192.0.2.1 activate\n"
        " exit-address-family\nip prefix-list A permit 10.0.0.0/8\n");
    REQUIRE(both.neighbors.size() == 1);
    const auto text = policy_text(both, both.neighbors[0].export_policy);
    CHECK(text.find("prefix: A") != std::string::npos);
    CHECK(text.find("::/0 le 128") != std::string::npos);
    CHECK(text.find("0.0.0.0/0 le 32") == std::string::npos);
    CHECK(both.neighbors[0].import_policy == "accept-all");
    CHECK(dxrouted_says(both).empty());
}

TEST_CASE("a route map of one family is bounded to it, and without a policy none passes") {
    const auto both =
        frr("router bgp 65000\n neighbor 192.0.2.1 remote-as 64512\n address-family ipv4\n"
            "  neighbor 192.0.2.1 activate\n  neighbor 192.0.2.1 route-map M in\n"
            " exit-address-family\n address-family ipv6\n  neighbor 192.0.2.1 activate\n"
            " exit-address-family\nroute-map M permit 10\n set local-preference 150\n");
    const auto text = policy_text(both, both.neighbors.at(0).import_policy);
    CHECK(text.find("0.0.0.0/0 le 32") != std::string::npos);
    CHECK(text.find("150") != std::string::npos);
    CHECK(text.find("::/0") == std::string::npos);
    CHECK(dxrouted_says(both, false).empty());
}

TEST_CASE("a member's filter takes the place of its group's") {
    const auto member =
        frr("router bgp 65000\n neighbor G peer-group\n neighbor G remote-as 64512\n"
            " neighbor G route-map OF-ALL out\n neighbor 192.0.2.1 peer-group G\n"
            " neighbor 192.0.2.2 peer-group G\n neighbor 192.0.2.2 route-map OF-ONE out\n"
            "route-map OF-ALL permit 10\nroute-map OF-ONE permit 10\n");
    REQUIRE(member.neighbors.size() == 2);
    CHECK(member.neighbors[0].export_policy == "OF-ALL");
    CHECK(member.neighbors[1].export_policy == "OF-ONE");
    CHECK(note_at(member, 4).empty());
}

TEST_CASE("the timers of FRR's profiles are heeded or named") {
    const auto fast = frr("frr defaults datacenter\n" + with_neighbor({}));
    CHECK(fast.neighbors.at(0).keepalive == 3U);
    CHECK(fast.neighbors.at(0).hold == 9U);
    CHECK(dxrouted_says(fast).empty());
    CHECK(advice(fast).find("180 s") == std::string::npos);
    CHECK(advice(frr("frr defaults traditional\n" + with_neighbor({}))).find("180 s") !=
          std::string::npos);
}

TEST_CASE("each address family has its own prefix limits") {
    const auto limits = [](const Texts& ipv4, const Texts& ipv6, bool with_ipv4 = true) {
        auto text = with_neighbor(ipv4);
        if (!with_ipv4) text += " no neighbor 192.0.2.1 activate\n";
        text += " address-family ipv6\n  neighbor 192.0.2.1 activate\n";
        for (const auto& line : ipv6)
            text += "  neighbor 192.0.2.1 " + line + '\n';
        const auto configuration = cisco(text);
        CHECK(dxrouted_says(configuration).empty());
        const auto yaml = to_yaml(configuration);
        const auto at = yaml.find("prefix-limit: ");
        return at == yaml.npos ? "" : yaml.substr(at + 14, yaml.find('\n', at) - at - 14);
    };
    CHECK(limits({"maximum-prefix 1000 restart 5"}, {"maximum-prefix 50 restart 5"}) ==
          "{in: {ipv4: {max: 1000, action: restart, after: 5m}, "
          "ipv6: {max: 50, action: restart, after: 5m}}}");
    CHECK(limits({"maximum-prefix-out 10"}, {"maximum-prefix-out 20"}) ==
          "{out: {ipv4: 10, ipv6: 20}}");
    CHECK(limits({"maximum-prefix-out 10"}, {"maximum-prefix-out 10"}) == "{out: 10}");
    CHECK(limits({}, {"maximum-prefix-out 20"}) == "{out: {ipv6: 20}}");
    CHECK(limits({"maximum-prefix-out 10"}, {"maximum-prefix-out 20"}, false) == "{out: 20}");
    CHECK(limits({"maximum-prefix-out 10"}, {}, false) == "{out: 10}");
    const auto other = cisco(with_neighbor({"maximum-prefix-out 10"}) +
                             " address-family ipv6\n  neighbor 192.0.2.1 maximum-prefix-out 20\n");
    CHECK(note_at(other, 5) == "the neighbor is not active in that address family");
}

TEST_CASE("no more of a keepalive is written than a third of the hold time, which is said") {
    const auto text =
        "router bgp 65000\n timers bgp 30 30\n neighbor 192.0.2.1 remote-as 64512\n"
        " neighbor 192.0.2.2 remote-as 64513\n neighbor 192.0.2.2 timers 45 90\n";
    for (const auto& configuration : {frr(text), cisco(text)}) {
        CHECK(configuration.neighbors.at(0).keepalive == 10U);
        CHECK(configuration.neighbors.at(1).keepalive == 30U);
        for (const std::size_t line : {2U, 5U})
            CHECK(note_at(configuration, line).starts_with("the keepalive is a third"));
    }
    CHECK(dxrouted_says(cisco(text)).empty());
    CHECK(note_at(frr(with_neighbor({"timers 60 30 20"})), 3).ends_with("neighbor's hold time"));
    CHECK(dxrouted_says(cisco(with_neighbor({"timers 0 0"}))).empty());
}

TEST_CASE("lists that nothing uses and that are no sets are named") {
    const std::string bgp = "router bgp 65000\n";
    for (const auto* list :
         {"ip prefix-list A deny 10.1.0.0/16\nip prefix-list A permit 10.0.0.0/8 le 24\n",
          "ip community-list standard C deny 1:1\nip community-list standard C permit 1:2\n",
          "ip as-path access-list X deny _1_\nip as-path access-list X permit .*\n"}) {
        CAPTURE(list);
        CHECK(!note_at(frr(bgp + list), 2).empty());
        CHECK(!note_at(frr(bgp + list), 3).empty());
    }
    const auto used = cisco(with_neighbor({"filter-list 1 in"}) +
                            "ip as-path access-list 1 deny _1_\n"
                            "ip as-path access-list 1 permit .*\n");
    CHECK(note_at(used, 4).empty());
    CHECK(note_at(used, 5).empty());
}

TEST_CASE("BFD's timing on an interface is named with the key that says it") {
    const auto timed =
        cisco("interface Gi0/1\n bfd interval 50 min_rx 50 multiplier 5\n" + with_neighbor({}));
    CHECK(note_at(timed, 2).find("bfd: {interval: 50ms, multiplier: 5}") != std::string::npos);
}

TEST_CASE("a link-local neighbor without an interface of Linux is none") {
    const auto alone = cisco("router bgp 65000\n neighbor FE80::1%Gi0/1 remote-as 64512\n");
    CHECK(alone.neighbors.empty());
    CHECK(note_at(alone, 2).find("link-local") != std::string::npos);
}

TEST_CASE("what the host does, and what show running-config prints besides, needs no line") {
    const auto printed = cisco(
        "Building configuration...\n\nCurrent configuration : 4021 bytes\n!\n"
        "interface Gi0/1\n ip address 10.0.0.1 255.255.255.0\n" +
        with_neighbor({}));
    Texts needless;
    for (const auto& note : printed.notes)
        if (note.kind == Note::Kind::Needless) needless.push_back(note.subject);
    CHECK(needless == Texts{"Building configuration...", "Current configuration : 4021 bytes",
                            "interface Gi0/1"});
    CHECK(note_at(printed, 6).starts_with("interfaces are systemd-networkd's"));
}

TEST_CASE("a route that answers becomes one that does not, which is said") {
    const auto routes =
        "ip route 10.1.0.0/16 reject\nip route 10.2.0.0/16 blackhole\n"
        "ip route 10.3.0.0/16 reject tag 7\n";
    const auto configuration = frr(routes + with_neighbor({}));
    CHECK(note_at(configuration, 1).starts_with("a blackhole: who sends there is not told"));
    CHECK(note_at(configuration, 2).empty());
    CHECK(note_at(configuration, 3).starts_with("without tag 7; a blackhole:"));
}

TEST_CASE("every neighbor with BFD is named that graceful restart is not for") {
    const auto configuration =
        frr("router bgp 65000\n bgp graceful-restart\n neighbor 192.0.2.1 remote-as 64512\n"
            " neighbor 192.0.2.1 bfd\n neighbor 192.0.2.2 remote-as 64512\n"
            " neighbor 192.0.2.2 bfd\n neighbor 192.0.2.3 remote-as 64512\n");
    CHECK(note_at(configuration, 2).starts_with("not for 192.0.2.1, 192.0.2.2: with BFD on"));
}
