#include "libbgp/wire/path_attributes.hpp"
#include "tests/support/catch.hpp"

using namespace dx::bgp;

TEST_CASE("a community's text means it and nothing else") {
    const auto [value, text] = GENERATE(table<std::uint32_t, const char*>({
        {0xfc000064, "64512:100"},
        {0, "0:0"},
        {0xffffffff, "65535:65535"},
        {0xffffff01, "no-export"},
        {0xffffff02, "no-advertise"},
        {0xffffff03, "no-export-subconfed"},
        {0xffff0000, "graceful-shutdown"},
        {0xffff029a, "blackhole"},
        {0x1c381ce8, "7224:7400"},
    }));
    CHECK(to_string(Community{value}) == text);
    CHECK(parse_community(text) == Community{value});
}

TEST_CASE("a well-known community may be written as a number") {
    CHECK(parse_community("65535:65281") == community::kNoExport);
}

TEST_CASE("what is not a community is refused") {
    for (const auto* const text : {"", ":", "1", "1:", ":1", "1:2:3", "65536:1", "1:65536", "-1:1",
                                   " 1:1", "1:1 ", "no_export", "1:a", "0x1:1", "+1:1"})
        CHECK_FALSE(parse_community(text));
}

TEST_CASE("a large community's text") {
    const LargeCommunity community{4'200'000'000, 0, 4294967295};
    CHECK(to_string(community) == "4200000000:0:4294967295");
    CHECK(parse_large_community("4200000000:0:4294967295") == community);
    for (const auto* const text : {"1:2", "1:2:3:4", "1:2:4294967296", "::", "1::3"})
        CHECK_FALSE(parse_large_community(text));
}

TEST_CASE("the mark of AWS's paths is no community that anybody may name") {
    const auto mark = to_string(community_of(AwsLink::Circuit));
    CHECK(mark.starts_with("0x"));
    CHECK_FALSE(parse_extended_community(mark));
}

TEST_CASE("an extended community's text") {
    const auto [value, text] = GENERATE(table<std::uint64_t, const char*>({
        {0x0002fc0000000064, "rt:64512:100"},
        {0x0002fc00ffffffff, "rt:64512:4294967295"},
        {0x0003fc0000000064, "soo:64512:100"},
        {0x0102c00002010064, "rt:192.0.2.1:100"},
        {0x0202000111700064, "rt:70000:100"},
        {0x02020000fc000064, "rt:64512L:100"},
        {0x4004fde800000001, "0x4004fde800000001"},
        {0x0005fc0000000064, "0x0005fc0000000064"},
        {0x0602000000000001, "0x0602000000000001"},
        {0x4004fc004cee6b28, "link-bandwidth:64512:1000"},  // 125e6 bytes a second
        {0x0004fc004cee6b28, "transitive-link-bandwidth:64512:1000"},
        {0x4004000146fde800, "link-bandwidth:1:0.26"},  // 32500 bytes a second
        {0x4004fc0000000000, "link-bandwidth:64512:0"},
        {0x4004fc007f800000, "0x4004fc007f800000"},  // infinity
        {0x4004fc00ccee6b28, "0x4004fc00ccee6b28"},  // less than nothing
        {0x4004fc007fc00000, "0x4004fc007fc00000"},  // no number
    }));
    CHECK(to_string(ExtendedCommunity{value}) == text);
    CHECK(parse_extended_community(text) == ExtendedCommunity{value});
}

TEST_CASE("what is not an extended community is refused") {
    for (const auto* const text : {"",
                                   "rt",
                                   "rt:1",
                                   "rt:1:2:3",
                                   "xx:1:2",
                                   "rt:70000:65536",
                                   "rt:192.0.2.1:65536",
                                   "rt:192.0.2:1",
                                   "rt:1:4294967296",
                                   "rt:L:1",
                                   "0x",
                                   "0x12345678901234567",
                                   "0xg",
                                   "link-bandwidth",
                                   "link-bandwidth:1",
                                   "link-bandwidth:1:",
                                   "link-bandwidth:65536:1",
                                   "link-bandwidth:1:-1",
                                   "link-bandwidth:1:1e3",
                                   "link-bandwidth:1:inf",
                                   "link-bandwidth:1:1:1",
                                   "link-bandwidth:1:1000000000",
                                   "link-bandwidths:1:1"})
        CHECK_FALSE(parse_extended_community(text));
}
