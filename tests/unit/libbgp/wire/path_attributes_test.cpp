#include "libbgp/wire/path_attributes.hpp"

#include "tests/support/catch.hpp"

using namespace dx::bgp;

TEST_CASE("a community is found in the sorted set") {
    PathAttributes attributes;
    CHECK_FALSE(attributes.has(community::kNoExport));
    attributes.communities = {Community::of(1, 1), Community::of(64512, 1), community::kNoExport};
    CHECK(attributes.has(community::kNoExport));
    CHECK(attributes.has(Community::of(64512, 1)));
    CHECK_FALSE(attributes.has(community::kNoAdvertise));
}
