#include "libfib/net/hash_index.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "tests/support/catch.hpp"

namespace dx::net::test {

namespace {

// What the index finds numbers for: their hashes.
struct Things {
    std::map<std::uint32_t, std::uint64_t> hashes;

    std::uint32_t middle(std::uint32_t id) const { return HashIndex::middle(hashes.at(id)); }

    void prefetch(std::uint32_t) const {}

    void add(HashIndex& index, std::uint32_t id, std::uint64_t hash) {
        index.insert(hash, id, *this);
        hashes[id] = hash;
    }

    void remove(HashIndex& index, std::uint32_t id) {
        index.erase(hashes.at(id), id);
        hashes.erase(id);
    }

    bool all_found(const HashIndex& index) const {
        return std::ranges::all_of(hashes, [&](const auto& thing) {
            return index.find(thing.second, [&](auto id) { return id == thing.first; }) != 0;
        });
    }
};

std::uint64_t hash_of(std::uint64_t segment, std::uint64_t middle, std::uint64_t tag) {
    return segment << 56 | middle << 24 | tag;
}

}  // namespace

TEST_CASE("an empty index finds nothing") {
    const HashIndex index;
    CHECK(index.find(7, [](auto) { return true; }) == 0);
    CHECK(index.guess(7) == 0);
}

TEST_CASE("of those with one hash the one that is meant is found") {
    HashIndex index;
    Things things;
    for (std::uint32_t id = 1; id <= 100; ++id)
        things.add(index, id, hash_of(3, 0x80000000, 5));
    CHECK(things.all_found(index));
    CHECK(index.find(hash_of(3, 0x80000000, 5), [](auto id) { return id == 101; }) == 0);
    CHECK(index.find(hash_of(3, 0x80000000, 6), [](auto) { return true; }) == 0);
}

TEST_CASE("members that overflow into the next line stay when others go before them") {
    HashIndex index;
    Things things;
    const auto last_line = GENERATE(0x00000000ULL, 0xffffffffULL);
    for (std::uint32_t id = 1; id <= 64; ++id)
        things.add(index, id, hash_of(0, last_line, id % 64));
    for (std::uint32_t id = 1; id <= 63; ++id) {
        things.remove(index, id);
        REQUIRE(things.all_found(index));
    }
    things.remove(index, 64);
    CHECK(index.guess(hash_of(0, last_line, 0)) == 0);
}

TEST_CASE("whatever comes and goes, exactly what is in it is found") {
    std::mt19937_64 random(GENERATE(range(1, 21)));
    HashIndex index;
    Things things;
    // Few homes, so that lines are full and overflow.
    const auto any_hash = [&] {
        return hash_of(random() % 2, (random() % 8) << 29, random() % 64);
    };
    for (std::uint32_t id = 1; id <= 3000; ++id) {
        things.add(index, id, any_hash());
        while (!things.hashes.empty() && random() % 100 < 49) {
            auto gone = things.hashes.lower_bound(static_cast<std::uint32_t>(random() % id));
            if (gone == things.hashes.end()) gone = things.hashes.begin();
            things.remove(index, gone->first);
        }
        if (id % 100 == 0) REQUIRE(things.all_found(index));
    }
    while (!things.hashes.empty())
        things.remove(index, things.hashes.begin()->first);
    for (int i = 0; i < 100; ++i)
        CHECK(index.guess(any_hash()) == 0);
}

TEST_CASE("an index in which as many go as come does not grow") {
    HashIndex index;
    Things things;
    std::mt19937_64 random(7);
    for (std::uint32_t id = 1; id <= 10000; ++id)
        things.add(index, id, random());
    const auto before = index.memory_bytes();
    for (std::uint32_t id = 10001; id <= 100000; ++id) {
        things.remove(index, id - 10000);
        things.add(index, id, random());
    }
    CHECK(things.all_found(index));
    CHECK(index.memory_bytes() <= 2 * before);
}

}  // namespace dx::net::test
