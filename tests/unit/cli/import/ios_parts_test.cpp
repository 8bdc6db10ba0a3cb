#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

namespace {

constexpr auto kRouter = "router bgp 65000\n";

}  // namespace

TEST_CASE("an expression for communities becomes a pattern that is no more open and no less") {
    struct Row {
        const char* expression;
        const char* pattern;  // "": none says the same
    };

    const Row rows[] = {
        {"7224:8", "*7224:8*"},
        {"_7224:8100_", "7224:8100"},
        {"^7224:8.*", "7224:8*"},
        {"_7224:[0-9]*$", "7224:*"},
        {"7224:.*", "*7224:*"},
        {"_7224:8[0-9]*00_", "7224:8*00"},
        {"_7224:1_.*_7224:2_", ""},
        {"7224:8.+", ""},
        {"7224:8[0-9]+", ""},
        {"7224:80*", ""},
        {"7224:(1|2)", ""},
        {"7224:8.", ""},
        {"_7224:1_ _7224:2_", ""},
        {"7224", ""},
        {"_", ""},
    };
    for (const auto& [expression, pattern] : rows) {
        CAPTURE(expression);
        const auto configuration = cisco(
            kRouter + std::string("ip community-list expanded L permit ") + expression + '\n');
        CHECK(dxrouted_says(configuration).empty());
        CHECK(note_at(configuration, 2).empty() == (pattern != std::string()));
        if (pattern == std::string()) {
            CHECK(configuration.community_sets.empty());
            continue;
        }
        REQUIRE(configuration.community_sets.size() == 1);
        CHECK(configuration.community_sets.front().items == Texts{pattern});
    }
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
