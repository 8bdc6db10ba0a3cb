// The daemon's own handlers tell what doctor takes for facts: both ends agree, or this fails.
#include "cli/doctor/daemon_facts.hpp"

#include "cli/doctor/route_facts.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

using namespace dx::doctor;
using dx::cli::DirectClient;
using dx::control::example_router;
using dx::control::FakeRouter;
using dx::control::RouteSource;
using dx::control::RouteView;
using dx::net::IpAddress;

namespace {

std::vector<Neighbor> neighbors_of(FakeRouter& router, std::string_view wanted = {}) {
    DirectClient client(router);
    RunningConfig config;
    config.neighbors["dx-primary"] = {"eth0.259", "169.254.10.2"};
    return ask_neighbors(client, wanted, config);
}

Routes routes_of(FakeRouter& router, const Guarded& guarded = {}) {
    auto neighbor = neighbors_of(router, "dx-primary").at(0);
    neighbor.families.at(0).negotiated = true;
    DirectClient client(router);
    return ask_routes(client, neighbor, guarded,
                      [](const IpAddress&) { return IpAddress::parse("10.20.0.1"); });
}

}  // namespace

TEST_CASE("a daemon that answers says its version, one that does not why") {
    auto router = example_router();
    DirectClient client(router);
    CHECK(ask_daemon(client).answers);
    dx::cli::SocketClient nobody("/nonexistent/dxrouted.sock");
    const auto silent = ask_daemon(nobody);
    CHECK_FALSE(silent.answers);
    CHECK(silent.why_not == "there is no /nonexistent/dxrouted.sock: is dxrouted running?");
}

TEST_CASE("files of the state directory that cannot be written are known with the reason") {
    auto router = example_router();
    router.health_view.state_files = {{"journal", "No space left on device"}, {"drains", ""}};
    DirectClient client(router);
    Daemon daemon;
    take_health(client, daemon);
    CHECK(daemon.unwritten ==
          std::vector<std::pair<std::string, std::string>>{{"journal", "No space left on device"}});
}

TEST_CASE("listeners that are not open are known with the reason") {
    auto router = example_router();
    router.health_view.listeners = {
        {"bgp", "[::]:179", "cannot listen on [::]:179: Address already in use"},
        {"http", "127.0.0.1:9179", ""}};
    DirectClient client(router);
    Daemon daemon;
    take_health(client, daemon);
    CHECK(daemon.not_listening ==
          std::vector<std::pair<std::string, std::string>>{
              {"bgp", "cannot listen on [::]:179: Address already in use"}});
}

TEST_CASE("what the daemon knows of a neighbor") {
    auto router = example_router();
    auto& view = router.neighbor_views[0];
    view.profile = "aws-private";
    view.password = true;
    view.last_down = dx::control::DownView{std::chrono::seconds(60), "hold timer expired"};
    view.bfd = dx::control::BfdView{"Up", std::chrono::milliseconds(300), 3, {}};
    view.families[0].limit_out = dx::control::PrefixLimitView{100, "shortest-first", 7, 80, true};
    view.families[0].limit_out->aggregated = 9;
    view.families[0].limit_out->aggregates = {{*dx::net::Prefix::parse("10.0.0.0/8"), true, {}, 9}};
    router.bfd_peer_views = {dx::control::example_bfd_peer()};
    const auto all = neighbors_of(router);
    REQUIRE(all.size() == 3);
    const auto& neighbor = all[0];
    CHECK(neighbor.name == "dx-primary");
    CHECK(neighbor.address == IpAddress::parse("169.254.10.1"));
    CHECK(neighbor.local == IpAddress::parse("169.254.10.2"));
    CHECK(neighbor.local_configured);
    CHECK(neighbor.link.name == "eth0.259");
    CHECK(neighbor.is_aws());
    CHECK(neighbor.single_hop);
    CHECK(neighbor.established());
    CHECK(neighbor.password);
    CHECK(neighbor.remote_as == 64512);
    CHECK(neighbor.last_down == "hold timer expired");
    REQUIRE(neighbor.families.size() == 1);
    CHECK(neighbor.families[0].configured);
    CHECK(neighbor.families[0].accepted == 1);
    REQUIRE(neighbor.families[0].limit_out);
    CHECK(neighbor.families[0].limit_out->beyond == 7);
    CHECK(neighbor.families[0].limit_out->aggregated == 9);
    CHECK(neighbor.families[0].limit_out->warn_percent == 80);
    CHECK(neighbor.families[0].limit_out->by_peer);
    CHECK(neighbor.bfd_configured);
    REQUIRE(neighbor.bfd);
    CHECK(neighbor.bfd->state == "Up");
    CHECK(neighbor.bfd->heard);
    CHECK(neighbor.bfd->detection_time.count() == 2000);
    CHECK_FALSE(all[1].local_configured);
    CHECK(all[2].shut_down);
}

