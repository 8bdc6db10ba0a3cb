#include "libfib/netlink/observation_codec.hpp"

#include <linux/rtnetlink.h>
#include <vector>

#include "libfib/netlink/message_batch.hpp"
#include "libfib/netlink/request_codec.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using net::IpAddress;
using net::Prefix;
using netlink::MessageBatch;

namespace {

// A copy with exactly the bytes of the message, so that a sanitizer sees what is read beyond.
std::vector<std::byte> written(const fib::KernelRequest& request, std::uint32_t table = 254) {
    MessageBatch batch;
    netlink::write_request(batch, 1, request, table);
    return {batch.bytes().begin(), batch.bytes().end()};
}

nlmsghdr& message_in(std::vector<std::byte>& bytes) {
    return *reinterpret_cast<nlmsghdr*>(bytes.data());
}

fib::PutRoute several_ways() {
    fib::PutRoute put;
    put.prefix = *Prefix::parse("2001:db8:1::/48");
    put.protocol = 186;
    put.metric = 20;
    put.hops = {{{IpAddress::parse("fe80::1"), 3}, 1}, {{IpAddress::parse("2001:db8::2"), 4}, 200}};
    put.source = IpAddress::parse("2001:db8::9");
    return put;
}

}  // namespace

TEST_CASE("a route that is written is read back as it was") {
    const auto put = several_ways();
    for (const std::uint32_t table : {254U, 100U, 5000U}) {
        auto bytes = written({0, put}, table);
        const auto route = netlink::read_route(message_in(bytes), table);
        REQUIRE(route);
        CHECK(route->prefix == put.prefix);
        CHECK(route->protocol == 186);
        CHECK(route->metric == 20);
        CHECK(route->hops == put.hops);
        CHECK(route->source == put.source);
        CHECK(!netlink::read_route(message_in(bytes), 253));
    }
}

TEST_CASE("an object that is written is read back as it was") {
    const fib::ObjectId id{fib::kFirstObjectId + 7};
    const fib::OnLink target{IpAddress::parse("192.0.2.1"), 9};
    auto bytes = written({0, fib::PutNextHop{id, net::Family::Ipv4, target, 186}});
    auto object = netlink::read_object(message_in(bytes));
    REQUIRE(object);
    CHECK(object->id == id);
    CHECK(object->target == target);
    CHECK(object->members.empty());

    const std::vector<fib::GroupMember> members{{fib::ObjectId{1}, 256}, {fib::ObjectId{2}, 1}};
    bytes = written({0, fib::PutGroup{id, true, 64, members, 186}});
    object = netlink::read_object(message_in(bytes));
    REQUIRE(object);
    CHECK(object->members == members);
}

TEST_CASE("local, multicast and cached routes are not the Fib's") {
    for (const int type : {RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST, RTN_UNSPEC}) {
        auto bytes = written({0, several_ways()});
        reinterpret_cast<rtmsg*>(bytes.data() + sizeof(nlmsghdr))->rtm_type =
            static_cast<unsigned char>(type);
        CHECK(!netlink::read_route(message_in(bytes), 254));
    }
    auto bytes = written({0, several_ways()});
    reinterpret_cast<rtmsg*>(bytes.data() + sizeof(nlmsghdr))->rtm_flags |= RTM_F_CLONED;
    CHECK(!netlink::read_route(message_in(bytes), 254));
}

TEST_CASE("a message cut at any length is read without going beyond it") {
    const auto whole = written({0, several_ways()});
    for (std::size_t length = sizeof(nlmsghdr); length < whole.size(); ++length) {
        std::vector<std::byte> cut(whole.begin(),
                                   whole.begin() + static_cast<std::ptrdiff_t>(length));
        message_in(cut).nlmsg_len = static_cast<std::uint32_t>(length);
        const auto route = netlink::read_route(message_in(cut), 254);
        if (route) CHECK(route->hops.size() <= 2);
    }
    const auto group =
        written({0, fib::PutGroup{
                        fib::ObjectId{fib::kFirstObjectId}, true, 64, {{fib::ObjectId{1}, 1}}, 1}});
    for (std::size_t length = sizeof(nlmsghdr); length < group.size(); ++length) {
        std::vector<std::byte> cut(group.begin(),
                                   group.begin() + static_cast<std::ptrdiff_t>(length));
        message_in(cut).nlmsg_len = static_cast<std::uint32_t>(length);
        const auto object = netlink::read_object(message_in(cut));
        if (object) CHECK(object->members.size() <= 1);
    }
}
