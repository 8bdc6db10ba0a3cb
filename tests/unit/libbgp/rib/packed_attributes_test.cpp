#include "libbgp/rib/packed_attributes.hpp"

#include <set>

#include "libbgp/rib/attribute_pool.hpp"
#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

using net::IpAddress;

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
    add([](auto& a) { a.aws_link = AwsLink::Circuit; });
    add([](auto& a) { a.aws_link = AwsLink::Aside; });
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
    add([](auto& a) { a.unknown = {0xf0, 99, 0, 1, 0}; });
    add([](auto& a) { a.unknown = {0xf0, 99, 0, 2, 0, 0}; });
    return list;
}

// Everything at once.
PathAttributes full() {
    PathAttributes a;
    a.next_hop = {IpAddress::v6({0x20, 1}), IpAddress::v6({0xfe, 0x80})};
    a.origin = Origin::Egp;
    a.atomic_aggregate = true;
    a.aws_link = AwsLink::Aside;
    a.partial = 0x12345;
    a.med = 7;
    a.local_pref = 300;
    a.only_to_customer = 64512;
    a.originator_id = RouterId{9};
    a.aggregator = Aggregator{65001, RouterId{2}};
    const std::vector<AsNumber> first{64512, 4200000000}, second{1, 2, 3};
    a.as_path = AsPath::of(std::vector<AsPath::Segment>{first, second});
    a.communities = {Community{1}, Community{2}, Community{3}};
    a.extended_communities = {ExtendedCommunity{0x0002fde800000001}};
    a.large_communities = {LargeCommunity{1, 2, 3}, LargeCommunity{4, 5, 6}};
    a.cluster_list = {1, 2, 3, 4};
    a.unknown = {0xf0, 99, 0, 3, 1, 2, 3};
    return a;
}

std::vector<std::uint32_t> packed(const PathAttributes& attributes) {
    std::vector<std::uint32_t> words{1, 2, 3};  // is replaced
    pack(attributes, words);
    return words;
}

}  // namespace

TEST_CASE("attributes come out of the packed form as they went in") {
    auto list = all_different();
    list.push_back(full());
    for (std::size_t i = 0; i < list.size(); ++i) {
        CAPTURE(i);
        CHECK(PackedAttributes(packed(list[i]).data()).unpack() == list[i]);
    }
}

TEST_CASE("whatever differs makes the attributes, their words and their places in a pool differ") {
    const auto list = all_different();
    RecordedEvents events;
    NextHops next_hops(events);
    AttributePool pool(next_hops, 1);
    std::vector<AttributeRef> sets;
    std::set<std::vector<std::uint32_t>> words;
    for (std::size_t i = 0; i < list.size(); ++i) {
        sets.push_back(pool.intern(list[i]));
        words.insert(packed(list[i]));
        for (std::size_t j = 0; j < list.size(); ++j)
            CHECK((list[i] == list[j]) == (i == j));
    }
    CHECK(pool.size() == list.size());
    CHECK(words.size() == list.size());
    CHECK(pool.intern(list[5]).id() == sets[5].id());
    CHECK(pool.intern(list[5], NeighborId{3}).id() != sets[5].id());
    sets.clear();
    CHECK(pool.size() == 0);
}

TEST_CASE("the decision process reads packed attributes in place") {
    auto list = all_different();
    list.push_back(full());
    for (const auto& attributes : list) {
        const auto words = packed(attributes);
        const PackedAttributes in_place(words.data());
        CHECK(in_place.origin() == attributes.origin);
        CHECK(in_place.med() == attributes.med);
        CHECK(in_place.local_pref() == attributes.local_pref);
        CHECK(in_place.originator_id() == attributes.originator_id);
        CHECK(in_place.next_hop() == attributes.next_hop);
        CHECK(in_place.as_path_length() == attributes.as_path.length());
        CHECK(in_place.first_as() == attributes.as_path.first());
        CHECK(in_place.cluster_list_length() == attributes.cluster_list.size());
    }
}

TEST_CASE("the longest attributes that a message holds fit into a set") {
    PathAttributes attributes;
    // 64 KiB of a 2-octet AS_PATH.
    attributes.as_path = AsPath::sequence(std::vector<AsNumber>(32000, 65001));
    RecordedEvents events;
    NextHops next_hops(events);
    AttributePool pool(next_hops, 1);
    CHECK((*pool.intern(attributes)).unpack() == attributes);
}

TEST_CASE("a common set takes little memory") {
    PathAttributes attributes;
    attributes.next_hop.address = IpAddress::v4(1);
    attributes.as_path = path_of({64512, 3356, 1000});
    attributes.communities = {Community::of(64512, 100)};
    CHECK(packed(attributes).size() == 9);
}

}  // namespace dx::bgp::test
