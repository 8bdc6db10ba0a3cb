#include <chrono>

#include "cli/import/prefix_patterns.hpp"
#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

namespace {

constexpr auto kRouter = "router bgp 65000\n";

// What a route map that permits by community list L becomes, where L has `line`.
std::string matched_by(const std::string& line, Configuration& configuration) {
    configuration = cisco(kRouter + std::string("ip community-list ") + line +
                          "\nroute-map M permit 10\n match community L\n");
    CHECK(dxrouted_says(configuration).empty());
    return policy_text(configuration, "M");
}

}  // namespace

TEST_CASE("an expression for communities becomes a pattern that is no more open and no less") {
    struct Row {
        const char* expression;
        const char* pattern;  // "": none says the same
    };

    const Row rows[] = {
        {"7224:8", "*7224:8*"},
        {"_7224:8100_", "7224:8100"},
        {"_7224:8.*", "7224:8*"},
        {"_7224:8.*$", "7224:8*"},
        {"^.*_*7224:8", ""},
        {"^.*7224:8", "*7224:8*"},
        {"_7224:[0-9]*_", "7224:*"},
        {"7224:.*", "*7224:*"},
        {"_7224:8[0-9]*00_", "7224:8*00"},
        {"_7224:8.*00_", ""},  // it is in "7224:8100 7224:9100" too
        {"_7224:1_.*_7224:2_", ""},
        {"7224:8.+", ""},
        {"7224:8[0-9]+", ""},
        {"7224:80*", ""},
        {"7224:(1|2)", ""},
        {"7224:8.", ""},
        {"_7224:1_ _7224:2_", ""},
        {"$7224:8100^", ""},
        {"7224", ""},
        {"_", ""},
        {".*", ""},
    };
    for (const auto& [expression, pattern] : rows) {
        CAPTURE(expression);
        Configuration configuration;
        const auto policy =
            matched_by(std::string("expanded L permit ") + expression, configuration);
        CHECK(note_at(configuration, 2).empty() == (pattern != std::string()));
        if (pattern == std::string()) {
            CHECK(configuration.community_sets.empty());
            CHECK(policy.ends_with("- then: reject\n"));
            continue;
        }
        REQUIRE(configuration.community_sets.size() == 1);
        CHECK(configuration.community_sets.front().items == Texts{pattern});
        CHECK(policy.find("- match: {community: L}\n      then: accept") != policy.npos);
    }
}

TEST_CASE("an expression for all communities of a route is an exact match, or none") {
    Configuration configuration;
    CHECK(
        matched_by("expanded L permit ^7224:8100$", configuration) ==
        "    # route-map M permit 10\n    - match: {community: {exact: L}}\n      then: accept\n");
    CHECK(notes_on_lines(configuration) == 0);
    for (const auto* expression :
         {"^7224:8100", "7224:8100$", "^7224:8100_", "_7224:8100$", "^7224:8.*", "^7224:[0-9]*$",
          "^7224:8.*$", "^7224:8100$\nip community-list expanded L permit ^7224:8200$"}) {
        CAPTURE(expression);
        CHECK(matched_by(std::string("expanded L permit ") + expression, configuration)
                  .ends_with("from here on\n    - then: reject\n"));
        CHECK(notes_on_lines(configuration) != 0);
    }
}

TEST_CASE("a list by which communities are deleted is about each of them by itself") {
    for (const auto* expression : {"^7224:8100$", "_7224:8100_", "7224:8100$"}) {
        CAPTURE(expression);
        const auto configuration =
            cisco(kRouter + std::string("ip community-list expanded L permit ") + expression +
                  "\nroute-map M permit 10\n set comm-list L delete\n");
        CHECK(dxrouted_says(configuration).empty());
        CHECK(policy_text(configuration, "M").find("set: {community: {remove: L}}") !=
              std::string::npos);
    }
}

TEST_CASE("a prefix list of tens of thousands of entries is read at once") {
    std::string text = kRouter;
    for (int i = 0; i < 20'000; ++i)
        text += "ip prefix-list L seq " + std::to_string(5 * i + 5) +
                (i % 2 == 0 ? " deny 10." : " permit 11.") + std::to_string(i / 256 % 256) + '.' +
                std::to_string(i % 256) + ".0/24 le 28\n";
    text += "ip prefix-list L seq 200000 permit 0.0.0.0/0\n";
    const auto start = std::chrono::steady_clock::now();
    const auto configuration = cisco(text);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));  // it took minutes
    REQUIRE(configuration.prefix_sets.size() == 1);
    CHECK(configuration.prefix_sets.front().items.size() == 10'001);
}

