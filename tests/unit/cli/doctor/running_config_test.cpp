#include "cli/doctor/running_config.hpp"

#include "tests/support/catch.hpp"

using namespace dx::doctor;

TEST_CASE("neighbors are found by their name, or their address") {
    const auto config = parse_running_config(R"(
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
    CHECK(config.maximum_paths == 4);
    CHECK_FALSE(config.fib_enabled);
}

TEST_CASE("what is not said has its default") {
    const auto config = parse_running_config("router: {asn: 65010}\n");
    CHECK(config.neighbors.empty());
    CHECK(config.maximum_paths == 1);
    CHECK(config.fib_enabled);
}
