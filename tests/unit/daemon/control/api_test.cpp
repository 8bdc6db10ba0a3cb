#include "daemon/control/api.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/api_client.hpp"
#include "tests/unit/daemon/control/example_router.hpp"

using namespace dx::control;

TEST_CASE("an unknown path is 404 and a wrong verb is 405, with the right one") {
    auto router = example_router();
    CHECK(get(router, "/v2/version").status == 404);
    CHECK(get(router, "/v1/bgp/neighbors/a/b/c").status == 404);
    const Api api(router, router, router);
    Request request;
    REQUIRE(parse_target("/v1/clear", request));
    const auto reply = api.handle(request, Api::Access::Full);
    CHECK(reply.status == 405);
    CHECK(reply.allow == "POST");
    CHECK(reply.body == "{\"schema\":1,\"error\":\"this is done with POST\"}\n");
    CHECK(ask(router, Verb::Post, "/v1/version").status == 405);
    CHECK(ask(router, Verb::Other, "/v1/version").status == 405);
}

TEST_CASE("the index lists what there is") {
    auto router = example_router();
    const auto index = get(router, "/v1");
    CHECK(index.status == 200);
    CHECK(index.body.find("/v1/bgp/summary") != std::string::npos);
}

TEST_CASE("a listener that only shows refuses commands") {
    auto router = example_router();
    const auto refused = ask(router, Verb::Post, "/v1/reload", "", Api::Access::ReadOnly);
    CHECK(refused.status == 403);
    CHECK(router.reloads == 0);
    CHECK(ask(router, Verb::Get, "/v1/version", "", Api::Access::ReadOnly).status == 200);
}

TEST_CASE("clear says whom and how") {
    auto router = example_router();
    const auto clear = [&](const char* body) {
        return ask(router, Verb::Post, "/v1/clear", body).status;
    };
    CHECK(clear(R"({"neighbor":"dx-primary"})") == 200);
    CHECK(router.clears.back().neighbor == "dx-primary");
    CHECK(router.clears.back().kind == ClearRequest::Kind::Hard);
    CHECK(clear(R"({"neighbor":"*","soft":"in","family":"ipv6"})") == 200);
    CHECK(!router.clears.back().neighbor);
    CHECK(router.clears.back().kind == ClearRequest::Kind::SoftIn);
    CHECK(router.clears.back().family == dx::net::Family::Ipv6);
    CHECK(clear(R"({"neighbor":"169.254.10.1","soft":"both"})") == 200);
    CHECK(router.clears.back().neighbor == "dx-primary");
    CHECK(router.clears.back().kind == ClearRequest::Kind::Soft);
}

TEST_CASE("a drain names one neighbor, and how long its traffic has to move") {
    auto router = example_router();
    const auto drain = [&](const char* body) {
        return ask(router, Verb::Post, "/v1/drain", body).status;
    };
    CHECK(drain(R"({"neighbor":"169.254.10.1"})") == 200);
    CHECK(router.drains.back().neighbor == "dx-primary");
    CHECK(router.drains.back().wait == std::chrono::seconds(10));
    CHECK(drain(R"({"neighbor":"dx-primary","waitMsecs":0})") == 200);
    CHECK(router.drains.back().wait == std::chrono::seconds(0));
    CHECK(ask(router, Verb::Post, "/v1/undrain", R"({"neighbor":"dx-primary"})").status == 200);
    CHECK(router.undrained == std::vector<std::string>{"dx-primary"});
    for (const auto* body :
         {"{}", R"({"neighbor":1})", R"({"neighbor":"dx-primary","waitMsecs":-1})",
          R"({"neighbor":"dx-primary","waitMsecs":"10s"})",
          R"({"neighbor":"dx-primary","waitMsecs":3600001})"})
        CHECK(drain(body) == 400);
    CHECK(drain(R"({"neighbor":"*"})") == 404);
    CHECK(router.drains.size() == 2);
}