TEST_CASE("patterns overlap where one prefix fits both") {
    struct Row {
        const char* denied;
        const char* permitted;
        bool overlap;
    };

    const Row rows[] = {
        {"10.1.0.0/16", "10.0.0.0/8", false},
        {"10.1.0.0/16", "10.0.0.0/8 le 16", true},
        {"10.1.0.0/16", "10.0.0.0/8 le 15", false},
        {"10.0.0.0/8 le 32", "10.1.0.0/16", true},
        {"10.0.0.0/8 le 15", "10.1.0.0/16", false},
        {"10.0.0.0/8 ge 25", "10.1.0.0/16 le 24", false},
        {"10.0.0.0/8", "10.0.0.0/8", true},
        {"10.0.0.0/8 le 32", "11.0.0.0/8 le 32", false},
        {"0.0.0.0/0", "0.0.0.0/0 le 32", true},
        {"0.0.0.0/0 ge 1 le 32", "192.0.2.1/32", true},
    };
    for (const auto& [denied, permitted, overlap] : rows) {
        CAPTURE(denied, permitted);
        PrefixPatterns patterns;
        patterns.add(*parse_pattern("172.16.0.0/12 le 32"));
        patterns.add(*parse_pattern(permitted));
        CHECK(patterns.overlap(*parse_pattern(denied)) == overlap);
    }
    PrefixPatterns six;
    six.add(*parse_pattern("2001:db8::/32 le 48"));
    CHECK(six.overlap(*parse_pattern("2001:db8:1::/48")));
    CHECK(!six.overlap(*parse_pattern("2001:db8:1::/64")));
}

TEST_CASE("a banner's text and certificates are no configuration, and one note") {
    const std::string before = "hostname x\nbanner motd ";

    struct Row {
        std::string text;   // behind `banner motd `
        std::size_t lines;  // that the note is about
    };

    const Row rows[] = {
        {"^C\nrouter bgp 1\n ! not ours\n^C\n", 4},
        {"#no entry#\n", 1},
        {"#\nrouter bgp 1\n#\n", 3},
        {"#one\ntwo#\n", 2},
        {"line hello\n", 1},
        {"\x03\nrouter bgp 1 \x03\n", 2},
    };
    for (const auto& [text, lines] : rows) {
        CAPTURE(text);
        const auto configuration = cisco(before + text + kRouter);
        CHECK(configuration.asn == 65000);
        REQUIRE(notes_on_lines(configuration) == 2);
        CHECK(configuration.notes[1].kind == Note::Kind::Needless);
        CHECK(configuration.notes[1].line == 2);
        CHECK(configuration.notes[1].last_line == 1 + lines);
    }
    // Without its end it is not one: what follows is read.
    CHECK(cisco(before + "#\n" + kRouter).asn == 65000);
}

TEST_CASE("a chain of certificates is one note, and so is a section that dxrouted does without") {
    const auto configuration = cisco(
        "crypto pki certificate chain TP-self-signed-1\n certificate self-signed 01\n"
        "  3082022B 30820194 A0030201\n  02020101\n  \tquit\n certificate ca 02\n"
        "3082 AB\nquit\n!\nline vty 0 4\n password secret\n no exec\n transport input ssh\n!\n" +
        std::string(kRouter));
    REQUIRE(notes_on_lines(configuration) == 2);
    CHECK(configuration.notes[0].subject == "crypto pki certificate chain TP-self-signed-1");
    CHECK(configuration.notes[0].line == 1);
    CHECK(configuration.notes[0].last_line == 8);
    CHECK(configuration.notes[1].subject == "line vty 0 4");
    CHECK(configuration.notes[1].last_line == 13);
    CHECK(notes_text(configuration).find("  lines 10 to 13: line vty 0 4\n") != std::string::npos);
}

