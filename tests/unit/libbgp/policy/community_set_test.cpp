#include "libbgp/policy/community_set.hpp"

#include "tests/support/catch.hpp"

namespace dx::bgp {
namespace {

template <class C>
bool matches(std::string_view pattern, C community) {
    const auto parsed = CommunityPattern<C>::parse(pattern);
    INFO(pattern);
    REQUIRE(parsed.has_value());
    return parsed->matches(community);
}

CommunitySet<Community> set_of(std::initializer_list<std::string_view> texts) {
    std::vector<CommunityPattern<Community>> patterns;
    for (const auto text : texts)
        patterns.push_back(*CommunityPattern<Community>::parse(text));
    return {"", patterns};
}

constexpr auto kA = Community::of(65000, 1), kB = Community::of(65000, 2);
constexpr auto kC = Community::of(7224, 8100);

}  // namespace

TEST_CASE("a community matches itself") {
    CHECK(matches("65000:1", kA));
    CHECK(!matches("65000:1", kB));
    CHECK(matches("no-export", community::kNoExport));
    CHECK(matches("65535:65281", community::kNoExport));
}

TEST_CASE("a star stands for digits, within its field") {
    CHECK(matches("7224:*", kC));
    CHECK(matches("*:8100", kC));
    CHECK(matches("*:*", kC));
    CHECK(matches("7224:8*00", kC));
    CHECK(matches("7224:8*00", Community::of(7224, 8200)));
    CHECK(!matches("7224:8*00", Community::of(7224, 8150)));
    CHECK(!matches("65*:1", kC));
    CHECK(matches("65535:*", community::kNoExport));
}

TEST_CASE("large and extended communities have patterns too") {
    CHECK(matches("65000:1:2", LargeCommunity{65000, 1, 2}));
    CHECK(matches("65000:*:2", LargeCommunity{65000, 77, 2}));
    CHECK(!matches("65000:*:2", LargeCommunity{65000, 77, 3}));
    const auto target = parse_extended_community("rt:65000:100");
    REQUIRE(target);
    CHECK(matches("rt:65000:100", *target));
    CHECK(matches("rt:65000:*", *target));
    CHECK(!matches("rt:65001:*", *target));
    const auto bandwidth = parse_extended_community("link-bandwidth:65000:2.5");
    REQUIRE(bandwidth);
    CHECK(matches("link-bandwidth:65000:2.5", *bandwidth));
    CHECK(matches("link-bandwidth:*:*", *bandwidth));
    CHECK(!matches("link-bandwidth:65000:1*", *bandwidth));
}

TEST_CASE("what is no community is refused with what was expected") {
    for (const auto* text : {"", "1", "1:", ":1", "1:2:3", "65536:1", "1:65536", "a:b", "no-such",
                             "*", "1:*:2", "1:*x", "-1:1"}) {
        INFO(text);
        CHECK(!CommunityPattern<Community>::parse(text));
    }
    CHECK(CommunityPattern<LargeCommunity>::parse("1:2").error() ==
          "'1:2' is not a large community (expected a large community as 65000:1:2 or "
          "65000:1:*)");
}

TEST_CASE("a community pattern is written as it is read") {
    for (const auto* text : {"65000:1", "no-export", "7224:8*00", "*:*"})
        CHECK(CommunityPattern<Community>::parse(text)->to_string() == text);
}

TEST_CASE("any, all and exactly") {
    const auto set = set_of({"65000:1", "7224:*"});
    const std::vector<Community> none, a{kA}, ac{kA, kC}, abc{kA, kB, kC}, b{kB};
    CHECK(!set.any_of(none));
    CHECK(set.any_of(a));
    CHECK(!set.any_of(b));
    CHECK(!set.all_patterns(a));
    CHECK(set.all_patterns(ac));
    CHECK(set.all_patterns(abc));
    CHECK(set.exactly(ac));
    CHECK(!set.exactly(abc));
    CHECK(!set.exactly(a));
}

}  // namespace dx::bgp
