#include "libbgp/rib/route_table.hpp"

#include <random>
#include <set>

#include "libbgp/rib/bitmap.hpp"
#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

template <class Key>
Key random_key(std::mt19937& random) {
    Key key;
    for (auto& word : key.address)
        word = random() & 0x0f0f0000;  // few, so that they come again
    key.length = static_cast<std::uint8_t>(16 + random() % (Key::kBits - 15));
    return key.cut(key.length);
}

template <class Key>
void check_against_set() {
    std::mt19937 random(7);
    RouteTable<Key> table(1);
    std::set<Key> truth;
    for (int step = 0; step < 20000; ++step) {
        const auto key = random_key<Key>(random);
        if (random() % 5 < 3) {
            const auto id = table.find_or_insert(key, table.hash(key));
            CHECK(table[id].key() == key);
            truth.insert(key);
        } else if (const auto id = table.find(key)) {
            table.erase(id);
            REQUIRE(truth.erase(key) == 1);
        } else {
            REQUIRE_FALSE(truth.contains(key));
        }
    }
    CHECK(table.size() == truth.size());
    for (const auto& key : truth)
        REQUIRE(table.find(key));
    // In order, in pieces.
    std::vector<Key> walked;
    std::optional<Key> after;
    for (;;) {
        const auto piece = table.select(after, Key{}, 100, [](EntryId) { return true; });
        walked.insert(walked.end(), piece.begin(), piece.end());
        if (piece.size() < 100) break;
        after = piece.back();
    }
    CHECK(std::ranges::equal(walked, truth));
}

}  // namespace

TEST_CASE("a table of either family holds what was put in and not taken out") {
    check_against_set<Ipv4Key>();
    check_against_set<Ipv6Key>();
}

TEST_CASE("a table that is emptied and filled again, over and over, stays as small") {
    RouteTable<Ipv4Key> table(1);
    constexpr std::uint32_t kCount = 20'000;
    const auto key_of = [](std::uint32_t i) { return Ipv4Key{{0x01000000U + (i << 8)}, 24}; };
    std::size_t after_first = 0;
    for (std::uint32_t round = 0; round < 10; ++round) {
        const auto first = round * kCount / 2;  // half of them come again
        for (auto i = first; i < first + kCount; ++i)
            table.find_or_insert(key_of(i), table.hash(key_of(i)));
        REQUIRE(table.size() == kCount);
        if (round == 0) after_first = table.memory_bytes();
        for (auto i = first; i < first + kCount; ++i) {
            const auto id = table.find(key_of(i));
            REQUIRE(table[id].key() == key_of(i));
            table.erase(id);
            REQUIRE(table.find(key_of(i)) == 0);
        }
    }
    // Besides the list of free numbers.
    CHECK(table.memory_bytes() < after_first * 5 / 4);
}

template <class Key>
void check_nlri(const std::vector<net::Prefix>& all) {
    const auto bytes = nlri(all);
    std::vector<std::uint8_t> written(bytes.size());
    auto* end = written.data();
    const auto* at = bytes.data();
    for (const auto& one : all) {
        const auto key = Key::take(at);
        CHECK(key == Key::of(one));
        end = key.write_to(end);
    }
    CHECK(at == bytes.data() + bytes.size());
    CHECK(end == written.data() + written.size());
    CHECK(written == bytes);
}

TEST_CASE("keys are read from NLRI and written to it") {
    check_nlri<Ipv4Key>(prefixes({"0.0.0.0/0", "10.0.0.0/8", "10.128.0.0/9", "192.0.2.128/31",
                                  "192.0.2.1/32", "255.255.255.255/32"}));
    check_nlri<Ipv6Key>(
        prefixes({"::/0", "8000::/1", "2001:db8::/32", "2001:db8:0:8000::/49", "2001:db8::1/128"}));
    const std::vector<std::uint8_t> host_bits{9, 10, 255};
    const auto* at = host_bits.data();
    CHECK(Ipv4Key::take(at).prefix() == prefix("10.128.0.0/9"));
}