TEST_CASE("gateways of watched static routes, with their routes and sessions") {
    auto router = example_router();
    router.bfd_peer_views = {dx::control::example_bfd_peer()};
    router.bfd_peer_views[0].static_routes = {*dx::net::Prefix::parse("10.1.0.0/16"),
                                              *dx::net::Prefix::parse("10.2.0.0/16")};
    DirectClient client(router);
    RunningConfig config;
    CHECK(ask_gateways(client, config).empty());
    config.watched_routes = {{"10.1.0.0/16", "169.254.10.1", ""},
                             {"10.2.0.0/16", "169.254.10.1", ""},
                             {"10.3.0.0/16", "192.0.2.1", "eth7"}};
    const auto gateways = ask_gateways(client, config);
    REQUIRE(gateways.size() == 2);
    CHECK(gateways[0].routes == std::vector<std::string>{"10.1.0.0/16", "10.2.0.0/16"});
    REQUIRE(gateways[0].neighbor.bfd);
    CHECK(gateways[0].neighbor.bfd->state == "Up");
    CHECK(gateways[0].neighbor.link.name == "eth0.259");
    CHECK(gateways[0].neighbor.local == IpAddress::parse("169.254.10.2"));
    CHECK(!gateways[1].neighbor.bfd);
    CHECK(gateways[1].neighbor.link.name == "eth7");
}

TEST_CASE("one neighbor by its name or address; nobody is refused") {
    auto router = example_router();
    CHECK(neighbors_of(router, "dx-primary").size() == 1);
    CHECK(neighbors_of(router, "169.254.20.1").at(0).name == "169.254.20.1");
    CHECK_THROWS_AS(neighbors_of(router, "nobody"), dx::cli::Failure);
}

TEST_CASE("a link-local neighbor has its interface in its label") {
    auto router = example_router();
    router.neighbor_views[1].address = *IpAddress::parse("fe80::1");
    router.neighbor_views[1].interface = "eth9";
    const auto neighbor = neighbors_of(router).at(1);
    CHECK(neighbor.address == IpAddress::parse("fe80::1"));
    CHECK(neighbor.link.name == "eth9");
    CHECK(neighbor.label == "fe80::1%eth9");
}

TEST_CASE("a neighbor's routes are counted by what became of them") {
    auto router = example_router();
    const auto routes = routes_of(router);
    CHECK(routes.installed == 2);
    CHECK(routes.conflict.count + routes.failed.count + routes.unresolved.count == 0);
    CHECK(routes.source == IpAddress::parse("10.20.0.1"));
    CHECK(routes.source_for == "0.0.0.0/0");
    CHECK(routes.source_advertised);  // the own 10.20.0.0/24 is
}

TEST_CASE("routes that the kernel does not have are named with the reason") {
    auto router = example_router();
    router.route_views[0].state = RouteView::State::Failed;
    router.route_views[0].state_text = "No buffer space available";
    router.route_views[1].state = RouteView::State::Unresolved;
    const auto routes = routes_of(router);
    CHECK(routes.installed == 0);
    CHECK(routes.failed.count == 1);
    CHECK(routes.failed.example == "0.0.0.0/0");
    CHECK(routes.failed.why == "No buffer space available");
    CHECK(routes.unresolved.count == 1);
}

