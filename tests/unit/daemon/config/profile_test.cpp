// The table of profiles, row by row.
#include "daemon/config/profile.hpp"

#include "tests/unit/daemon/config/loading.hpp"

namespace dx::config {
namespace {

Neighbor neighbor(std::string_view profile, std::string_view keys = "") {
    const auto as = profile == "aws-public" ? "7224" : "64512";
    return loaded(with_neighbor("    address: 192.0.2.1\n    remote-as: " + std::string(as) +
                                "\n    password: abcdef\n    profile: " + std::string(profile) +
                                "\n" + std::string(keys)))
        .neighbors.at(0);
}

struct Row {
    std::string_view profile;
    int hold;
    int keepalive;
    bool bfd;
    std::optional<std::uint32_t> out;
    std::optional<std::uint32_t> in;
    std::uint32_t local_pref;
    std::uint32_t high, medium, low;
    std::string sent_high;
};

}  // namespace

TEST_CASE("a profile gives a neighbor the defaults of its column") {
    const Row rows[] = {
        {"none", 90, 30, false, {}, {}, 100, 300, 200, 150, ""},
        {"aws-private", 90, 30, true, 100, 1000, 200, 300, 200, 150, "7224:7300"},
        {"aws-transit", 90, 30, true, 100, 1000, 200, 300, 200, 150, "7224:7300"},
        {"aws-public", 90, 30, true, 1000, 100'000, 200, 300, 200, 150, ""},
        {"aws-vpn", 30, 10, false, 100, 5000, 120, 140, 120, 110, ""},
    };
    for (const auto& row : rows) {
        INFO(row.profile);
        const auto n = neighbor(row.profile);
        CHECK(to_string(n.profile) == row.profile);
        CHECK(n.timers.hold == seconds(row.hold));
        CHECK(n.timers.keepalive == seconds(row.keepalive));
        CHECK(n.bfd.has_value() == row.bfd);
        if (n.bfd) CHECK(n.bfd->timers == BfdTimers{milliseconds(300), 3});
        for (const auto family : bgp::kFamilies) {
            const auto& in = n.prefix_limit.in[family];
            const auto& out = n.prefix_limit.out[family];
            CHECK((in ? std::optional(in->max) : std::nullopt) == row.in);
            if (in) CHECK(in->action == InboundLimit::Action::Discard);
            CHECK((out ? std::optional(out->max) : std::nullopt) == row.out);
        }
        CHECK(n.local_pref == row.local_pref);
        CHECK(n.sent_communities.empty());
        const auto high = neighbor(row.profile, "    preference: high\n");
        CHECK(high.local_pref == row.high);
        CHECK((high.sent_communities.empty() ? "" : to_string(high.sent_communities[0])) ==
              row.sent_high);
        CHECK(neighbor(row.profile, "    preference: medium\n").local_pref == row.medium);
        CHECK(neighbor(row.profile, "    preference: low\n").local_pref == row.low);
    }
}

TEST_CASE("what the neighbor says wins over its profile") {
    const auto n = neighbor("aws-private",
                            "    timers: {hold: 30s}\n    bfd: false\n    prefix-limit: {in: 5}\n");
    CHECK(n.timers.hold == seconds(30));
    CHECK(n.timers.keepalive == seconds(10));
    CHECK(!n.bfd);
    CHECK(n.prefix_limit.in.ipv4->max == 5);
    CHECK(n.prefix_limit.out.ipv4->max == 100);
}

TEST_CASE("the preference that AWS hears is one community for each word") {
    const auto sent = [](std::string_view word) {
        return neighbor("aws-transit", "    preference: " + std::string(word) + "\n")
            .sent_communities;
    };
    CHECK(sent("high") == std::vector{bgp::Community::of(7224, 7300)});
    CHECK(sent("medium") == std::vector{bgp::Community::of(7224, 7200)});
    CHECK(sent("low") == std::vector{bgp::Community::of(7224, 7100)});
}

TEST_CASE("a scope on a public interface is sent as its community") {
    const auto sent = [](std::string_view word) {
        return neighbor("aws-public", "    scope: " + std::string(word) + "\n").sent_communities;
    };
    CHECK(sent("region") == std::vector{bgp::Community::of(7224, 9100)});
    CHECK(sent("continent") == std::vector{bgp::Community::of(7224, 9200)});
    CHECK(sent("global") == std::vector{bgp::Community::of(7224, 9300)});
}

TEST_CASE("BFD that a profile turns on has the values given for all") {
    const auto config = loaded(
        "router: {asn: 65000}\nbfd: {interval: 500ms}\nneighbors:\n"
        "  - {address: 192.0.2.1, remote-as: 64512, profile: aws-private, password: abcdef, "
        "import: accept-all, export: accept-all}\n");
    CHECK(config.neighbors.at(0).bfd->timers == BfdTimers{milliseconds(500), 3});
}

}  // namespace dx::config
