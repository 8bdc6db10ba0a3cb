#include "cli/doctor/running_config.hpp"

#include "tests/support/catch.hpp"

using namespace dx::doctor;

TEST_CASE("neighbors are found by their name, or their address") {
    const auto config = parse_running_config(R"(
router: {asn: 65010, listen: {port: 1179}}
neighbors:
  - name: dx-primary
    address: 169.254.10.1
    interface: eth0.259
    local-address: 169.254.10.2
  - address: 169.254.20.1
fib:
  enabled: false
  maximum-paths: 4
)");
    CHECK(config.neighbors.at("dx-primary").interface == "eth0.259");
    CHECK(config.neighbors.at("dx-primary").local_address == "169.254.10.2");
    CHECK(config.neighbors.at("169.254.20.1").interface.empty());
    CHECK(config.bgp_port == 1179);
    CHECK(config.maximum_paths == 4);
    CHECK_FALSE(config.fib_enabled);
}

TEST_CASE("static routes that BFD watches") {
    const auto config = parse_running_config(R"(
static-routes:
  - {prefix: 10.1.0.0/16, via: 192.0.2.1, bfd: true}
  - {prefix: 10.2.0.0/16, via: "fe80::1", interface: eth0, bfd: {interval: 50ms}}
  - {prefix: 10.3.0.0/16, via: 192.0.2.1, bfd: false}
  - {prefix: 10.4.0.0/16, blackhole: true}
)");
    REQUIRE(config.watched_routes.size() == 2);
    CHECK(config.watched_routes[0].via == "192.0.2.1");
    CHECK(config.watched_routes[1].interface == "eth0");
}

TEST_CASE("what is not said has its default") {
    const auto config = parse_running_config("router: {asn: 65010}\n");
    CHECK(config.neighbors.empty());
    CHECK(config.bgp_port == 179);
    CHECK(config.maximum_paths == 1);
    CHECK(config.fib_enabled);
}