TEST_CASE(
    "another program's route in the place of a learnt one is a conflict; one beneath is told") {
    auto router = example_router();
    const auto foreign = [](const char* prefix) {
        auto view = dx::control::route_view(prefix, RouteSource::Kernel, 0, std::chrono::hours(1));
        view.next_hops = {dx::control::hop("192.0.2.1", "eth2")};
        return view;
    };
    auto& views = router.route_views;
    views[1].selected = false;
    views[1].state = RouteView::State::Inactive;
    views.insert(views.begin() + 1, foreign("10.0.0.0/16"));
    auto routes = routes_of(router);
    CHECK(routes.conflict.count == 1);
    CHECK(routes.conflict.example == "10.0.0.0/16");
    CHECK(routes.conflict.why == "via 192.0.2.1 dev eth2");
    CHECK(routes.beneath_foreign.count == 0);

    views = example_router().route_views;
    views.insert(views.begin() + 2, foreign("10.0.5.0/24"));
    routes = routes_of(router);
    CHECK(routes.conflict.count == 0);
    CHECK(routes.beneath_foreign.count == 1);
    CHECK(routes.beneath_foreign.example == "10.0.5.0/24");
}

TEST_CASE(
    "static routes to a part of what was learnt, by the same gateway, are told if unwatched") {
    auto router = example_router();
    const auto by_gateway = [](const char* prefix, RouteSource source) {
        auto view = dx::control::route_view(prefix, source, 1, std::chrono::hours(1));
        view.next_hops = {dx::control::hop("169.254.10.1", "eth0.259")};
        return view;
    };
    auto& views = router.route_views;
    views.insert(views.begin() + 2, by_gateway("10.0.5.0/24", RouteSource::Kernel));
    views.insert(views.begin() + 3, by_gateway("10.0.6.0/24", RouteSource::Static));
    views.insert(views.begin() + 4, by_gateway("10.0.7.0/24", RouteSource::Static));
    const auto routes = routes_of(router, {"10.0.7.0/24"});
    CHECK(routes.beneath_foreign.count == 0);
    CHECK(routes.beneath_static.count == 1);
    CHECK(routes.beneath_static.example == "10.0.5.0/24");
    CHECK(routes.beneath_own.count == 1);
    CHECK(routes.beneath_own.example == "10.0.6.0/24");
}

TEST_CASE("what the operator has taken away is told so") {
    auto router = example_router();
    router.neighbor_views[0].drain.emplace();
    auto& test = router.failover_test_view.emplace();
    test.neighbor = router.neighbor_views[1].name;
    router.neighbor_views[1].state = "Idle";
    const auto neighbors = neighbors_of(router);
    CHECK(neighbors[0].drain == "drained");
    CHECK_FALSE(neighbors[0].tested);
    CHECK(neighbors[1].tested);
    test.given_back = std::chrono::seconds(10);
    CHECK_FALSE(neighbors_of(router)[1].tested);  // that it stays away has another reason
    test.given_back.reset();
    test.over = true;
    CHECK_FALSE(neighbors_of(router)[1].tested);
}

TEST_CASE("that a failover test could not be asked for is not taken for none") {
    auto router = example_router();

    class Deaf : public DirectClient {
    public:
        using DirectClient::DirectClient;

        void stream(const std::string& target, const Take& take) override {
            if (target == "/v1/failover-test") throw dx::cli::Interrupted();
            DirectClient::stream(target, take);
        }
    } client(router);

    CHECK_THROWS_AS(ask_neighbors(client, {}, {}), dx::cli::Interrupted);
}

TEST_CASE("a static route that is preferred is told") {
    auto router = example_router();
    auto fixed =
        dx::control::route_view("10.0.0.0/16", RouteSource::Static, 1, std::chrono::hours(1));
    fixed.next_hops = {dx::control::hop("169.254.10.1", "eth0.259")};
    auto& views = router.route_views;
    views[1].selected = false;
    views[1].state = RouteView::State::Inactive;
    views.insert(views.begin() + 1, fixed);
    const auto routes = routes_of(router);
    CHECK(routes.behind_static.count == 1);
    CHECK(routes.behind_static.example == "10.0.0.0/16");
    CHECK(routes.installed == 1);
}
