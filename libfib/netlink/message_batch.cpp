#include "libfib/netlink/message_batch.hpp"

#include <cassert>
#include <linux/netlink.h>

namespace dx::netlink {

void MessageBatch::start(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence) {
    assert(has_room());
    message_ = used_;
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
    header.nlmsg_seq = sequence;
    append(&header, sizeof header);
}

void MessageBatch::attribute(std::uint16_t type, const void* value, std::size_t size) {
    const nlattr header{static_cast<std::uint16_t>(NLA_HDRLEN + size), type};
    append(&header, sizeof header);
    if (size % 4 != 0) std::memset(buffer_.data() + used_ + size / 4 * 4, 0, 4);  // the padding
    append(value, size);
}

std::size_t MessageBatch::begin_nest(std::uint16_t type) {
    const std::size_t nest = used_;
    const nlattr header{NLA_HDRLEN, type};
    append(&header, sizeof header);
    return nest;
}

void MessageBatch::end_nest(std::size_t nest) {
    patch(nest, static_cast<std::uint16_t>(used_ - nest));  // nla_len comes first
}

void MessageBatch::end() {
    patch(message_, static_cast<std::uint32_t>(used_ - message_));  // nlmsg_len comes first
    ++count_;
}

void MessageBatch::request_ack() {
    const std::size_t at = message_ + offsetof(nlmsghdr, nlmsg_flags);
    std::uint16_t flags;
    std::memcpy(&flags, buffer_.data() + at, sizeof flags);
    patch(at, static_cast<std::uint16_t>(flags | NLM_F_ACK));
}

}  // namespace dx::netlink
