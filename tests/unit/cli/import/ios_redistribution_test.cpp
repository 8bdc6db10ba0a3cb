#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

namespace {

const std::string kOnly =
    "ip prefix-list ONLY permit 10.66.0.0/16\n"
    "route-map ONLY permit 10\n match ip address prefix-list ONLY\n";

}  // namespace

TEST_CASE("a route map bounds what is redistributed, wherever it stands on the line") {
    for (const std::string words :
         {"route-map ONLY", "metric 50 route-map ONLY", "route-map ONLY metric 50"}) {
        const auto configuration =
            frr(with_neighbor({}) + " redistribute static " + words + "\n" + kOnly);
        CAPTURE(words);
        REQUIRE(configuration.redistribute.size() == 1);
        CHECK(configuration.redistribute.front().policy == "redistribute-static");
        CHECK(policy_text(configuration, "redistribute-static").find("prefix: ONLY") !=
              std::string::npos);
        const auto why = note_at(configuration, 3);
        CHECK(why == (words.find("metric") == words.npos ? "" : "without \"metric 50\""));
    }
}

TEST_CASE("a route map that redistributes in one family lets nothing of the other pass") {
    const std::string bgp =
        "router bgp 65000\n address-family ipv4 unicast\n  redistribute connected route-map TAG\n";
    const std::string ipv6 = " address-family ipv6 unicast\n  redistribute connected route-map ";
    const std::string tag = "route-map TAG permit 10\n set metric 50\n";
    const auto one = frr(bgp + tag);
    const auto text = policy_text(one, one.redistribute.at(0).policy);
    CHECK(text.find("0.0.0.0/0 le 32") != std::string::npos);
    CHECK(text.find("::/0") == std::string::npos);
    CHECK(dxrouted_says(one).empty());

    const auto both = frr(bgp + ipv6 + "TAG\n" + tag);
    CHECK(both.redistribute.size() == 1);
    CHECK(both.redistribute.at(0).policy == "TAG");
    const auto other = frr(bgp + ipv6 + "OTHER\n" + tag + "route-map OTHER permit 10\n");
    CHECK(other.redistribute.at(0).policy == "redistribute-connected");
    CHECK(dxrouted_says(other).empty());
}

TEST_CASE("IOS redistributes no default route unless it is told to") {
    const std::string redistributed = "router bgp 65000\n redistribute static\n";
    const auto text = policy_text(cisco(redistributed), "redistribute-static");
    CHECK(text.find("reject") < text.find("0.0.0.0/0 le 32"));
    CHECK(text.find("0.0.0.0/0") < text.find("reject"));
    const auto mapped = cisco(
        "router bgp 65000\n redistribute static route-map M\nroute-map M permit 10\n set metric "
        "5\n");
    CHECK(mapped.redistribute.at(0).policy == "redistribute-static");
    CHECK(note_at(mapped, 2).find("without default") != std::string::npos);
    const auto with_metric = note_at(cisco("router bgp 65000\n redistribute static route-map M "
                                           "metric 5\nroute-map M permit 10\n"),
                                     2);
    CHECK(with_metric.find("without default") != std::string::npos);
    CHECK(with_metric.find("without \"metric 5\"") != std::string::npos);
    CHECK(dxrouted_says(mapped).empty());
    for (const auto& all :
         {cisco(redistributed + " default-information originate\n"), frr(redistributed)})
        CHECK(policy_text(all, "redistribute-static").find("reject") == std::string::npos);
}

TEST_CASE("what is redistributed without a route map never opens a policy of the user's") {
    const std::string theirs =
        "ip prefix-list ONLY permit 10.66.0.0/16\n"
        "route-map redistribute-static permit 10\n match ip address prefix-list ONLY\n";
    for (const auto& configuration : {frr(with_neighbor({"route-map redistribute-static out"}) +
                                          " redistribute static\n" + theirs),
                                      cisco(with_neighbor({"route-map redistribute-static out"}) +
                                            " redistribute static\n" + theirs)}) {
        CHECK(configuration.neighbors.at(0).export_policy == "redistribute-static");
        const auto text = policy_text(configuration, "redistribute-static");
        CHECK(text.find("prefix: ONLY") != std::string::npos);
        CHECK(text.find("0.0.0.0/0") == std::string::npos);
        CHECK(configuration.redistribute.at(0).policy == "redistribute-static-2");
        CHECK(dxrouted_says(configuration, false) == "");
    }
}

TEST_CASE("a family whose route map is not there redistributes nothing, and the other does") {
    const auto configuration =
        frr("router bgp 65000\n address-family ipv4 unicast\n  redistribute connected\n"
            " address-family ipv6 unicast\n  redistribute connected route-map NONE\n");
    const auto text = policy_text(configuration, configuration.redistribute.at(0).policy);
    CHECK(text.find("0.0.0.0/0 le 32") != std::string::npos);
    CHECK(text.find("::/0") == std::string::npos);
    CHECK(note_at(configuration, 5) == "its route map is not in the file");
    CHECK(frr("router bgp 65000\n redistribute static route-map NONE\n").redistribute.empty());
}
