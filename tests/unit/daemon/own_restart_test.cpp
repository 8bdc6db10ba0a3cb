#include "daemon/own_restart.hpp"

#include "daemon/translate.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace std::chrono_literals;
using config::GracefulRestart;
using net::Family;

namespace {

constexpr auto kIpv4 = bgp::AfiSafi::unicast(Family::Ipv4);

daemon::Neighbor full() {
    daemon::Neighbor neighbor;
    neighbor.config.families = {Family::Ipv4};
    neighbor.config.graceful_restart = {GracefulRestart::Mode::Full, false, 60s};
    return neighbor;
}

// A session with a peer that helps.
daemon::Neighbor established() {
    auto neighbor = full();
    neighbor.epoch = 1;
    neighbor.session.emplace();
    neighbor.end_of_rib_awaited = {Family::Ipv4};
    neighbor.agreed.sent.capabilities.graceful_restart =
        bgp::GracefulRestart{true, true, 60s, {{kIpv4, true}}};
    neighbor.agreed.received.capabilities.graceful_restart.emplace();
    return neighbor;
}

daemon::OwnRestart under_way() {
    daemon::OwnRestart restart;
    restart.forwarding_kept = true;
    restart.held = {Family::Ipv4};
    return restart;
}

}  // namespace

TEST_CASE("an OPEN says nothing, that we help, or that we restart") {
    auto neighbor = full();
    neighbor.config.graceful_restart.mode = GracefulRestart::Mode::Off;
    CHECK_FALSE(announced_restart(neighbor, under_way()));
    neighbor.config.graceful_restart.mode = GracefulRestart::Mode::Helper;
    CHECK(announced_restart(neighbor, under_way()) == bgp::GracefulRestart{false, true, 60s, {}});
    CHECK(announced_restart(full(), under_way()) ==
          bgp::GracefulRestart{true, true, 60s, {{kIpv4, true}}});
}

TEST_CASE("forwarding was kept over a restart that found routes, and over any session's end") {
    auto neighbor = full();
    CHECK_FALSE(announced_restart(neighbor, {})->families[0].forwarding_preserved);
    CHECK_FALSE(announced_restart(neighbor, {})->restarting);
    neighbor.epoch = 7;
    CHECK(announced_restart(neighbor, {})->families[0].forwarding_preserved);
    auto over = under_way();
    over.held = {};
    CHECK(announced_restart(full(), over)->families[0].forwarding_preserved);
    CHECK_FALSE(announced_restart(full(), over)->restarting);
}

TEST_CASE("who has not told all is awaited, unless nothing is to be expected of it") {
    CHECK(is_awaited(full(), Family::Ipv4));
    CHECK_FALSE(is_awaited(full(), Family::Ipv6));
    auto neighbor = established();
    CHECK(is_awaited(neighbor, Family::Ipv4));
    SECTION("it has told all") {
        neighbor.end_of_rib_awaited = {};
    }
    SECTION("it knows no graceful restart") {
        neighbor.agreed.received.capabilities.graceful_restart.reset();
    }
    SECTION("it restarts itself") {
        neighbor.agreed.received.capabilities.graceful_restart =
            bgp::GracefulRestart{true, true, 60s, {{kIpv4, true}}};
    }
    SECTION("it is shut down") {
        neighbor.config.shutdown.active = true;
    }
    SECTION("its routes do not survive our restart") {
        neighbor.config.graceful_restart.mode = GracefulRestart::Mode::Helper;
    }
    SECTION("its link is gone") {
        neighbor.session.reset();
        neighbor.missing = "interface dx1 is down";
    }
    CHECK_FALSE(is_awaited(neighbor, Family::Ipv4));
}

TEST_CASE("a peer that says that it restarts, with no family, waits for nobody") {
    auto neighbor = established();
    neighbor.agreed.received.capabilities.graceful_restart->restarting = true;
    CHECK(is_awaited(neighbor, Family::Ipv4));
}

TEST_CASE("a neighbor waits for our return if the kernel's routes stay and it said that it helps") {
    config::Config config;
    config.fib.on_stop = config::FibSettings::OnStop::Keep;
    boost::asio::io_context io;  // outlives what the neighbor has of it
    auto neighbor = established();
    CHECK(waits_for_our_return(neighbor, config));
    SECTION("routes are removed") {
        config.fib.on_stop = config::FibSettings::OnStop::Remove;
    }
    SECTION("no capability") {
        neighbor.agreed.received.capabilities.graceful_restart.reset();
    }
    SECTION("no session") {
        neighbor.session.reset();
    }
    SECTION("we only help") {
        neighbor.config.graceful_restart.mode = GracefulRestart::Mode::Helper;
    }
    SECTION("it is led away from: it will be drained") {
        neighbor.drain = std::make_unique<daemon::Drain>(io, 1h);
    }
    CHECK_FALSE(waits_for_our_return(neighbor, config));
}

TEST_CASE("routes are chosen before what was adopted is swept") {
    config::Config config;
    CHECK(daemon::selection_deferral(config) == 45s);
    config.neighbors.push_back(full().config);
    CHECK(daemon::restartable_families(config) == bgp::Families{Family::Ipv4});
    config.neighbors[0].graceful_restart.mode = GracefulRestart::Mode::Helper;
    CHECK(daemon::restartable_families(config).empty());
}
