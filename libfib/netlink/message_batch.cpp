#include "libfib/netlink/message_batch.hpp"

namespace dx::netlink {

void MessageBatch::put(std::uint16_t type, std::span<const std::uint8_t> value) {
    append(nlattr{static_cast<std::uint16_t>(NLA_HDRLEN + value.size()), type});
    const auto end = used_ + NLA_ALIGN(value.size());
    if (end > used_) std::memset(buffer_.get() + end - 4, 0, 4);  // the padding
    std::memcpy(buffer_.get() + used_, value.data(), value.size());
    used_ = end;
}

std::size_t MessageBatch::begin_nest(std::uint16_t type) {
    const std::size_t nest = used_;
    append(nlattr{NLA_HDRLEN, type});
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
    std::memcpy(&flags, buffer_.get() + at, sizeof flags);
    patch(at, static_cast<std::uint16_t>(flags | NLM_F_ACK));
}

}  // namespace dx::netlink
