#include "libbgp/wire/compact_array.hpp"

#include "tests/support/catch.hpp"

using dx::bgp::CompactArray;

TEST_CASE("an empty array holds nothing and costs one pointer") {
    const CompactArray<int> array;
    CHECK(array.empty());
    CHECK(array.size() == 0);
    CHECK(array.begin() == array.end());
    CHECK(sizeof array == sizeof(void*));
    CHECK(array == CompactArray<int>(std::span<const int>()));
}

TEST_CASE("copies are deep, moves leave nothing behind") {
    CompactArray<int> array{1, 2, 3};
    CompactArray<int> copy = array;
    CHECK(copy == array);
    CHECK(copy.view().data() != array.view().data());
    const CompactArray<int> moved = std::move(array);
    CHECK(moved == copy);
    copy = CompactArray<int>{4};
    CHECK(copy.size() == 1);
    CHECK_FALSE(copy == moved);
}

TEST_CASE("an array is filled in place") {
    const auto array = CompactArray<int>::filled(3, [](std::span<int> values) {
        for (int next = 1; auto& value : values)
            value = next++;
    });
    CHECK(array == CompactArray<int>{1, 2, 3});
    CHECK(CompactArray<int>::filled(0, [](std::span<int>) {}).empty());
}
