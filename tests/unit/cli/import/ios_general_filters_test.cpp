#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

namespace {

const std::string kOnly =
    "ip prefix-list ONLY permit 10.66.0.0/16\n"
    "route-map ONLY permit 10\n match ip address prefix-list ONLY\n";

const std::string kAll = "route-map ALL permit 10\n";

}  // namespace

TEST_CASE("a filter of all neighbors, and one that depends on other routes, let nothing pass") {
    const auto of_all = cisco(with_neighbor({}) + " distribute-list prefix ONLY out\n" + kOnly);
    CHECK(first(of_all).export_policy == "reject-all");
    CHECK(first(of_all).import_policy == "accept-all");
    CHECK(note_at(of_all, 3).starts_with("it filters all neighbors: nothing passes"));

    const auto conditional =
        cisco(with_neighbor({"advertise-map ONLY non-exist-map ALL"}) + kOnly + kAll);
    CHECK(first(conditional).export_policy == "reject-all");
    CHECK(note_at(conditional, 3).find("nothing passes in this direction") != std::string::npos);
}

TEST_CASE("what an aggregate covers is held back from every neighbor that it was held back from") {
    const auto configuration =
        cisco(with_neighbor({"route-map OUT out"}) +
              " neighbor 192.0.2.2 remote-as 64512\n neighbor 192.0.2.3 remote-as 65000\n"
              " neighbor 2001:db8::1 remote-as 64512\n"
              " aggregate-address 10.20.0.0 255.252.0.0 summary-only\n"
              " aggregate-address 10.99.0.0 255.255.0.0\n"
              "ip prefix-list OURS permit 10.0.0.0/8 le 24\n"
              "route-map OUT permit 10\n match ip address prefix-list OURS\n");
    CHECK(dxrouted_says(configuration).empty());
    const std::string held =
        "    # aggregate-address: what it covers\n"
        "    - match: {prefix: [10.20.0.0/14 ge 15]}\n      then: reject\n";
    const auto policy_of = [&](std::size_t at) {
        return policy_text(configuration, configuration.neighbors.at(at).export_policy);
    };
    CHECK(policy_of(0).starts_with(held));
    CHECK(policy_of(0).find("prefix: OURS") != std::string::npos);
    CHECK(policy_of(1) == held + "    - then: accept\n");
    CHECK(policy_of(2) == policy_of(1));
    CHECK(configuration.neighbors.at(3).export_policy == "accept-all");
    CHECK(note_at(configuration, 7).find("held back") != std::string::npos);
    CHECK(note_at(configuration, 8).find("held back") == std::string::npos);

    const auto unreadable = cisco(with_neighbor({}) + " aggregate-address x summary-only\n");
    CHECK(first(unreadable).export_policy == "reject-all");
}

TEST_CASE("the preferred source of what is installed is taken over") {
    const auto configuration =
        frr(with_neighbor({"bfd", "timers 10 30"}) +
            "route-map SRC permit 10\n set src 10.0.0.1\nroute-map SRC6 permit 10\n set src "
            "2001:db8::1\nip protocol bgp route-map SRC\nipv6 protocol bgp route-map SRC6\n");
    CHECK(configuration.source == std::array<std::string, 2>{"10.0.0.1", "2001:db8::1"});
    CHECK(configuration.notes.empty());
    CHECK(all_files(configuration).find("  source: {ipv4: 10.0.0.1, ipv6: \"2001:db8::1\"}\n") !=
          std::string::npos);
    CHECK(dxrouted_says(configuration, false).empty());
}

TEST_CASE("what kept routes out of the kernel lets none in, unless it passed all") {
    const std::string denies = "route-map SOME deny 10\n";

    struct Row {
        std::string text;
        std::size_t line;
        const char* import_policy;
    };

    const Row rows[] = {
        {with_neighbor({}) + " table-map SOME\n" + denies, 3, "reject-all"},
        {with_neighbor({}) + denies + "ip protocol bgp route-map SOME\n", 4, "reject-all"},
        {with_neighbor({}) + "ip protocol any route-map NONE\n", 3, "reject-all"},
        {with_neighbor({}) + kAll + "ip protocol bgp route-map ALL\n", 4, ""},
    };
    for (const auto& [text, line, policy] : rows) {
        CAPTURE(text);
        const auto configuration = frr(text);
        CHECK(first(configuration).import_policy == policy);
        CHECK(note_at(configuration, line).find("the kernel") != std::string::npos);
        CHECK(dxrouted_says(configuration, false).empty());
    }
    // In IOS it filters where it says so.
    CHECK(first(cisco(with_neighbor({}) + " table-map SOME filter\n" + denies)).import_policy ==
          "reject-all");
    CHECK(first(cisco(with_neighbor({}) + " table-map SOME\n" + denies)).import_policy ==
          "accept-all");
}
