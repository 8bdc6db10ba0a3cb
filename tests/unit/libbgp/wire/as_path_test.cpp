#include "libbgp/wire/path_attributes.hpp"
#include "tests/support/catch.hpp"

using namespace dx::bgp;
using Type = AsPath::SegmentType;

namespace {

AsPath sequence(std::initializer_list<AsNumber> numbers) {
    return AsPath::sequence(std::vector(numbers));
}

AsPath path_of(std::vector<std::pair<Type, std::vector<AsNumber>>> parts) {
    std::vector<AsPath::Segment> segments;
    for (const auto& [type, numbers] : parts)
        segments.push_back({type, numbers});
    return AsPath::of(segments);
}

}  // namespace

TEST_CASE("an empty path has no length, no first and no origin") {
    const AsPath path;
    CHECK(path.empty());
    CHECK(path.length() == 0);
    CHECK_FALSE(path.first());
    CHECK_FALSE(path.origin_as());
    CHECK(path.to_string().empty());
    CHECK(path.segments().empty());
}

TEST_CASE("a set counts as one") {
    const auto path =
        path_of({{Type::Set, {3, 4}}, {Type::Sequence, {10, 20, 20}}, {Type::Set, {30, 40, 50}}});
    CHECK(path.length() == 5);
    CHECK(path.to_string() == "{3,4} 10 20 20 {30,40,50}");
    CHECK(path.count(20) == 2);
    CHECK(path.contains(50));
    CHECK(path.contains(3));
    CHECK_FALSE(path.contains(60));
    CHECK_FALSE(path.first());
    CHECK_FALSE(path.origin_as());
}

TEST_CASE("first and origin are the ends of sequences") {
    const auto path = path_of({{Type::Sequence, {10, 20}}, {Type::Sequence, {30}}});
    CHECK(path.first() == 10U);
    CHECK(path.origin_as() == 30U);
    CHECK_FALSE(path_of({{Type::Set, {10}}}).first());
}

TEST_CASE("prepending goes into the leading sequence") {
    CHECK(sequence({20, 30}).prepended(10) == sequence({10, 20, 30}));
    CHECK(sequence({20}).prepended(10, 3) == sequence({10, 10, 10, 20}));
    CHECK(AsPath().prepended(10, 2) == sequence({10, 10}));
    CHECK(sequence({20}).prepended(10, 0) == sequence({20}));
    CHECK(AsPath().prepended(10, 0) == AsPath());
}

TEST_CASE("prepending before a set opens a sequence") {
    const auto path = path_of({{Type::Set, {20, 30}}}).prepended(10);
    CHECK(path == path_of({{Type::Sequence, {10}}, {Type::Set, {20, 30}}}));
}

TEST_CASE("prepending to a full segment opens another") {
    const auto full = AsPath::sequence(std::vector<AsNumber>(255, 20));
    CHECK(full.segments().size() == 1);
    const auto path = full.prepended(10, 2);
    REQUIRE(path.segments().size() == 2);
    CHECK(path.segments()[0].numbers.size() == 2);
    CHECK(path.segments()[1].numbers.size() == 255);
    CHECK(path.length() == 257);
    CHECK(path.first() == 10U);
    CHECK(path.prepended(5, 600).length() == 857);
}

TEST_CASE("a long sequence is cut into segments that the wire can hold") {
    const auto path = AsPath::sequence(std::vector<AsNumber>(600, 7));
    REQUIRE(path.segments().size() == 3);
    CHECK(path.segments()[2].numbers.size() == 90);
    CHECK(path.length() == 600);
}
