#include "libfib/netlink/interface_table.hpp"

#include <functional>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string>
#include <sys/socket.h>

#include "libfib/netlink/message_batch.hpp"
#include "tests/support/catch.hpp"

using dx::net::IpAddress;
using dx::netlink::Interface;
using dx::netlink::InterfaceTable;
using dx::netlink::MessageBatch;

namespace {

using Time = Interface::Clock::time_point;

// One message of the kernel at a time, as its bytes are.
class Kernel {
public:
    nlmsghdr& link(std::uint16_t type, int index, const std::string& name, unsigned flags,
                   unsigned char family = AF_UNSPEC,
                   const std::function<void(MessageBatch&)>& more = {}, std::uint32_t mtu = 1500) {
        ifinfomsg header{};
        header.ifi_family = family;
        header.ifi_type = ARPHRD_ETHER;
        header.ifi_index = index;
        header.ifi_flags = flags;
        batch_.clear();
        batch_.begin(type, 0, 0, header);
        put_text(batch_, IFLA_IFNAME, name);
        if (mtu > 0) batch_.put_u32(IFLA_MTU, mtu);
        if (more) more(batch_);
        batch_.end();
        return message();
    }

    nlmsghdr& address(std::uint16_t type, unsigned index, const char* address, unsigned char length,
                      std::uint32_t flags = 0, const char* peer = nullptr) {
        const auto local = *IpAddress::parse(address);
        ifaddrmsg header{};
        header.ifa_family = local.is_v4() ? AF_INET : AF_INET6;
        header.ifa_prefixlen = length;
        header.ifa_index = index;
        batch_.clear();
        batch_.begin(type, 0, 0, header);
        batch_.put(IFA_ADDRESS, peer != nullptr ? *IpAddress::parse(peer) : local);
        if (local.is_v4() || peer != nullptr) batch_.put(IFA_LOCAL, local);
        batch_.put_u32(IFA_FLAGS, flags);
        batch_.end();
        return message();
    }

    static void put_text(MessageBatch& batch, std::uint16_t type, const std::string& text) {
        batch.put(type, {reinterpret_cast<const std::uint8_t*>(text.c_str()), text.size() + 1});
    }

private:
    nlmsghdr& message() {
        return *reinterpret_cast<nlmsghdr*>(const_cast<std::byte*>(batch_.bytes().data()));
    }

    MessageBatch batch_;
};

constexpr unsigned kUp = IFF_UP;
constexpr unsigned kRunning = IFF_UP | IFF_RUNNING;

}  // namespace

TEST_CASE("an interface comes, changes its state, is renamed and goes") {
    Kernel kernel;
    InterfaceTable table;
    const Time start{};
    CHECK(table.take(kernel.link(RTM_NEWLINK, 5, "eth0", kUp), start) == 5);
    CHECK(table.take(kernel.link(RTM_NEWLINK, 5, "eth0", kUp), start) == std::nullopt);
    REQUIRE(table.find(5) != nullptr);
    CHECK(table.find(5)->up);
    CHECK(!table.find(5)->running);
    CHECK(table.find(5)->mtu == 1500);
    CHECK(!table.take(kernel.link(RTM_NEWLINK, 5, "eth0", kUp, AF_UNSPEC, {}, 0), start));
    CHECK(table.find(5)->mtu == 1500);  // the message did not say
    CHECK(!table.find(5)->last_change);

    const Time later = start + std::chrono::seconds(3);
    CHECK(table.take(kernel.link(RTM_NEWLINK, 5, "eth0", kRunning), later) == 5);
    CHECK(table.find(5)->last_change == later);
    CHECK(table.take(kernel.link(RTM_NEWLINK, 5, "uplink", kRunning), later) == 5);
    CHECK(table.find("eth0") == nullptr);
    CHECK(table.find("uplink")->index == 5);

    // A port leaving its bridge is told by a DELLINK of that family: the interface stays.
    CHECK(!table.take(kernel.link(RTM_DELLINK, 5, "uplink", kRunning, AF_BRIDGE), later));
    CHECK(table.find(5) != nullptr);
    CHECK(table.take(kernel.link(RTM_DELLINK, 5, "uplink", kRunning), later) == 5);
    CHECK(table.find(5) == nullptr);
}

TEST_CASE("a VLAN knows its number and what it is on, a veth's other end is not its parent") {
    Kernel kernel;
    InterfaceTable table;
    const auto with_kind = [](const std::string& kind) {
        return [kind](MessageBatch& batch) {
            batch.put_u32(IFLA_LINK, 2);
            const auto info = batch.begin_nest(IFLA_LINKINFO);
            Kernel::put_text(batch, IFLA_INFO_KIND, kind);
            const auto data = batch.begin_nest(IFLA_INFO_DATA);
            batch.put_u16(IFLA_VLAN_ID, 100);
            batch.end_nest(data);
            batch.end_nest(info);
            const std::uint8_t mac[] = {0x02, 0, 0x5e, 0x10, 0, 0xff};
            batch.put(IFLA_ADDRESS, mac);
        };
    };
    table.take(kernel.link(RTM_NEWLINK, 7, "eth0.100", kUp, AF_UNSPEC, with_kind("vlan")), {});
    CHECK(table.find(7)->kind == "vlan");
    CHECK(table.find(7)->vlan_id == 100);
    CHECK(table.find(7)->parent == 2);
    CHECK(table.find(7)->mac == "02:00:5e:10:00:ff");
    table.take(kernel.link(RTM_NEWLINK, 8, "veth0", kUp, AF_UNSPEC, with_kind("veth")), {});
    CHECK(table.find(8)->kind == "veth");
    CHECK(table.find(8)->parent == 0);
    CHECK(!table.find(8)->vlan_id);
    table.take(kernel.link(RTM_NEWLINK, 9, "eth9", kUp), {});
    CHECK(table.find(9)->kind == "ethernet");
}

