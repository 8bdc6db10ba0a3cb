#include "libfib/fib/bucket_weights.hpp"

#include "tests/support/catch.hpp"

using namespace dx::fib;
using Weights = std::vector<std::uint16_t>;
using Buckets = std::vector<unsigned>;

TEST_CASE("buckets are dealt as the kernel deals them") {
    // The kernel is asked in tests/netlink/requests_test.cpp.
    CHECK(buckets_of(Weights{255, 1}, 64) == Buckets{64, 0});
    CHECK(buckets_of(Weights{255, 255, 1}, 64) == Buckets{32, 32, 0});
    CHECK(buckets_of(Weights{255, 1}, 128) == Buckets{128, 0});  // 127.5 rounds up
    CHECK(buckets_of(Weights{255, 1}, 256) == Buckets{255, 1});
    CHECK(buckets_of(Weights{1}, 64) == Buckets{64});
    CHECK(buckets_of(Weights{1, 1, 1}, 64) == Buckets{21, 22, 21});
}

TEST_CASE("a backup gets no bucket beside the best") {
    CHECK(protection_weights(Weights{1}, 1, 64) == Weights{255, 1});
    CHECK(protection_weights(Weights{1, 1}, 1, 64) == Weights{255, 255, 1});
}

TEST_CASE("when the first of two best goes the second carries all, and then the backup") {
    auto weights = protection_weights(Weights{1, 1}, 1, 64);
    weights.erase(weights.begin());
    CHECK(buckets_of(weights, 64) == Buckets{64, 0});
    weights.erase(weights.begin());
    CHECK(buckets_of(weights, 64) == Buckets{64});
}

TEST_CASE("shares of the best are kept in proportion") {
    CHECK(protection_weights(Weights{1, 3}, 0, 64) == Weights{85, 255});
    CHECK(buckets_of(protection_weights(Weights{1, 3}, 1, 64), 64) == Buckets{16, 48, 0});
    CHECK(protection_weights(Weights{64, 1}, 0, 64) == Weights{255, 4});
}

TEST_CASE("the smallest share of the best is a bucket") {
    CHECK(protection_weights(Weights{255, 1}, 0, 64) == Weights{255, 3});
    CHECK(buckets_of(protection_weights(Weights{255, 1}, 1, 64), 64) == Buckets{63, 1, 0});
    CHECK(buckets_of(protection_weights(Weights{1, 255, 2}, 1, 64), 64) == Buckets{1, 62, 1, 0});
    const auto many = protection_weights(Weights(64, 1), 0, 64);
    CHECK(many == Weights(64, 255));
    CHECK(protection_weights(Weights(65, 1), 0, 64) == Weights(65, 255));  // more than buckets
}

TEST_CASE("no more backups are taken than stay without a bucket") {
    const auto weights = protection_weights(Weights{1}, 9, 64);
    REQUIRE(weights.size() > 1);
    const auto buckets = buckets_of(weights, 64);
    CHECK(buckets.front() == 64);
}

TEST_CASE("backups alone share what is left, as in the kernel that dropped the best") {
    CHECK(protection_weights(Weights{}, 2, 64) == Weights{1, 1});
}