TEST_CASE("a neighbor with our own address is not taken over") {
    const auto configuration = cisco(with_neighbor({"update-source 192.0.2.1"}));
    CHECK(configuration.neighbors.empty());
    CHECK(note_at(configuration, 2) == "192.0.2.1 is said to be our own address, too");
}

TEST_CASE("a neighbor that vanishes is told, by the lines that name it") {
    const auto configuration = cisco(
        "router bgp 65000\n neighbor G peer-group\n neighbor 192.0.2.1 peer-group G\n"
        " neighbor 192.0.2.2 peer-group NONE\n neighbor 192.0.2.3 remote-as 64512\n"
        " neighbor 192.0.2.3 peer-group NONE\n");
    CHECK(configuration.neighbors.size() == 1);
    CHECK(note_at(configuration, 3) == "192.0.2.1 has no remote-as");
    CHECK(!note_at(configuration, 4).empty());
    CHECK(note_at(configuration, 6) == "NONE is not in the file, or nothing is in it");
}

TEST_CASE("words behind a static route are no interface, and Cisco's interfaces are not ours") {
    const auto of = [](const Configuration& configuration) {
        if (configuration.static_routes.empty()) return std::string("none");
        CHECK(dxrouted_says(configuration).empty());
        const auto& route = configuration.static_routes.front();
        return route.via + ' ' + route.interface;
    };
    for (const auto* word : {"dhcp", "global", "onlink", "multicast", "color 7", "segments 1"}) {
        CAPTURE(word);
        const auto text = kRouter + std::string("ip route 10.1.0.0/16 192.0.2.1 ") + word + '\n';
        CHECK(of(frr(text)) == "none");
        CHECK(!note_at(frr(text), 2).empty());
    }
    const auto route = [](const char* words) {
        return kRouter + std::string("ip route 10.1.0.0 255.255.0.0 ") + words + '\n';
    };
    CHECK(of(cisco(route("dhcp"))) == "none");
    CHECK(of(cisco(route("Vlan100"))) == "none");
    CHECK(of(cisco(route("Vlan100 192.0.2.1"))) == "192.0.2.1 ");
    CHECK(note_at(cisco(route("Vlan100 192.0.2.1")), 2) == "without Vlan100");
    CHECK(of(frr(route("eth0"))) == " eth0");
}

TEST_CASE("an IPv6 next hop that begins with a letter is an address") {
    const auto of = [](const Configuration& configuration) {
        CHECK(dxrouted_says(configuration).empty());
        REQUIRE(configuration.static_routes.size() == 1);
        const auto& route = configuration.static_routes.front();
        return route.via + ' ' + route.interface;
    };
    const std::string prefix = kRouter + std::string("ipv6 route 2001:db8:1::/48 ");
    CHECK(of(frr(prefix + "fd00::1\n")) == "fd00::1 ");
    CHECK(of(frr(prefix + "fe80::1 eth0\n")) == "fe80::1 eth0");
    CHECK(of(frr(prefix + "eth0 fe80::1\n")) == "fe80::1 eth0");
    CHECK(cisco(prefix + "Vlan1 fe80::1\n").static_routes.empty());
}

TEST_CASE("a bare denial at the end of a route map changes nothing") {
    const std::string list =
        "ip prefix-list L deny 10.1.0.0/16\nip prefix-list L permit 10.0.0.0/8 le 24\n";
    const std::string map = "route-map M permit 10\n match ip address prefix-list L\n";
    const auto with = cisco(kRouter + list + map + "route-map M deny 20\nroute-map M deny 30\n");
    CHECK(policy_text(with, "M") == policy_text(cisco(kRouter + list + map), "M"));
    CHECK(note_at(with, 6).starts_with("a policy rejects"));
    CHECK(note_at(with, 7).starts_with("a policy rejects"));
    CHECK(policy_text(cisco(kRouter + std::string("route-map M deny 10\n")), "M") ==
          "    # route-map M deny 10\n    - then: reject\n");
}

TEST_CASE("a community is set as what it is, large or not, and without leading zeros") {
    const auto with = [](const std::string& set) {
        return cisco(kRouter + std::string("route-map OUT permit 10\n set ") + set + "\n");
    };
    for (const auto* good : {"community 7224:07100 additive", "community no-export",
                             "large-community 65000:0:07 additive", "community none"}) {
        CAPTURE(good);
        CHECK(dxrouted_says(with(good)).empty());
        CHECK(note_at(with(good), 3).empty());
    }
    for (const auto* bad : {"community 7:24:7100 additive", "large-community 7224:7100",
                            "large-community no-export", "community 70000:1"}) {
        CAPTURE(bad);
        CHECK(dxrouted_says(with(bad)).empty());
        CHECK_FALSE(note_at(with(bad), 3).empty());
    }
}

