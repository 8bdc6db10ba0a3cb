#include "libfib/netlink/message_batch.hpp"

#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "tests/support/catch.hpp"

using dx::net::IpAddress;
using dx::netlink::MessageBatch;

namespace {

nlmsghdr* first(const MessageBatch& batch) {
    return reinterpret_cast<nlmsghdr*>(const_cast<std::byte*>(batch.bytes().data()));
}

}  // namespace

TEST_CASE("what is written is what libnl reads") {
    MessageBatch batch;
    rtmsg header{};
    header.rtm_family = AF_INET;
    header.rtm_dst_len = 24;
    batch.begin(RTM_NEWROUTE, NLM_F_CREATE, 7, header);
    batch.put(RTA_DST, *IpAddress::parse("192.0.2.0"));
    batch.put_u16(RTA_ENCAP_TYPE, 0x1234);  // two bytes of padding
    const auto nest = batch.begin_nest(RTA_METRICS);
    batch.put_u32(RTAX_MTU, 1400);
    batch.end_nest(nest);
    batch.end();

    nlmsghdr* message = first(batch);
    CHECK(message->nlmsg_len == batch.bytes().size());
    CHECK(message->nlmsg_seq == 7);
    CHECK(message->nlmsg_flags == (NLM_F_REQUEST | NLM_F_CREATE));
    nlattr* attributes[RTA_MAX + 1];
    REQUIRE(nlmsg_parse(message, sizeof(rtmsg), attributes, RTA_MAX, nullptr) == 0);
    REQUIRE(attributes[RTA_DST] != nullptr);
    CHECK(nla_len(attributes[RTA_DST]) == 4);
    CHECK(nla_get_u16(attributes[RTA_ENCAP_TYPE]) == 0x1234);
    nlattr* metrics[RTAX_MAX + 1];
    REQUIRE(nla_parse_nested(metrics, RTAX_MAX, attributes[RTA_METRICS], nullptr) == 0);
    CHECK(nla_get_u32(metrics[RTAX_MTU]) == 1400);
}

TEST_CASE("only the last message of a batch asks for an acknowledgement") {
    MessageBatch batch;
    for (std::uint32_t sequence : {1, 2, 3}) {
        batch.begin(RTM_NEWROUTE, 0, sequence, rtmsg{});
        batch.end();
    }
    batch.request_ack();
    CHECK(batch.count() == 3);
    int remaining = static_cast<int>(batch.bytes().size());
    std::uint32_t sequence = 0;
    for (auto* message = first(batch); nlmsg_ok(message, remaining);
         message = nlmsg_next(message, &remaining)) {
        ++sequence;
        CHECK(message->nlmsg_seq == sequence);
        CHECK(((message->nlmsg_flags & NLM_F_ACK) != 0) == (sequence == 3));
    }
    CHECK(sequence == 3);
    batch.clear();
    CHECK(batch.empty());
    CHECK(batch.bytes().empty());
}
