#include "libfib/net/prefix_map.hpp"

#include <map>
#include <random>
#include <string>

#include "tests/support/catch.hpp"

using dx::net::Family;
using dx::net::IpAddress;
using dx::net::Prefix;
using dx::net::PrefixId;
using dx::net::PrefixMap;

namespace {

Prefix prefix(const std::string& text) {
    return *Prefix::parse(text);
}

Prefix random_prefix(std::mt19937& random, bool v6) {
    const auto length = static_cast<std::uint8_t>(random() % (v6 ? 129 : 33));
    IpAddress::V6Bytes bytes{};
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random() % 3);  // few values, so that prefixes nest
    return {v6 ? IpAddress::v6(bytes) : IpAddress::from_bytes(Family::Ipv4, bytes), length};
}

std::vector<std::string> names(const PrefixMap<int>& map, const std::vector<PrefixId>& ids) {
    std::vector<std::string> names;
    for (const auto id : ids)
        names.push_back(map.prefix(id).to_string());
    return names;
}

PrefixMap<int> sample() {
    PrefixMap<int> map;
    int value = 0;
    for (const auto* text : {"10.1.0.0/16", "2001:db8::/32", "0.0.0.0/0", "10.0.0.0/8",
                             "10.1.2.0/24", "11.0.0.0/8", "::/0", "10.1.2.3/32"})
        map[map.insert(prefix(text)).first] = ++value;
    return map;
}

}  // namespace

TEST_CASE("a prefix map does what an ordered map does, whatever comes and goes") {
    std::mt19937 random(7);
    PrefixMap<int> map;
    std::map<Prefix, int> expected;
    for (int step = 0; step < 20000; ++step) {
        const auto which = random_prefix(random, random() % 2 == 0);
        if (random() % 5 < 3) {
            const auto [id, made] = map.insert(which);
            CHECK(made == !expected.contains(which));
            map[id] = expected[which] = step;
        } else {
            CHECK(map.erase(which) == (expected.erase(which) > 0));
        }
        REQUIRE(map.size() == expected.size());
    }
    for (const auto& [which, value] : expected) {
        const auto id = map.find(which);
        REQUIRE(id != map.kNone);
        CHECK(map[id] == value);
    }
    auto at = expected.begin();
    for (const auto id : map.select(std::nullopt, map.size()))
        CHECK(map.prefix(id) == (at++)->first);
    CHECK(at == expected.end());
}

TEST_CASE("the longest match is the most specific prefix of the family that covers the address") {
    auto map = sample();
    const auto match = [&](const char* text) {
        return map.prefix(map.longest_match(*IpAddress::parse(text))).to_string();
    };
    CHECK(match("10.1.2.3") == "10.1.2.3/32");
    CHECK(match("10.1.2.4") == "10.1.2.0/24");
    CHECK(match("10.2.0.1") == "10.0.0.0/8");
    CHECK(match("12.0.0.1") == "0.0.0.0/0");
    CHECK(match("2001:db8::1") == "2001:db8::/32");
    CHECK(match("2001:db9::1") == "::/0");
    map.erase(prefix("0.0.0.0/0"));
    CHECK(map.longest_match(*IpAddress::parse("12.0.0.1")) == PrefixMap<int>::kNone);
}

TEST_CASE("all covering prefixes are visited, longest first") {
    const auto map = sample();
    std::vector<PrefixId> covering;
    map.find_covering(prefix("10.1.2.0/24"), [&](PrefixId id) {
        covering.push_back(id);
        return false;
    });
    CHECK(names(map, covering) ==
          std::vector<std::string>{"10.1.2.0/24", "10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0"});
}

TEST_CASE("a selection is in address order, IPv4 first, and can be limited to a subtree") {
    const auto map = sample();
    CHECK(names(map, map.select(std::nullopt, 3)) ==
          std::vector<std::string>{"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16"});
    CHECK(names(map, map.select(prefix("11.0.0.0/8"), 9)) ==
          std::vector<std::string>{"::/0", "2001:db8::/32"});
    CHECK(names(map, map.select(prefix("::/0"), 9)) == std::vector<std::string>{"2001:db8::/32"});
    CHECK(names(map, map.select(std::nullopt, 9, prefix("10.1.0.0/16"))) ==
          std::vector<std::string>{"10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32"});
    CHECK(map.select(prefix("2001:db8::/32"), 9).empty());
}

TEST_CASE("a walk goes on where it stopped though its last prefix is gone") {
    auto map = sample();
    const auto last = map.prefix(map.select(std::nullopt, 2).back());
    map.erase(last);
    map.insert(prefix("10.0.0.0/9"));
    map.insert(prefix("9.0.0.0/8"));  // behind us: not seen any more
    CHECK(names(map, map.select(last, 2)) == std::vector<std::string>{"10.0.0.0/9", "10.1.0.0/16"});
}

TEST_CASE("a walk in small slices sees every entry once") {
    std::mt19937 random(3);
    PrefixMap<int> map;
    for (int i = 0; i < 5000; ++i)
        map.insert(random_prefix(random, i % 2 == 0));
    std::optional<Prefix> cursor;
    std::size_t seen = 0;
    for (;;) {
        const auto ids = map.select(cursor, 37);
        for (const auto id : ids) {
            CHECK((!cursor || *cursor < map.prefix(id)));
            cursor = map.prefix(id);
        }
        seen += ids.size();
        if (ids.size() < 37) break;
    }
    CHECK(seen == map.size());
}

TEST_CASE("ids and values stay where they are while others come and go") {
    PrefixMap<std::string> map;
    const auto id = map.insert(prefix("10.0.0.0/8")).first;
    map[id] = "ten";
    const auto* value = &map[id];
    for (std::uint32_t i = 0; i < 3000; ++i)
        map.insert(Prefix(IpAddress::v4(i << 8), 24));
    for (std::uint32_t i = 0; i < 3000; ++i)
        map.erase(Prefix(IpAddress::v4(i << 8), 24));
    CHECK(&map[id] == value);
    CHECK(map[id] == "ten");
    CHECK(map.prefix(id) == prefix("10.0.0.0/8"));
    const auto again = map.insert(prefix("11.0.0.0/8")).first;
    CHECK(map[again].empty());  // a used slot starts anew
}
