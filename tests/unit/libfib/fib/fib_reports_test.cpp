#include "libfib/fib/fib_reports.hpp"

#include "tests/support/catch.hpp"

using namespace dx::fib;
using dx::net::Prefix;

namespace {

const Prefix kTen = *Prefix::parse("10.0.0.0/8");

template <typename Event>
std::vector<Event> taken(FibReports& reports) {
    std::vector<Event> found;
    for (const auto& event : reports.take())
        if (const auto* one = std::get_if<Event>(&event)) found.push_back(*one);
    return found;
}

RedistributedRoute winner(RouteSource source, std::uint32_t metric = 0) {
    RedistributedRoute route;
    route.prefix = kTen;
    route.source = source;
    route.metric = metric;
    route.present = true;
    return route;
}

}  // namespace

TEST_CASE("the state of a next hop is told while it is tracked") {
    FibReports reports;
    NextHopState state;
    state.key = {*dx::net::IpAddress::parse("192.0.2.1"), 3};
    reports.tell(state);
    CHECK(reports.take().empty());
    CHECK(reports.track(state.key));
    CHECK_FALSE(reports.track(state.key));
    reports.tell(state);
    CHECK(taken<NextHopState>(reports) == std::vector{state});
    CHECK(reports.untrack(state.key));
    CHECK_FALSE(reports.untrack(state.key));
    reports.tell(state);
    CHECK(reports.take().empty());
}

TEST_CASE("a watched network is told at once, and when it comes or goes") {
    using Told = std::vector<NetworkPresence>;
    FibReports reports;
    reports.tell(NetworkPresence{kTen, true});
    CHECK(reports.take().empty());
    reports.watch(kTen, false);
    CHECK(taken<NetworkPresence>(reports) == Told{{kTen, false}});
    reports.tell(NetworkPresence{kTen, true});
    reports.tell(NetworkPresence{kTen, true});
    CHECK(taken<NetworkPresence>(reports) == Told{{kTen, true}});
    reports.watch(kTen, true);
    CHECK(reports.take().empty());
    reports.unwatch(kTen);
    reports.tell(NetworkPresence{kTen, false});
    CHECK(reports.take().empty());
}

TEST_CASE("a route is told as long as its source is redistributed") {
    FibReports reports;
    reports.tell(winner(RouteSource::Static));
    CHECK(reports.take().empty());
    CHECK(reports.redistribute(RouteSource::Static, true));
    CHECK_FALSE(reports.redistribute(RouteSource::Static, true));
    reports.tell(winner(RouteSource::Static));
    reports.tell(winner(RouteSource::Static));
    CHECK(taken<RedistributedRoute>(reports) == std::vector{winner(RouteSource::Static)});
    reports.tell(winner(RouteSource::Static, 7));
    CHECK(taken<RedistributedRoute>(reports) == std::vector{winner(RouteSource::Static, 7)});
    CHECK(reports.redistribute(RouteSource::Static, false));
    reports.tell(winner(RouteSource::Static, 7));
    const auto gone = taken<RedistributedRoute>(reports);
    REQUIRE(gone.size() == 1);
    CHECK_FALSE(gone.front().present);
    CHECK(gone.front().metric == 7);
}

TEST_CASE("a prefix that another source wins ends the one route and begins the other") {
    FibReports reports;
    reports.redistribute(RouteSource::Static, true);
    reports.redistribute(RouteSource::Kernel, true);
    reports.tell(winner(RouteSource::Static));
    reports.take();
    reports.tell(winner(RouteSource::Kernel, 100));
    const auto told = taken<RedistributedRoute>(reports);
    REQUIRE(told.size() == 2);
    CHECK(told[0].source == RouteSource::Static);
    CHECK_FALSE(told[0].present);
    CHECK(told[1] == winner(RouteSource::Kernel, 100));
}

TEST_CASE("more notes than are kept are counted") {
    FibReports reports;
    FibNote swept;
    swept.kind = FibNote::Kind::StaleSwept;
    swept.count = 3;
    for (int i = 0; i < 300; ++i)
        reports.note(swept);
    const auto notes = taken<FibNote>(reports);
    REQUIRE(notes.size() == 257);
    CHECK(notes.back().kind == FibNote::Kind::NotesLost);
    CHECK(notes.back().count == 44);
    CHECK(reports.note_counts()[static_cast<std::size_t>(FibNote::Kind::StaleSwept)] == 900);
    CHECK(reports.take().empty());
}