TEST_CASE("a failover test names the neighbor, its stand-in and how long") {
    auto router = example_router();
    const auto test = [&](const char* body) {
        return ask(router, Verb::Post, "/v1/failover-test", body).status;
    };
    CHECK(test(R"({"neighbor":"dx-primary"})") == 200);
    CHECK_FALSE(router.failover_tests.back().expected_backup);
    CHECK(test(R"({"neighbor":"dx-primary","expectedBackup":"169.254.20.1","forMsecs":60000})") ==
          200);
    CHECK(router.failover_tests.back().expected_backup == router.neighbor_views[1].name);
    CHECK(router.failover_tests.back().lasts == std::chrono::minutes(1));
    CHECK_FALSE(router.failover_tests.back().force);
    router.result.without_another_way = 2;
    CHECK(ask(router, Verb::Post, "/v1/failover-test", R"({"neighbor":"dx-primary","force":true})")
              .body.find("\"routesWithoutAnotherWay\":2") != std::string::npos);
    CHECK(router.failover_tests.back().force);
    router.failover_tests.pop_back();
    for (const auto* body : {"{}", R"({"neighbor":"dx-primary","forMsecs":0})",
                             R"({"neighbor":"dx-primary","force":1})",
                             R"({"neighbor":"dx-primary","expectedBackup":1})"})
        CHECK(test(body) == 400);
    CHECK(test(R"({"neighbor":"dx-primary","expectedBackup":"nobody"})") == 404);
    CHECK(router.failover_tests.size() == 2);
    CHECK(ask(router, Verb::Get, "/v1/failover-test").body == "{\"schema\":1}\n");  // none yet
}

TEST_CASE("a failover test is told as far as it is") {
    auto router = example_router();
    auto& test = router.failover_test_view.emplace();
    test.neighbor = "dx-primary";
    test.moved = std::chrono::microseconds(1250);
    test.routes = 7;
    test.moved_to = {{"dx-secondary", 5}};
    test.stranded = 2;
    test.fault = "2 of 7 routes have no way";
    CHECK(ask(router, Verb::Get, "/v1/failover-test").body ==
          R"({"schema":1,"neighbor":"dx-primary","forMsecs":0,"movedMsecs":1.250,"routes":7,)"
          R"("stranded":2,"movedTo":{"dx-secondary":5},"over":false,)"
          R"("fault":"2 of 7 routes have no way"})"
          "\n");
}

TEST_CASE("a clear that is not understood does nothing") {
    auto router = example_router();
    for (const auto* body :
         {"", "{", "[]", "{}", R"({"neighbor":7})", R"({"neighbor":"*","soft":"sideways"})",
          R"({"neighbor":"*","soft":true})", R"({"neighbor":"*","family":"all"})"}) {
        CAPTURE(body);
        CHECK(ask(router, Verb::Post, "/v1/clear", body).status == 400);
    }
    CHECK(ask(router, Verb::Post, "/v1/clear", R"({"neighbor":"nobody"})").status == 404);
    CHECK(router.clears.empty());
}

TEST_CASE("a reload of a wrong configuration is 422 with every diagnostic") {
    using Outcome = CommandResult::Outcome;
    auto router = example_router();
    router.result = {Outcome::Misconfigured,
                     "the configuration has 2 errors",
                     {"a.yaml:1:1: x", "a.yaml:2:1: y"}};
    const auto refused = ask(router, Verb::Post, "/v1/reload");
    CHECK(refused.status == 422);
    CHECK(refused.body ==
          "{\"schema\":1,\"error\":\"the configuration has 2 errors\",\"diagnostics\":"
          "[\"a.yaml:1:1: x\",\"a.yaml:2:1: y\"]}\n");
    router.result = {Outcome::Refused, "the router is stopping"};
    CHECK(ask(router, Verb::Post, "/v1/reload").status == 409);
    router.result = {};
    CHECK(ask(router, Verb::Post, "/v1/reload").status == 200);
}

TEST_CASE("a neighbor is found by its address and by its name") {
    auto router = example_router();
    CHECK(get(router, "/v1/bgp/neighbors/169.254.10.1").status == 200);
    CHECK(get(router, "/v1/bgp/neighbors/dx-primary").status == 200);
    CHECK(get(router, "/v1/bgp/neighbors/10.9.9.9").status == 404);
    CHECK(get(router, "/v1/bgp/neighbors/dx-primary/routes").status == 200);
    CHECK(router.queries.back().table == BgpQuery::Table::Accepted);
    CHECK(router.queries.back().neighbor == address("169.254.10.1"));
    CHECK(get(router, "/v1/bgp/neighbors/nobody/routes").status == 404);
    CHECK(get(router, "/v1/bgp/neighbors/dx-primary/routes?family=ipv6").status == 404);
}

TEST_CASE("a link-local neighbor is named with its interface") {
    auto router = example_router();
    router.neighbor_views[0].address = address("fe80::1");
    router.neighbor_views[0].interface = "eth0";
    const auto found = get(router, "/v1/bgp/neighbors/fe80::1%25eth0");
    CHECK(found.status == 200);
    CHECK(found.body.starts_with(R"({"fe80::1%eth0":{)"));
    CHECK(get(router, "/v1/bgp/neighbors/fe80::1").status == 200);
}