TEST_CASE("an XFRM interface knows its if_id, unless it was made in another namespace") {
    Kernel kernel;
    InterfaceTable table;
    const auto made = [](bool elsewhere) {
        return [elsewhere](MessageBatch& batch) {
            if (elsewhere) batch.put_u32(IFLA_LINK_NETNSID, 0);
            const auto info = batch.begin_nest(IFLA_LINKINFO);
            Kernel::put_text(batch, IFLA_INFO_KIND, "xfrm");
            const auto data = batch.begin_nest(IFLA_INFO_DATA);
            batch.put_u32(IFLA_XFRM_IF_ID, 41);
            batch.end_nest(data);
            batch.end_nest(info);
        };
    };
    table.take(kernel.link(RTM_NEWLINK, 7, "xfrm1", kUp, AF_UNSPEC, made(false)), {});
    CHECK(table.find(7)->if_id == 41U);
    table.take(kernel.link(RTM_NEWLINK, 8, "xfrm2", kUp, AF_UNSPEC, made(true)), {});
    CHECK(!table.find(8)->if_id);
}

TEST_CASE("addresses come and go, with their peers, and tentative until they may be used") {
    Kernel kernel;
    InterfaceTable table;
    table.take(kernel.link(RTM_NEWLINK, 5, "eth0", kRunning), {});
    CHECK(table.take(kernel.address(RTM_NEWADDR, 5, "192.0.2.1", 24), {}) == 5);
    CHECK(table.take(kernel.address(RTM_NEWADDR, 5, "192.0.2.1", 24), {}) == std::nullopt);
    CHECK(table.take(kernel.address(RTM_NEWADDR, 5, "2001:db8::1", 64, IFA_F_TENTATIVE), {}) == 5);
    CHECK(table.find(5)->addresses[1].tentative);
    CHECK(table.take(kernel.address(RTM_NEWADDR, 5, "2001:db8::1", 64), {}) == 5);
    CHECK(!table.find(5)->addresses[1].tentative);
    CHECK(table.take(kernel.address(RTM_NEWADDR, 5, "198.51.100.1", 32, 0, "198.51.100.2"), {}) ==
          5);
    REQUIRE(table.find(5)->addresses.size() == 3);
    CHECK(table.find(5)->addresses[2].address == *IpAddress::parse("198.51.100.1"));
    CHECK(table.find(5)->addresses[2].peer == *IpAddress::parse("198.51.100.2"));
    CHECK(table.take(kernel.address(RTM_DELADDR, 5, "192.0.2.1", 24), {}) == 5);
    CHECK(table.find(5)->addresses.size() == 2);
    CHECK(!table.take(kernel.address(RTM_NEWADDR, 99, "192.0.2.9", 24), {}));  // no such interface
}

TEST_CASE("a dump leaves only what it named") {
    Kernel kernel;
    InterfaceTable table;
    for (const int index : {5, 6, 7})
        table.take(kernel.link(RTM_NEWLINK, index, "eth" + std::to_string(index), kUp), {});
    table.take(kernel.address(RTM_NEWADDR, 5, "192.0.2.1", 24), {});
    table.take(kernel.address(RTM_NEWADDR, 5, "192.0.2.2", 24), {});
    table.begin_dump();
    table.take(kernel.link(RTM_NEWLINK, 5, "eth5", kUp), {});
    table.take(kernel.link(RTM_NEWLINK, 7, "eth7", kUp), {});
    table.take(kernel.address(RTM_NEWADDR, 5, "192.0.2.2", 24), {});
    CHECK(table.end_dump() == std::vector<std::uint32_t>{5, 6});
    CHECK(table.find(6) == nullptr);
    REQUIRE(table.find(5)->addresses.size() == 1);
    CHECK(table.find(5)->addresses[0].address == *IpAddress::parse("192.0.2.2"));
    CHECK(table.find(7) != nullptr);
}

TEST_CASE("a message that is cut short is nothing") {
    Kernel kernel;
    InterfaceTable table;
    nlmsghdr& whole = kernel.link(RTM_NEWLINK, 5, "eth0", kUp);
    const std::uint32_t length = whole.nlmsg_len;
    for (std::uint32_t cut = sizeof(nlmsghdr); cut < sizeof(nlmsghdr) + sizeof(ifinfomsg); ++cut) {
        whole.nlmsg_len = cut;
        CHECK(!table.take(whole, {}));
    }
    whole.nlmsg_len = length;
    CHECK(table.take(whole, {}) == 5);
}
