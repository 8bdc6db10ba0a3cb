#include "libfib/netlink/request_socket.hpp"

#include <cerrno>
#include <linux/netlink.h>
#include <utility>

#include <netlink/attr.h>
#include <netlink/msg.h>

namespace dx::netlink {

namespace {

// The kernel's explanation (NLMSGERR_ATTR_MSG). With NETLINK_CAP_ACK only the header of the request
// is repeated, unless the kernel says otherwise.
std::string_view explanation(nlmsghdr& message) {
    if ((message.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
    const auto* answer = static_cast<const nlmsgerr*>(nlmsg_data(&message));
    int skip = sizeof(nlmsgerr);
    if ((message.nlmsg_flags & NLM_F_CAPPED) == 0)
        skip += static_cast<int>(answer->msg.nlmsg_len - sizeof(nlmsghdr));
    if (skip < 0 || skip > nlmsg_datalen(&message)) return {};
    const nlattr* text = nlmsg_find_attr(&message, skip, NLMSGERR_ATTR_MSG);
    return text != nullptr ? std::string_view(nla_get_string(text)) : std::string_view();
}

}  // namespace

RequestSocket::RequestSocket(boost::asio::io_context& context, Handlers handlers,
                             int receive_buffer_bytes)
    : handlers_(std::move(handlers)), socket_(context, receive_buffer_bytes), timer_(context) {}

void RequestSocket::send() {
    if (batch_.empty()) return;
    batch_.request_ack();
    const int error = socket_.send(batch_.bytes());
    batch_.clear();
    if (error != 0) lose_answers();
}

void RequestSocket::read_answers() {
    drain();
    if (!window_.empty()) wait();
}

void RequestSocket::drain() {
    while (!window_.empty()) {
        const int error = socket_.receive([this](nlmsghdr& message) { on_answer(message); });
        if (error == EAGAIN) return;
        if (error == EINTR) continue;
        if (error != 0) return lose_answers();
    }
}

void RequestSocket::on_answer(nlmsghdr& message) {
    if (message.nlmsg_type != NLMSG_ERROR) return;
    if (nlmsg_datalen(&message) < static_cast<int>(sizeof(nlmsgerr))) return;
    const int error = -static_cast<const nlmsgerr*>(nlmsg_data(&message))->error;
    const std::string_view text = error != 0 ? explanation(message) : std::string_view();
    window_.answer(message.nlmsg_seq, error != 0, [&](std::uint64_t token, bool done) {
        handlers_.on_result(done ? RequestResult{token, 0, {}} : RequestResult{token, error, text});
    });
}

void RequestSocket::lose_answers() {
    window_.abandon([this](std::uint64_t token) {
        handlers_.on_result({token, ENOBUFS, "the kernel's answer was lost"});
    });
    handlers_.on_lost();
}

void RequestSocket::wait() {
    timer_.expires_after(kAnswerTimeout);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled && !window_.empty()) lose_answers();
    });
    if (waiting_) return;
    waiting_ = true;
    socket_.async_wait([this] {
        waiting_ = false;
        timer_.cancel();
        read_answers();
        handlers_.on_room();
    });
}

}  // namespace dx::netlink
