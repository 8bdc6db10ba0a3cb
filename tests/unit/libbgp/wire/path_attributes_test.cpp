#include "libbgp/wire/path_attributes.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace dx::bgp;
using dx::net::IpAddress;

namespace {

// One PathAttributes for each way to differ from the first.
std::vector<PathAttributes> all_different() {
    std::vector<PathAttributes> list(1);
    const auto add = [&](auto change) {
        list.emplace_back();
        change(list.back());
    };
    add([](auto& a) { a.next_hop.address = IpAddress::v4(1); });
    add([](auto& a) { a.next_hop.address = IpAddress::v6({}); });
    add([](auto& a) { a.next_hop.link_local = IpAddress::v6({0xfe, 0x80}); });
    add([](auto& a) { a.origin = Origin::Igp; });
    add([](auto& a) { a.atomic_aggregate = true; });
    add([](auto& a) { a.partial = 1; });
    add([](auto& a) { a.med = 0; });
    add([](auto& a) { a.med = 1; });
    add([](auto& a) { a.local_pref = 0; });
    add([](auto& a) { a.only_to_customer = 0; });
    add([](auto& a) { a.originator_id = RouterId{0}; });
    add([](auto& a) { a.aggregator = Aggregator{1, RouterId{2}}; });
    add([](auto& a) { a.as_path = AsPath::sequence(std::vector<AsNumber>{1}); });
    add([](auto& a) { a.communities = {Community{1}}; });
    add([](auto& a) { a.extended_communities = {ExtendedCommunity{1}}; });
    add([](auto& a) { a.large_communities = {LargeCommunity{0, 0, 1}}; });
    add([](auto& a) { a.cluster_list = {1}; });
    add([](auto& a) { a.unknown = {0xf0, 99, 0, 0}; });
    return list;
}

}  // namespace

TEST_CASE("whatever differs makes attributes unequal and hashes differ") {
    const auto list = all_different();
    std::set<std::uint64_t> hashes;
    for (std::size_t i = 0; i < list.size(); ++i) {
        CAPTURE(i);
        hashes.insert(hash_value(list[i]));
        for (std::size_t j = 0; j < list.size(); ++j)
            CHECK((list[i] == list[j]) == (i == j));
    }
    CHECK(hashes.size() == list.size());
}

TEST_CASE("copies are equal and hash alike") {
    for (const auto& attributes : all_different()) {
        const auto copy = attributes;
        CHECK(copy == attributes);
        CHECK(hash_value(copy) == hash_value(attributes));
    }
}

TEST_CASE("a community is found in the sorted set") {
    PathAttributes attributes;
    CHECK_FALSE(attributes.has(community::kNoExport));
    attributes.communities = {Community::of(1, 1), Community::of(64512, 1), community::kNoExport};
    CHECK(attributes.has(community::kNoExport));
    CHECK(attributes.has(Community::of(64512, 1)));
    CHECK_FALSE(attributes.has(community::kNoAdvertise));
}
