#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

TEST_CASE("an IPv6 neighbor that no family names stays down where families have to be named") {
    const std::string neighbor = " neighbor 2001:db8::1 remote-as 64512\n";
    const auto unnamed = cisco("router bgp 65000\n no bgp default ipv4-unicast\n" + neighbor);
    CHECK(first(unnamed).shutdown);
    const auto named = cisco("router bgp 65000\n no bgp default ipv4-unicast\n" + neighbor +
                             " address-family ipv6\n  neighbor 2001:db8::1 activate\n");
    CHECK_FALSE(first(named).shutdown);
    CHECK_FALSE(first(cisco("router bgp 65000\n" + neighbor)).shutdown);
}

TEST_CASE("an IPv6 neighbor is down that only IPv4's family could have carried, and it is told") {
    const std::string neighbor = " neighbor 2001:db8::1 remote-as 64512\n";
    const std::string ipv4 = " address-family ipv4 unicast\n  network 10.0.0.0/8\n";
    const auto configuration = frr("router bgp 65000\n" + neighbor + ipv4);
    CHECK(first(configuration).shutdown);
    CHECK(note_at(configuration, 2).find("no address family of its own") != std::string::npos);
    CHECK_FALSE(first(frr("router bgp 65000\n" + neighbor + ipv4 +
                          " address-family ipv6 unicast\n  neighbor 2001:db8::1 activate\n"))
                    .shutdown);
}

TEST_CASE("a template for policies is of the family that it is inherited in") {
    const auto configuration = cisco(
        "router bgp 65000\n template peer-policy X\n  route-map ONE in\n exit-peer-policy\n"
        " template peer-session X\n  remote-as 64512\n exit-peer-session\n"
        " neighbor 192.0.2.1 inherit peer-session X\n"
        " address-family ipv6\n  neighbor 192.0.2.1 activate\n"
        "  neighbor 192.0.2.1 inherit peer-policy X\n"
        "route-map ONE permit 10\n set metric 5\n");
    CHECK(first(configuration).remote_as == 64512);
    CHECK(first(configuration).import_policy == "accept-all-and-ONE");
    const auto text = policy_text(configuration, "accept-all-and-ONE");
    CHECK(text.find("0.0.0.0/0 le 32") < text.find("::/0 le 128"));
    CHECK(text.find("::/0 le 128") < text.find("med: 5"));
    CHECK(dxrouted_says(configuration, false).empty());
    const auto none = cisco(with_neighbor({"inherit peer-policy NONE"}));
    CHECK(note_at(none, 3).starts_with("template peer-policy NONE is not in the file"));
}

TEST_CASE("a group's line of one family is in force where one of its members has that family") {
    const auto with = [](const std::string& members) {
        return frr(
            "router bgp 65000\n neighbor G peer-group\n neighbor G remote-as 64512\n"
            " address-family ipv4\n  neighbor G route-map ALL in\n"
            "  neighbor G maximum-prefix 10 restart 1\n"
            " address-family ipv6\n  neighbor G route-map ALL out\n"
            "  neighbor G maximum-prefix 20 restart 1\n" +
            members + "route-map ALL permit 10\n");
    };
    const std::string ipv4 = "  neighbor 192.0.2.1 peer-group G\n";
    const std::string ipv6 =
        "  neighbor 2001:db8::1 peer-group G\n  neighbor 2001:db8::1 activate\n";
    const auto both = with(ipv4 + ipv6);
    CHECK(notes_on_lines(both) == 0);
    CHECK(dxrouted_says(both, false).empty());
    const auto one = with(ipv4);
    CHECK(notes_on_lines(one) == 2);
    for (const std::size_t line : {8U, 9U})
        CHECK(note_at(one, line) == "the neighbor is not active in that address family");
}

TEST_CASE("a router that is shut down has neighbors that are") {
    const auto configuration =
        frr("router bgp 65000\n bgp shutdown message moving house\n"
            " neighbor 192.0.2.1 remote-as 64512\n neighbor 192.0.2.2 remote-as 64512\n"
            " neighbor 192.0.2.2 shutdown message broken\n");
    CHECK(configuration.neighbors.at(0).shutdown == "moving house");
    CHECK(configuration.neighbors.at(1).shutdown == "broken");
    CHECK(notes_on_lines(configuration) == 0);
    CHECK(first(frr(with_neighbor({}) + " bgp shutdown\n")).shutdown == "");
    CHECK_FALSE(first(frr(with_neighbor({}) + " no bgp shutdown\n")).shutdown);
}

TEST_CASE("IOS-XE that asks for policies passes nothing without one") {
    CHECK(first(cisco(with_neighbor({}) + " bgp safe-ebgp-policy\n")).import_policy.empty());
    CHECK(first(cisco(with_neighbor({}))).import_policy == "accept-all");
}

TEST_CASE("of a prefix limit every word is taken over or told") {
    const auto note = [](const std::string& line) {
        return note_at(frr(with_neighbor({line})), 3);
    };
    CHECK(note("maximum-prefix 100 restart 5").empty());
    CHECK(note("maximum-prefix 100 force restart 5") ==
          "dxrouted counts what the import policy accepts");
    CHECK(note("maximum-prefix 100 restart 2000") ==
          "the session is tried again after 1440 minutes");
    CHECK(note("maximum-prefix 100 75") ==
          "the session is tried again after 5 minutes, not left down; dxrouted warns from 80% on, "
          "not at a percentage");
}

TEST_CASE("what a source does without being told is told where dxrouted does otherwise") {
    const auto plain = advice(frr(with_neighbor({"bfd", "timers 10 30"})));
    CHECK(plain.empty());
    CHECK(advice(frr(with_neighbor({"bfd"}))).find("60 s and 180 s") != std::string::npos);
    CHECK(advice(frr(with_neighbor({"timers 10 30"}))).find("graceful-restart: helper") !=
          std::string::npos);
    CHECK(advice(cisco(with_neighbor({"timers 10 30"}) + "end\n")).empty());
    CHECK(advice(cisco(with_neighbor({}) + "end\n")).find("60 s and 180 s") != std::string::npos);
}
