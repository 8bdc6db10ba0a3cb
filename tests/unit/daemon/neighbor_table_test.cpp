#include "daemon/neighbor_table.hpp"

#include "tests/support/catch.hpp"

using namespace dx;

namespace {

config::Neighbor neighbor(const char* name, const char* address, const char* interface = "") {
    config::Neighbor result;
    result.name = name;
    result.address = *net::IpAddress::parse(address);
    result.interface = interface;
    return result;
}

}  // namespace

TEST_CASE("a neighbor is found by identifier and name") {
    daemon::NeighborTable table;
    const auto id = table.add(neighbor("dx-primary", "192.168.1.1")).id;
    CHECK(table.find(id)->config.name == "dx-primary");
    CHECK(table.find_named("dx-primary")->id == id);
    CHECK(table.find_named("192.168.1.1") == nullptr);
    CHECK(table.label(id) == "dx-primary (192.168.1.1)");
}

TEST_CASE("no neighbor has the identifier of local routes") {
    daemon::NeighborTable table;
    CHECK(table.add(neighbor("a", "192.0.2.1")).id != bgp::kLocalRoutes);
    CHECK(table.find(bgp::kLocalRoutes) == nullptr);
}

TEST_CASE("identifiers of removed neighbors are used again") {
    daemon::NeighborTable table;
    const auto first = table.add(neighbor("a", "192.0.2.1")).id;
    const auto second = table.add(neighbor("b", "192.0.2.2")).id;
    table.remove(first);
    CHECK(table.find(first) == nullptr);
    CHECK(table.add(neighbor("c", "192.0.2.3")).id == first);
    CHECK(table.find(second)->config.name == "b");
}

TEST_CASE("the same link-local address on two interfaces is two neighbors") {
    daemon::NeighborTable table;
    table.add(neighbor("fe80::1%eth0", "fe80::1", "eth0"));
    table.add(neighbor("second", "fe80::1", "eth1"));
    CHECK(table.label(table.find_named("fe80::1%eth0")->id) == "fe80::1%eth0");
    CHECK(table.label(table.find_named("second")->id) == "second (fe80::1)");
}

TEST_CASE("the order follows the configuration") {
    daemon::NeighborTable table;
    table.add(neighbor("a", "192.0.2.1"));
    table.add(neighbor("b", "192.0.2.2"));
    table.reorder({"b", "a"});
    CHECK(table.all().front()->config.name == "b");
}

TEST_CASE(
    "the limit of what is sent is what is configured or what the peer takes, if that is less") {
    using net::Family;
    daemon::Neighbor neighbor;
    CHECK_FALSE(daemon::limit_out(neighbor, Family::Ipv4));
    neighbor.taken_at_most[Family::Ipv4] = daemon::PeerLimit{100, {}};
    CHECK(daemon::limit_out(neighbor, Family::Ipv4)->max == 100);
    CHECK_FALSE(daemon::limit_out(neighbor, Family::Ipv6));

    auto& configured = neighbor.config.prefix_limit.out[Family::Ipv4].emplace();
    configured.max = 200;
    configured.order = config::OutboundLimit::Order::Configured;
    CHECK(daemon::limit_out(neighbor, Family::Ipv4)->max == 100);
    CHECK(daemon::limit_out(neighbor, Family::Ipv4)->order == configured.order);
    configured.max = 50;
    CHECK(daemon::limit_out(neighbor, Family::Ipv4) == configured);
}
