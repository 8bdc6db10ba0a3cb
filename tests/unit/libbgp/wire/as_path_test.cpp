#include "libbgp/wire/path_attributes.hpp"
#include "tests/support/catch.hpp"

using namespace dx::bgp;

namespace {

AsPath sequence(std::initializer_list<AsNumber> numbers) {
    return AsPath::sequence(std::vector(numbers));
}

AsPath path_of(const std::vector<std::vector<AsNumber>>& parts) {
    return AsPath::of(std::vector<AsPath::Segment>(parts.begin(), parts.end()));
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

TEST_CASE("the segments are one path") {
    const auto path = path_of({{10, 20, 20}, {30}});
    CHECK(path.length() == 4);
    CHECK(path.to_string() == "10 20 20 30");
    CHECK(path.count(20) == 2);
    CHECK(path.contains(30));
    CHECK_FALSE(path.contains(60));
    CHECK(path.first() == 10U);
    CHECK(path.origin_as() == 30U);
}

TEST_CASE("prepending goes into the leading segment") {
    CHECK(sequence({20, 30}).prepended(10) == sequence({10, 20, 30}));
    CHECK(sequence({20}).prepended(10, 3) == sequence({10, 10, 10, 20}));
    CHECK(AsPath().prepended(10, 2) == sequence({10, 10}));
    CHECK(sequence({20}).prepended(10, 0) == sequence({20}));
    CHECK(AsPath().prepended(10, 0) == AsPath());
}

TEST_CASE("prepending to a full segment opens another") {
    const auto full = AsPath::sequence(std::vector<AsNumber>(255, 20));
    CHECK(full.segments().size() == 1);
    const auto path = full.prepended(10, 2);
    REQUIRE(path.segments().size() == 2);
    CHECK(path.segments()[0].size() == 2);
    CHECK(path.segments()[1].size() == 255);
    CHECK(path.length() == 257);
    CHECK(path.first() == 10U);
    CHECK(path.prepended(5, 600).length() == 857);
}

TEST_CASE("a long sequence is cut into segments that the wire can hold") {
    const auto path = AsPath::sequence(std::vector<AsNumber>(600, 7));
    REQUIRE(path.segments().size() == 3);
    CHECK(path.segments()[2].size() == 90);
    CHECK(path.length() == 600);
}