TEST_CASE("a table has one entry a line, and is JSON as a whole") {
    auto router = example_router();
    for (const auto* target :
         {"/v1/bgp/routes", "/v1/bgp/neighbors/dx-primary/advertised-routes",
          "/v1/bgp/neighbors/dx-primary/routes", "/v1/routes", "/v1/routes?family=ipv6"}) {
        CAPTURE(target);
        const auto table = get(router, target);
        CHECK(table.status == 200);
        boost::system::error_code error;
        boost::json::parse(table.body, error);
        CHECK(!error);
    }
    const auto body = get(router, "/v1/bgp/routes").body;
    CHECK(std::ranges::count(body, '\n') == 4);  // head, two routes, tail
    CHECK(body.find("\n\"10.0.0.0/16\":[{") != std::string::npos);
    CHECK(body.find("\n,\"10.20.0.0/24\":[{") != std::string::npos);
}

TEST_CASE("a prefix's sources stay together though they come in two answers") {
    auto router = example_router();
    auto second = router.route_views[1];
    second.source = RouteSource::Static;
    second.state = RouteView::State::Inactive;
    router.route_views.insert(router.route_views.begin() + 2, second);
    const auto whole = get(router, "/v1/routes").body;
    for (std::size_t at_once = 1; at_once < 6; ++at_once) {
        router.routes_at_once = at_once;
        CHECK(get(router, "/v1/routes").body == whole);
    }
    CHECK(boost::json::parse(whole).at("10.0.0.0/16").as_array().size() == 2);
}

TEST_CASE("routes are selected by source, prefix and address") {
    auto router = example_router();
    const auto keys = [&](const char* query) {
        std::string out;
        const auto body = get(router, std::string("/v1/routes?") + query).body;
        const auto document = boost::json::parse(body);
        for (const auto& member : document.as_object())
            out += std::string(member.key()) + ' ';
        return out;
    };
    CHECK(keys("source=bgp") == "0.0.0.0/0 10.0.0.0/16 ");
    CHECK(keys("source=connected") == "10.20.0.0/24 ");
    CHECK(keys("prefix=10.9.0.0/16") == "10.9.0.0/16 ");
    CHECK(keys("address=10.9.1.1") == "10.9.0.0/16 ");
    CHECK(keys("address=8.8.8.8") == "0.0.0.0/0 ");
    CHECK(keys("family=ipv6").empty());
    CHECK(get(router, "/v1/routes?source=rip").status == 400);
}

TEST_CASE("a prefix that BGP does not have is 404") {
    auto router = example_router();
    CHECK(get(router, "/v1/bgp/routes?prefix=10.99.0.0/16").status == 404);
    CHECK(get(router, "/v1/bgp/routes?prefix=10.0.0.0/16").status == 200);
}

TEST_CASE("a summary has the families asked for") {
    auto router = example_router();
    const auto families = [&](const char* query) {
        const auto body = get(router, std::string("/v1/bgp/summary") + query).body;
        return boost::json::parse(body).as_object().size();
    };
    CHECK(families("") == 2);
    CHECK(families("?family=all") == 2);
    CHECK(families("?family=ipv6") == 1);
    CHECK(get(router, "/v1/bgp/summary?family=vpnv4").status == 400);
}

TEST_CASE("a summary has FRR's form for the words that were used") {
    auto router = example_router();
    const auto form = [&](const char* query) {
        return boost::json::parse(get(router, std::string("/v1/bgp/summary") + query).body);
    };
    const auto plain = form("?family=ipv4").at("ipv4Unicast");  // show bgp ipv4 summary
    CHECK(plain.at("as") == 65010);
    CHECK(form("?family=ipv4&safi=unicast") == plain);  // show bgp ipv4 unicast summary
    CHECK(form("?family=ipv4&safi=unicast&vrf=all").at("default") == plain);
    CHECK(form("?family=ipv4&vrf=all").at("default").at("ipv4Unicast") == plain);
    CHECK(form("?vrf=default").at("ipv4Unicast") == plain);
    CHECK(form("?vrf=all").at("default").as_object().size() == 2);
    CHECK(get(router, "/v1/bgp/summary?vrf=blue").status == 400);
}

TEST_CASE("neighbors of all VRFs stand below the default one") {
    auto router = example_router();
    const auto all = boost::json::parse(get(router, "/v1/bgp/neighbors?vrf=all").body);
    const auto& shown = all.at("default").as_object();
    CHECK(shown.at("vrfName") == "default");
    CHECK(shown.size() == 2 + router.neighbor_views.size());
    const auto one = boost::json::parse(get(router, "/v1/bgp/neighbors/dx-primary?vrf=all").body);
    CHECK(one.at("default").as_object().contains("169.254.10.1"));
    CHECK(get(router, "/v1/bgp/neighbors?vrf=blue").status == 400);
}
