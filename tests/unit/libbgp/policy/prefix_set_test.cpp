#include "libbgp/policy/prefix_set.hpp"

#include <random>

#include "tests/support/catch.hpp"

namespace dx::bgp {
namespace {

net::Prefix prefix(std::string_view text) {
    const auto parsed = net::Prefix::parse(text);
    INFO(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

PrefixPattern pattern(std::string_view text) {
    const auto parsed = parse_prefix_pattern(text);
    INFO(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

PrefixSet set_of(std::initializer_list<std::string_view> texts) {
    std::vector<PrefixPattern> patterns;
    for (const auto text : texts)
        patterns.push_back(pattern(text));
    return PrefixSet("", patterns);
}

std::string refusal(std::string_view text) {
    const auto parsed = parse_prefix_pattern(text);
    return parsed ? "" : parsed.error();
}

}  // namespace

TEST_CASE("a prefix alone matches itself and nothing inside") {
    const auto set = set_of({"10.0.0.0/16"});
    CHECK(set.contains(prefix("10.0.0.0/16")));
    CHECK(!set.contains(prefix("10.0.0.0/17")));
    CHECK(!set.contains(prefix("10.0.0.0/15")));
    CHECK(!set.contains(prefix("10.1.0.0/16")));
}

TEST_CASE("ge and le bound the length") {
    const auto le = set_of({"10.0.0.0/16 le 24"});
    CHECK(le.contains(prefix("10.0.0.0/16")));
    CHECK(le.contains(prefix("10.0.255.0/24")));
    CHECK(!le.contains(prefix("10.0.255.0/25")));
    const auto ge = set_of({"10.0.0.0/16 ge 20"});
    CHECK(!ge.contains(prefix("10.0.0.0/19")));
    CHECK(ge.contains(prefix("10.0.0.0/20")));
    CHECK(ge.contains(prefix("10.0.0.1/32")));
    const auto both = set_of({"10.0.0.0/16 ge 20 le 24"});
    CHECK(!both.contains(prefix("10.0.0.0/16")));
    CHECK(both.contains(prefix("10.0.16.0/20")));
    CHECK(!both.contains(prefix("10.0.16.0/25")));
}

TEST_CASE("the default route is a prefix as any other") {
    CHECK(set_of({"0.0.0.0/0"}).contains(prefix("0.0.0.0/0")));
    CHECK(!set_of({"0.0.0.0/0"}).contains(prefix("10.0.0.0/8")));
    CHECK(set_of({"0.0.0.0/0 le 32"}).contains(prefix("10.0.0.0/8")));
    CHECK(!set_of({"0.0.0.0/0 le 32"}).contains(prefix("::/0")));
    CHECK(set_of({"::/0 le 128"}).contains(prefix("2001:db8::/32")));
}

TEST_CASE("one prefix may stand with several lengths") {
    const auto set = set_of({"10.0.0.0/8 ge 24 le 24", "10.0.0.0/8 ge 16 le 16"});
    CHECK(set.contains(prefix("10.1.0.0/16")));
    CHECK(set.contains(prefix("10.1.1.0/24")));
    CHECK(!set.contains(prefix("10.1.0.0/20")));
}

TEST_CASE("an empty set contains nothing") {
    CHECK(!PrefixSet().contains(prefix("0.0.0.0/0")));
}

TEST_CASE("order and repetition in a set mean nothing") {
    CHECK(set_of({"10.0.0.0/8", "::/0", "10.0.0.0/8"}) == set_of({"::/0", "10.0.0.0/8"}));
}

TEST_CASE("the search by nesting finds what a look at every pattern finds") {
    std::mt19937 random(7);
    const auto any = [&](unsigned from, unsigned to) {
        return std::uniform_int_distribution<unsigned>(from, to)(random);
    };
    for (int round = 0; round < 50; ++round) {
        std::vector<PrefixPattern> patterns;
        for (int i = 0; i < 60; ++i) {
            const auto length = static_cast<std::uint8_t>(any(0, 12));
            const net::Prefix base(net::IpAddress::v4(any(0, 0xfff) << 20), length);
            const auto ge = static_cast<std::uint8_t>(any(length, 14));
            patterns.push_back({base, ge, static_cast<std::uint8_t>(any(ge, 16))});
        }
        const PrefixSet set("", patterns);
        for (int i = 0; i < 300; ++i) {
            const net::Prefix candidate(net::IpAddress::v4(any(0, 0xffff) << 16),
                                        static_cast<std::uint8_t>(any(0, 16)));
            const bool found = std::ranges::any_of(
                patterns, [&](const PrefixPattern& p) { return p.matches(candidate); });
            CHECK(set.contains(candidate) == found);
        }
    }
}

TEST_CASE("a prefix pattern is written as it is read") {
    for (const auto* text : {"10.0.0.0/16", "10.0.0.0/16 le 24", "10.0.0.0/16 ge 20",
                             "10.0.0.0/16 ge 20 le 24", "2001:db8::/32 le 48", "::/0 le 128"})
        CHECK(pattern(text).to_string() == text);
    CHECK(pattern("  10.0.0.0/16   le 24 ge 20 ").to_string() == "10.0.0.0/16 ge 20 le 24");
    CHECK(pattern("10.0.0.0/16 ge 20 le 32").to_string() == "10.0.0.0/16 ge 20");
}

TEST_CASE("a pattern that cannot be meant is refused with what was probably meant") {
    CHECK(refusal("10.0.0.1/16") == "'10.0.0.1/16' has host bits set (did you mean 10.0.0.0/16?)");
    CHECK(refusal("10.0.0.1") == "'10.0.0.1' has no length (did you mean 10.0.0.1/32?)");
    CHECK(refusal("10.0.0.0/33") ==
          "'10.0.0.0/33' is not a prefix (expected ADDRESS/LENGTH, as 10.0.0.0/16)");
    CHECK(refusal("10.0.0.0/16 le 8") ==
          "'10.0.0.0/16 le 8' matches nothing (expected 16 <= ge <= le <= 32)");
    CHECK(refusal("10.0.0.0/16 ge 24 le 20") ==
          "'10.0.0.0/16 ge 24 le 20' matches nothing (expected 16 <= ge <= le <= 32)");
    for (const auto* text : {"", "10.0.0.0/16 le", "10.0.0.0/16 24", "10.0.0.0/16 le 24 le 25",
                             "10.0.0.0/16 le 300", "10.0.0.0/16 le -1", "10.0.0.0/16 eq 24"}) {
        INFO(text);
        CHECK(!refusal(text).empty());
    }
}

}  // namespace dx::bgp