TEST_CASE("a static route by a next hop of the other family is not taken over") {
    const auto configuration =
        cisco(kRouter + std::string("ip route 10.1.0.0 255.255.0.0 2001:db8::1\n"));
    CHECK(dxrouted_says(configuration).empty());
    CHECK_FALSE(note_at(configuration, 2).empty());
}

TEST_CASE("in IOS a member of a group takes back what its group says, but of what is sent") {
    const auto member = [](const std::string& line) {
        return cisco(
            "router bgp 65000\n timers bgp 5 15\n neighbor G peer-group\n"
            " neighbor G remote-as 64512\n neighbor G shutdown\n neighbor G timers 10 30\n"
            " neighbor G password secret\n neighbor G ttl-security hops 1\n"
            " neighbor G fall-over bfd\n neighbor G maximum-prefix 50 restart 3\n"
            " neighbor G route-map ALL in\n neighbor G route-map ALL out\n"
            " neighbor G transport connection-mode passive\n"
            " neighbor 192.0.2.1 peer-group G\n no neighbor 192.0.2.1 " +
            line + "\nroute-map ALL permit 10\n");
    };

    struct Row {
        const char* line;
        bool (*is_off)(const Neighbor&);
    };

    const Row rows[] = {
        {"shutdown", [](const Neighbor& n) { return !n.shutdown; }},
        {"timers", [](const Neighbor& n) { return n.keepalive == 5U && n.hold == 15U; }},
        {"password secret", [](const Neighbor& n) { return n.key.empty(); }},
        {"ttl-security", [](const Neighbor& n) { return !n.ttl_security; }},
        {"fall-over bfd", [](const Neighbor& n) { return !n.bfd; }},
        {"maximum-prefix 50", [](const Neighbor& n) { return !n.limits[0].in; }},
        {"transport connection-mode passive", [](const Neighbor& n) { return !n.passive; }},
        {"route-map ALL in", [](const Neighbor& n) { return n.import_policy == "accept-all"; }},
    };
    const auto with_all = member("description x");
    CHECK(note_at(with_all, 15) == "it is off unless it is configured");
    for (const auto& [line, is_off] : rows) {
        CAPTURE(line);
        const auto without = member(line);
        CHECK(is_off(without.neighbors.at(0)));
        CHECK_FALSE(is_off(with_all.neighbors.at(0)));
        CHECK(note_at(without, 15).empty());
        CHECK(dxrouted_says(without, false).empty());
    }
    for (const auto* line : {"route-map ALL out", "remote-as 64512"}) {
        const auto stays = member(line);
        CHECK(stays.neighbors.at(0).export_policy == "ALL");
        CHECK(note_at(stays, 15).starts_with("the group's stays: in IOS"));
    }
}

TEST_CASE("in FRR a member's `no` gives it back what its group says, which is told") {
    const std::string group =
        "router bgp 65000\n neighbor G peer-group\n"
        " neighbor G remote-as 64512\n neighbor G shutdown\n"
        " neighbor 192.0.2.1 peer-group G\n";
    const auto stays = frr(group + " no neighbor 192.0.2.1 shutdown\n");
    CHECK(stays.neighbors.at(0).shutdown == "");
    CHECK(note_at(stays, 6).starts_with("the group's stays: in FRR"));
    const auto again =
        frr(group + " neighbor 192.0.2.1 shutdown message x\n no neighbor 192.0.2.1 shutdown\n");
    CHECK(again.neighbors.at(0).shutdown == "");
    const auto own = frr(with_neighbor({"shutdown"}) + " no neighbor 192.0.2.1 shutdown\n");
    CHECK(!own.neighbors.at(0).shutdown);
    CHECK(notes_on_lines(own) == 0);
    CHECK(note_at(frr(with_neighbor({}) + " no neighbor 192.0.2.1 shutdown\n"), 3) ==
          "it is off unless it is configured");
}
