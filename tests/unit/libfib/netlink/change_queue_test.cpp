#include "libfib/netlink/change_queue.hpp"

#include <map>
#include <optional>
#include <string>

#include "tests/support/catch.hpp"

using dx::fib::Forwarding;
using dx::fib::RouteBatch;
using dx::fib::RouteSource;
using dx::net::IpAddress;
using dx::net::Prefix;
using dx::netlink::ChangeQueue;

namespace {

Prefix numbered(std::uint32_t i) {
    return {IpAddress::v4(0x0a000000 + (i << 8)), 24};
}

Forwarding over(std::uint32_t gateway) {
    return Forwarding::via({IpAddress::v4(gateway), 0, dx::fib::NeighborTag{1}, 1});
}

RouteBatch announcing(std::uint32_t first, std::uint32_t count, std::uint32_t gateway) {
    RouteBatch batch;
    for (std::uint32_t i = first; i < first + count; ++i)
        batch.announce(numbered(i), RouteSource::Bgp, 20, over(gateway));
    return batch;
}

}  // namespace

TEST_CASE("a batch goes as it came while the other side keeps up") {
    ChangeQueue queue;
    for (int round = 0; round < 3; ++round) {
        queue.push(announcing(0, 10, 1));
        const auto batch = queue.pop();
        REQUIRE(batch);
        CHECK(batch->changes.size() == 10);
        CHECK(!queue.pop());
        queue.arrived(10);
    }
    CHECK(queue.waiting() == 0);
}

TEST_CASE("changes that wait are merged by prefix, and the last one counts") {
    ChangeQueue queue;
    queue.push(announcing(0, ChangeQueue::kUnderWay, 1));
    REQUIRE(queue.pop());
    for (std::uint32_t gateway = 1; gateway <= 50; ++gateway)
        queue.push(announcing(0, 6000, gateway));
    RouteBatch withdrawals;
    withdrawals.withdraw(numbered(3), RouteSource::Bgp);
    withdrawals.announce(numbered(3), RouteSource::Static, 1, over(99));
    queue.push(withdrawals);
    CHECK(queue.waiting() == 6001);
    CHECK(!queue.pop());

    queue.arrived(ChangeQueue::kUnderWay);
    std::map<std::string, std::optional<IpAddress>> got;
    while (const auto batch = queue.pop()) {
        CHECK(batch->changes.size() <= ChangeQueue::kBatch);
        for (const auto& change : batch->changes) {
            const std::string key =
                change.prefix.to_string() + std::string(to_string(change.source));
            REQUIRE(!got.contains(key));
            got[key] = change.forwarding == RouteBatch::kWithdrawn
                           ? std::nullopt
                           : batch->forwardings[change.forwarding].best[0].gateway;
        }
    }
    CHECK(queue.waiting() == 0);
    CHECK(got.size() == 6001);
    CHECK(got.at("10.0.3.0/24bgp") == std::nullopt);
    CHECK(got.at("10.0.3.0/24static") == IpAddress::v4(99));
    CHECK(got.at("10.0.4.0/24bgp") == IpAddress::v4(50));
}

TEST_CASE("nothing overtakes what waits") {
    ChangeQueue queue;
    queue.push(announcing(0, ChangeQueue::kUnderWay, 1));
    REQUIRE(queue.pop());
    queue.push(announcing(7, 1, 2));
    queue.arrived(ChangeQueue::kUnderWay);
    queue.push(announcing(7, 1, 3));  // before anybody has called pop()
    const auto batch = queue.pop();
    REQUIRE(batch);
    REQUIRE(batch->changes.size() == 1);
    CHECK(batch->forwardings[batch->changes[0].forwarding] == over(3));
    CHECK(!queue.pop());
}
