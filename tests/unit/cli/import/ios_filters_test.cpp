// No filter becomes more open than it was, wherever it stands.
#include "cli/import/ios_line.hpp"
#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

namespace {

const std::string kAll = "route-map ALL permit 10\n";

}  // namespace

TEST_CASE("exactly one of several communities is no set, and what asks for it lets nothing pass") {
    const auto matching = [](const std::string& lists) {
        const auto configuration = frr(with_neighbor({"route-map IN in"}) + lists +
                                       "route-map IN deny 10\n match community BLOCK exact-match\n"
                                       "route-map IN permit 20\n");
        return policy_text(configuration, "IN");
    };
    CHECK(matching("bgp community-list standard BLOCK permit 64512:666\n").find("exact") !=
          std::string::npos);
    const auto several = matching(
        "bgp community-list standard BLOCK permit 64512:666\n"
        "bgp community-list standard BLOCK permit 64512:667\n");
    CHECK(several.find("exact:") == std::string::npos);
    CHECK(several.find("then: accept") == std::string::npos);
}

TEST_CASE("the filters of a family that the neighbor is not active in do not open the other") {
    const auto configuration =
        frr(with_neighbor({}) + " address-family ipv6 unicast\n" +
            "  neighbor 192.0.2.1 route-map ALL in\n  neighbor 192.0.2.1 route-map ALL out\n" +
            " exit-address-family\n" + kAll);
    const auto& neighbor = first(configuration);
    CHECK(neighbor.import_policy.empty());
    CHECK(neighbor.export_policy.empty());
    for (const std::size_t line : {4U, 5U})
        CHECK(note_at(configuration, line) == "the neighbor is not active in that address family");
}

TEST_CASE("what shares the traffic is that of the source, or it is said") {
    const auto of = [](const char* second_as, const std::string& more) {
        return frr(
            "router bgp 65000\n neighbor 192.0.2.1 remote-as 64512\n"
            " neighbor 192.0.2.2 remote-as " +
            std::string(second_as) + "\n" + more);
    };
    const std::string relax = " bgp bestpath as-path multipath-relax\n";
    CHECK(of("64512", "").maximum_paths == 64);  // FRR's default
    CHECK(of("64513", "").maximum_paths == 1);
    CHECK(of("64513", relax).maximum_paths == 64);
    CHECK(of("64512", " maximum-paths 1\n").maximum_paths == 1);
    const auto of_different = of("64513", " maximum-paths 2\n");
    CHECK(of_different.maximum_paths == 2);
    CHECK(note_at(of_different, 4).starts_with("paths by different ASes share the traffic too"));
    CHECK(note_at(of("64513", " maximum-paths 2\n" + relax), 4).empty());
    CHECK(cisco(with_neighbor({}) + " neighbor 192.0.2.2 remote-as 64512\n").maximum_paths == 1);
}

TEST_CASE("what dxrouted always does is not said to be off") {
    const auto configuration =
        frr("router bgp 65000\n no bgp enforce-first-as\n no bgp fast-external-failover\n"
            " no bgp frobnicate\n neighbor 192.0.2.1 remote-as 64512\n"
            " no neighbor 192.0.2.1 enforce-first-as\n");
    for (const std::size_t line : {2U, 6U})
        CHECK(note_at(configuration, line).find("must stand first") != std::string::npos);
    CHECK(note_at(configuration, 3).find("always ends") != std::string::npos);
    CHECK(note_at(configuration, 4) == "it is off in dxrouted");
}

TEST_CASE("a shutdown by round-trip time is none, and is said not to be taken over") {
    const auto configuration = frr(with_neighbor({"shutdown rtt 1000 count 10"}));
    CHECK_FALSE(first(configuration).shutdown);
    CHECK(note_at(configuration, 3).find("round-trip time") != std::string::npos);
}

TEST_CASE("a login in an address, and what is kept for scripts, is in no note") {
    const auto said = [](const char* line) {
        return without_secrets(read_ios_lines(line).front());
    };
    CHECK(said(" action 1.0 cli command \"copy running scp://b:Wint3r!@10.1.1.5/c\"") ==
          "action 1.0 cli command \"copy running scp://<hidden>@10.1.1.5/c\"");
    CHECK(said("event manager environment TOKEN SuperSecret10") ==
          "event manager environment <hidden>");
    CHECK(said(" description see https://wiki/bgp") == "description see https://wiki/bgp");
}
