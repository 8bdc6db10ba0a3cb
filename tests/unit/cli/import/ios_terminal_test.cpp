#include "cli/import/ios_terminal.hpp"

#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

TEST_CASE("a recorded session is read as it was seen on the terminal") {
    const std::string backspaces(10, '\b'), blanks(10, ' ');
    CHECK(as_shown("a\r\n b\n") == "a\n b\n");
    CHECK(as_shown(" --More-- " + backspaces + blanks + backspaces + " neighbor x\n") ==
          " neighbor x\n");
    CHECK(as_shown(" --More-- \r          \r neighbor x\r\n") == " neighbor x\n");
    CHECK(as_shown(" --More--  neighbor x\n") == "  neighbor x\n");
    CHECK(as_shown("<--- More --->\r              \rhostname x\n") == "hostname x    \n");
    CHECK(as_shown("\xef\xbb\xbfrouter bgp 1\n") == "router bgp 1\n");
    CHECK(as_shown("abc\b\bX\n") == "aXc\n");
    CHECK(as_shown("\b\r\n").find_first_not_of("\n") == std::string::npos);
}

TEST_CASE("a pager's prompt takes no filter away") {
    const std::string backspaces(10, '\b'), blanks(10, ' ');
    const auto configuration =
        cisco(with_neighbor({}) + " --More-- " + backspaces + blanks + backspaces +
              " neighbor 192.0.2.1 route-map OUT out\n"
              "route-map OUT deny 10\nend\n");
    CHECK(configuration.neighbors.at(0).export_policy == "OUT");
}

TEST_CASE("a filter whose direction was cut off lets nothing pass in either") {
    const auto configuration =
        cisco(with_neighbor({"route-map OUT"}) + "route-map OUT permit 10\n");
    CHECK(configuration.neighbors.at(0).import_policy == "reject-all");
    CHECK(configuration.neighbors.at(0).export_policy == "reject-all");
    CHECK(note_at(configuration, 3).starts_with("it is neither `in` nor `out`"));
}

TEST_CASE("IOS's output without its end is said to be cut off, and FRR's file has none") {
    const auto has = [](const Configuration& configuration) {
        return advice(configuration).find("no \"end\"") != std::string::npos;
    };
    CHECK(has(cisco(with_neighbor({}))));
    CHECK_FALSE(has(cisco(with_neighbor({}) + "end\n")));
    CHECK_FALSE(has(frr(with_neighbor({}))));
}
