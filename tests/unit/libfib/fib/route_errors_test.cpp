#include "libfib/fib/route_errors.hpp"

#include <cerrno>

#include "tests/support/catch.hpp"

using dx::fib::RouteErrors;
using dx::fib::TimePoint;

namespace {

constexpr TimePoint at(int seconds) {
    return TimePoint(std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("a refused route is tried again at its time, the earliest first") {
    RouteErrors errors;
    CHECK_FALSE(errors.next_retry());
    errors.retry(1, at(20));
    errors.retry(2, at(10));
    CHECK(errors.next_retry() == at(10));
    CHECK_FALSE(errors.pop_due(at(9)));
    CHECK(errors.pop_due(at(30)) == 2U);
    CHECK(errors.pop_due(at(30)) == 1U);
    CHECK_FALSE(errors.pop_due(at(30)));
}

TEST_CASE("of several times for a route the last one set counts") {
    RouteErrors errors;
    errors.retry(1, at(10));
    errors.retry(1, at(20));
    CHECK_FALSE(errors.pop_due(at(15)));
    CHECK(errors.pop_due(at(20)) == 1U);
}

TEST_CASE("an error that ended is not tried again") {
    RouteErrors errors;
    errors[1].error = EEXIST;
    errors.retry(1, at(10));
    CHECK(errors.error_of(1) == EEXIST);
    CHECK(errors.take(1).error == EEXIST);
    CHECK(errors.error_of(1) == 0);
    CHECK(errors.take(1).error == 0);
    CHECK_FALSE(errors.pop_due(at(10)));
}

TEST_CASE("what stood in the way is asked for again at each try") {
    RouteErrors errors;
    errors[1].probed = true;
    errors.retry(1, at(10));
    CHECK(errors.pop_due(at(10)) == 1U);
    CHECK_FALSE(errors[1].probed);
}
