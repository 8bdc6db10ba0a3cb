#include "daemon/interfaces.hpp"

#include "tests/support/catch.hpp"

using namespace dx;

namespace {

net::IpAddress ip(const char* text) {
    return *net::IpAddress::parse(text);
}

netlink::Interface interface(std::uint32_t index, const char* name,
                             std::vector<netlink::InterfaceAddress> addresses) {
    netlink::Interface result;
    result.index = index;
    result.name = name;
    result.up = result.running = true;
    result.addresses = std::move(addresses);
    return result;
}

netlink::InterfaceAddress address(const char* text, std::uint8_t length) {
    netlink::InterfaceAddress result;
    result.address = ip(text);
    result.prefix_length = length;
    return result;
}

config::Neighbor neighbor(const char* remote) {
    config::Neighbor result;
    result.address = ip(remote);
    result.name = remote;
    return result;
}

}  // namespace

TEST_CASE("a neighbor is attached to the interface on whose subnet it is") {
    daemon::Interfaces interfaces;
    interfaces.set(interface(2, "eth0", {address("192.168.1.2", 30)}));
    const auto attachment = interfaces.attachment_of(neighbor("192.168.1.1"));
    CHECK(attachment.interface == 2);
    CHECK(attachment.missing.empty());
}

TEST_CASE("the most specific subnet decides where a neighbor is attached") {
    daemon::Interfaces interfaces;
    interfaces.set(interface(2, "wide", {address("10.0.0.1", 8)}));
    interfaces.set(interface(3, "narrow", {address("10.1.1.2", 30)}));
    CHECK(interfaces.attachment_of(neighbor("10.1.1.1")).interface == 3);
}

TEST_CASE("a gateway is attached to the interface that is named, or on whose subnet it is") {
    daemon::Interfaces interfaces;
    interfaces.set(interface(2, "eth0", {address("192.168.1.2", 30), address("fe80::2", 64)}));
    interfaces.set(interface(3, "eth1", {}));
    CHECK(interfaces.attachment_of(ip("192.168.1.1"), "").interface == 2);
    CHECK(interfaces.attachment_of(ip("fe80::1"), "eth0").interface == 2);
    CHECK(interfaces.attachment_of(ip("10.0.0.1"), "").missing ==
          "no interface has an address on the subnet of 10.0.0.1");
    CHECK(interfaces.attachment_of(ip("192.168.1.1"), "eth1").missing ==
          "interface eth1 has no address on the subnet of 192.168.1.1");
    CHECK(interfaces.attachment_of(ip("192.168.1.1"), "eth2").missing ==
          "interface eth2 does not exist");
    auto down = interface(2, "eth0", {address("192.168.1.2", 30)});
    down.running = false;
    interfaces.set(down);
    CHECK(interfaces.attachment_of(ip("192.168.1.1"), "").missing ==
          "interface eth0 has no carrier");
}

TEST_CASE("what is missing for a neighbor is said") {
    daemon::Interfaces interfaces;
    CHECK(interfaces.attachment_of(neighbor("192.168.1.1")).missing ==
          "no interface has an address on the subnet of 192.168.1.1");

    auto on_link = neighbor("192.168.1.1");
    on_link.interface = "eth0";
    CHECK(interfaces.attachment_of(on_link).missing == "interface eth0 does not exist");

    auto link = interface(2, "eth0", {});
    link.up = false;
    interfaces.set(link);
    CHECK(interfaces.attachment_of(on_link).missing == "interface eth0 is down");
    link.up = true;
    link.running = false;
    interfaces.set(link);
    CHECK(interfaces.attachment_of(on_link).missing == "interface eth0 has no carrier");
    link.running = true;
    interfaces.set(link);
    CHECK(interfaces.attachment_of(on_link).missing ==
          "interface eth0 has no address on the subnet of 192.168.1.1");

    on_link.local_address = ip("192.168.1.2");
    CHECK(interfaces.attachment_of(on_link).missing ==
          "local address 192.168.1.2 does not exist on interface eth0");
    link.addresses = {address("192.168.1.2", 30)};
    interfaces.set(link);
    CHECK(interfaces.attachment_of(on_link).interface == 2);
}

TEST_CASE("a neighbor several hops away needs only the local address that it names") {
    daemon::Interfaces interfaces;
    auto far = neighbor("203.0.113.1");
    far.multihop = 2;
    CHECK(interfaces.attachment_of(far).missing.empty());
    far.local_address = ip("10.0.0.1");
    CHECK(interfaces.attachment_of(far).missing == "local address 10.0.0.1 does not exist");
    interfaces.set(interface(1, "lo", {address("10.0.0.1", 32)}));
    CHECK(interfaces.attachment_of(far).missing.empty());
}

TEST_CASE("a tentative IPv6 address is not there yet") {
    daemon::Interfaces interfaces;
    auto own = address("2001:db8::2", 64);
    own.tentative = true;
    interfaces.set(interface(2, "eth0", {own}));
    CHECK_FALSE(interfaces.attachment_of(neighbor("2001:db8::1")).missing.empty());
    own.tentative = false;
    interfaces.set(interface(2, "eth0", {own}));
    CHECK(interfaces.attachment_of(neighbor("2001:db8::1")).interface == 2);
}

TEST_CASE("the router id is the highest loopback address, else the highest address") {
    daemon::Interfaces interfaces;
    CHECK_FALSE(interfaces.choose_router_id());
    auto loopback = interface(1, "lo", {address("127.0.0.1", 8)});
    loopback.loopback = true;
    interfaces.set(loopback);
    CHECK_FALSE(interfaces.choose_router_id());
    interfaces.set(interface(2, "eth0", {address("192.168.1.2", 30), address("10.0.0.1", 24)}));
    CHECK(interfaces.choose_router_id()->value == ip("192.168.1.2").to_v4());
    loopback.addresses.push_back(address("10.9.9.9", 32));
    interfaces.set(loopback);
    CHECK(interfaces.choose_router_id()->value == ip("10.9.9.9").to_v4());
}

TEST_CASE("a global address of an interface is preferred to a link-local one") {
    daemon::Interfaces interfaces;
    interfaces.set(interface(2, "eth0", {address("fe80::1", 64)}));
    CHECK(interfaces.address_on(2, net::Family::Ipv6) == ip("fe80::1"));
    interfaces.set(interface(2, "eth0", {address("fe80::1", 64), address("2001:db8::1", 64)}));
    CHECK(interfaces.address_on(2, net::Family::Ipv6) == ip("2001:db8::1"));
    CHECK(interfaces.link_local_on(2) == ip("fe80::1"));
    CHECK_FALSE(interfaces.address_on(2, net::Family::Ipv4));
}

TEST_CASE("a link-local address is ours on its own interface only") {
    daemon::Interfaces interfaces;
    interfaces.set(interface(2, "eth0", {address("fe80::2", 64), address("192.168.1.2", 30)}));
    interfaces.set(interface(3, "eth1", {}));
    CHECK(interfaces.is_ours(ip("fe80::2"), 2));
    CHECK_FALSE(interfaces.is_ours(ip("fe80::2"), 3));
    CHECK(interfaces.is_ours(ip("192.168.1.2"), 3));
    CHECK_FALSE(interfaces.is_ours(ip("192.168.1.3"), 2));
}
