// Which aggregate a prefix belongs to, and what it has of those that it covers.
#include "libbgp/rib/out_aggregates.hpp"

#include "tests/support/catch.hpp"

namespace dx::bgp::test {

namespace {

net::Prefix prefix(std::string_view text) {
    const auto parsed = net::Prefix::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

OutAggregate aggregate(std::string_view text) {
    OutAggregate one;
    one.prefix = prefix(text);
    return one;
}

std::vector<OutAggregate> some() {
    std::vector<OutAggregate> all;
    for (const auto* text : {"172.16.0.0/12", "10.0.0.0/8", "192.168.0.0/16"})
        all.push_back(aggregate(text));
    return all;
}

}  // namespace

TEST_CASE("a prefix belongs to the aggregate that contains it, or is it") {
    OutAggregates aggregates(some());
    const auto around = [&](std::string_view text) {
        const auto* found = aggregates.around(prefix(text));
        return found ? found->prefix.to_string() : "none";
    };
    CHECK(around("10.0.0.0/8") == "10.0.0.0/8");
    CHECK(around("10.0.0.0/16") == "10.0.0.0/8");
    CHECK(around("10.255.255.255/32") == "10.0.0.0/8");
    CHECK(around("172.31.0.0/24") == "172.16.0.0/12");
    CHECK(around("192.168.255.0/24") == "192.168.0.0/16");
    CHECK(around("0.0.0.0/0") == "none");
    CHECK(around("10.0.0.0/7") == "none");
    CHECK(around("9.0.0.0/8") == "none");
    CHECK(around("11.0.0.0/24") == "none");
    CHECK(around("223.0.0.0/24") == "none");
    CHECK(aggregates.at(prefix("10.0.0.0/8")) != nullptr);
    CHECK(aggregates.at(prefix("10.0.0.0/9")) == nullptr);
}

TEST_CASE("an aggregate has the worst ORIGIN of what it covers") {
    OutAggregates aggregates(some());
    auto& one = *aggregates.at(prefix("10.0.0.0/8"));
    CHECK(aggregates.count(one, 1, Origin::Igp));  // the first one: it has to be announced
    CHECK_FALSE(aggregates.count(one, 2, Origin::Igp));
    CHECK(one.origin() == Origin::Igp);
    CHECK(aggregates.count(one, 2, Origin::Egp));  // another one now
    CHECK(one.covered() == 2);
    CHECK(one.origin() == Origin::Egp);
    CHECK(aggregates.count(one, 3, Origin::Incomplete));
    CHECK_FALSE(aggregates.count(one, 3, Origin::Incomplete));
    CHECK(one.origin() == Origin::Incomplete);
    CHECK(one.covered() == 3);
    CHECK(aggregates.forget(one, 3));
    CHECK_FALSE(aggregates.forget(one, 3));
    CHECK(one.origin() == Origin::Egp);
    CHECK_FALSE(aggregates.forget(one, 1));
    CHECK(aggregates.forget(one, 2));  // the last one: it has to go
    CHECK(one.covered() == 0);
}

TEST_CASE("what is counted and not left out is found in order") {
    OutAggregates aggregates(some());
    auto& one = *aggregates.at(prefix("10.0.0.0/8"));
    aggregates.count(one, 70, Origin::Igp);
    aggregates.count(one, 5, Origin::Incomplete);
    aggregates.count(one, 9, Origin::Igp);
    CHECK(aggregates.next_unrepresented(1) == 5);
    aggregates.represented.set(5);
    CHECK(aggregates.next_unrepresented(1) == 9);
    CHECK(aggregates.next_unrepresented(10) == 70);
    CHECK(aggregates.next_unrepresented(71) == 0);
}

}  // namespace dx::bgp::test
