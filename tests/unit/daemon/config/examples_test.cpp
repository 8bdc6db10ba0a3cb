// The files under conf/ load without a warning and say what their comments promise.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/config/render.hpp"
#include "tests/unit/daemon/config/loading.hpp"

namespace dx::config {
namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

Config example(const std::string& name) {
    return loaded(read("conf/" + name));
}

}  // namespace

TEST_CASE("every example loads without a word") {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("conf")) {
        if (entry.path().extension() != ".yaml") continue;
        INFO(entry.path());
        auto machine = fake_surroundings();
        machine.not_executable = [](const std::string& program) -> std::string {
            return program == "/usr/bin/logger" ? "" : "No such file or directory";  // essential
        };
        const auto result = parse_config(read(entry.path()), "x.yaml", machine);
        CHECK(said(result) == "");
        CHECK(result.config);
        ++count;
    }
    CHECK(count == 5);
}

TEST_CASE("the minimal example is the Cisco configuration of its comment") {
    const auto config = example("dxrouted.yaml");
    CHECK(config.router.asn == 65000);
    CHECK(!config.router.router_id);
    REQUIRE(config.networks.size() == 1);
    CHECK(config.networks[0].prefix.to_string() == "10.0.0.0/16");
    CHECK(config.networks[0].when == Network::When::Always);
    REQUIRE(config.neighbors.size() == 1);
    const auto& neighbor = config.neighbors[0];
    CHECK(neighbor.name == "192.168.1.1");
    CHECK(neighbor.remote_as == 64512);
    CHECK(neighbor.password == Secret("optional-bgp-key"));
    CHECK(neighbor.families == bgp::Families{net::Family::Ipv4});
    CHECK(neighbor.import_policy == bgp::accept_all());
    REQUIRE(config.static_routes.size() == 1);
    CHECK(config.static_routes[0].via->to_string() == "192.168.1.1");
}

TEST_CASE("the iBGP example accepts all from the other box without naming a policy") {
    const auto config = example("ibgp-pair.yaml");
    const auto& other = config.neighbors.at(1);
    CHECK(other.internal);
    CHECK(other.import_policy == bgp::accept_all());
    CHECK(other.export_policy == bgp::accept_all());
    CHECK(other.multihop == 255);
    CHECK(other.bfd->timers.interval == milliseconds(100));
}

TEST_CASE("the VPN example prefers the circuit and suppresses what it covers") {
    const auto config = example("vpn-backup.yaml");
    CHECK(config.neighbors.at(0).local_pref == 200);
    CHECK(config.neighbors.at(1).local_pref == 120);
    CHECK(config.neighbors.at(2).covered_by_dx == CoveredByDx::Suppress);
    CHECK(!config.neighbors.at(0).covered_by_dx);
    CHECK(!config.neighbors.at(1).bfd);
}

TEST_CASE("the example with two circuits has a tracked site, aggregates, metrics and hooks") {
    const auto config = example("dual-circuit.yaml");
    REQUIRE(config.static_routes.size() == 1);
    CHECK(config.static_routes[0].prefix == config.networks.at(0).prefix);
    CHECK(config.networks[0].when == Network::When::Route);
    CHECK(config.static_routes[0].track == Tracking{milliseconds(1000), 3});
    for (const auto& neighbor : config.neighbors) {
        const auto& limit = neighbor.prefix_limit.out[net::Family::Ipv4];
        REQUIRE(limit);
        CHECK(limit->max == 100);
        CHECK(limit->aggregates.size() == 1);
    }
    CHECK(config.http.listen);
    REQUIRE(config.hooks.size() == 2);
    CHECK(config.hooks[0].command.front() == "/usr/bin/logger");
    CHECK(config.hooks[1].webhook->target == "/alerts/circuits");
}

// To write it anew: DX_UPDATE_SCHEMA=1 ctest -R unit_config
TEST_CASE("the JSON Schema in conf is the one that the tables of keys give") {
    const std::filesystem::path path = "conf/dxrouted.schema.json";
    if (std::getenv("DX_UPDATE_SCHEMA")) std::ofstream(path) << json_schema();
    CHECK(read(path) == json_schema());
}

}  // namespace dx::config