TEST_CASE("keys and prefixes say the same, and order the same") {
    std::vector<net::Prefix> all = prefixes({"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16",
                                             "10.1.0.0/16", "192.0.2.1/32", "255.255.255.255/32"});
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto key = Ipv4Key::of(all[i]);
        CHECK(key.prefix() == all[i]);
        if (i) CHECK(Ipv4Key::of(all[i - 1]) < key);
    }
    all = prefixes({"::/0", "2001:db8::/32", "2001:db8::/48", "2001:db8:0:1::/64", "ff00::/8"});
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto key = Ipv6Key::of(all[i]);
        CHECK(key.prefix() == all[i]);
        if (i) CHECK(Ipv6Key::of(all[i - 1]) < key);
        for (const auto& other : all)
            CHECK(key.contains(Ipv6Key::of(other)) == all[i].contains(other));
    }
}

TEST_CASE("an entry with one path takes 32 bytes, and a million entries about 40 each") {
    RouteTable<Ipv4Key> table(1);
    constexpr std::uint32_t kCount = 100'000;
    for (std::uint32_t i = 0; i < kCount; ++i) {
        const Ipv4Key key{{0x01000000U + (i << 8)}, 24};
        table.find_or_insert(key, table.hash(key));
    }
    CHECK(table.memory_bytes() < 42 * kCount);
}

TEST_CASE("paths of an entry come and go in any order") {
    RouteTable<Ipv4Key> table(1);
    const Ipv4Key key{{0x0a000000}, 8};
    auto& entry = table[table.find_or_insert(key, table.hash(key))];
    const auto add = [&](std::uint16_t n) {
        table.add_path(entry, Path{.received = AttributeId{n}, .neighbor = NeighborId{n}});
    };
    const auto neighbors = [&] {
        std::set<int> result;
        table.for_each_path(entry,
                            [&](const Path& path) { result.insert(index_of(path.neighbor)); });
        return result;
    };
    const auto remove = [&](std::uint16_t n) {
        const auto* path =
            table.find_path(entry, [&](const Path& one) { return one.neighbor == NeighborId{n}; });
        REQUIRE(path);
        table.remove_path(entry, *path);
    };
    for (std::uint16_t n = 1; n <= 5; ++n)
        add(n);
    CHECK(table.paths() == 5);
    remove(3);
    remove(1);  // the first one: another takes its place
    remove(5);
    CHECK(neighbors() == std::set{2, 4});
    auto* last =
        table.find_path(entry, [](const Path& one) { return one.neighbor == NeighborId{2}; });
    RouteTable<Ipv4Key>::promote(entry, *last);
    CHECK(entry.first.neighbor == NeighborId{2});
    CHECK(neighbors() == std::set{2, 4});
    remove(2);
    remove(4);
    CHECK_FALSE(entry.first.exists());
    CHECK(table.paths() == 0);
}

TEST_CASE("a bitmap counts, finds the next one and sets many at once") {
    Bitmap bits;
    CHECK(bits.next(1) == 0);
    bits.set(5);
    bits.set(5);
    bits.set(200);
    CHECK(bits.count() == 2);
    CHECK(bits.next(1) == 5);
    CHECK(bits.next(6) == 200);
    CHECK(bits.next(201) == 0);
    CHECK(bits.clear(5));
    CHECK_FALSE(bits.clear(5));
    CHECK_FALSE(bits.clear(100000));
    for (const std::uint32_t end : {1U, 2U, 63U, 64U, 65U, 128U, 1000U}) {
        Bitmap all;
        all.set_all_below(end);
        CHECK(all.count() == end - 1);
        CHECK_FALSE(all.test(0));
        CHECK_FALSE(all.test(end));
        if (end > 1) CHECK(all.test(end - 1));
    }
    CHECK(bits.test(200));
    bits.set_all_below(3);
    CHECK(bits.count() == 3);
}

}  // namespace dx::bgp::test
