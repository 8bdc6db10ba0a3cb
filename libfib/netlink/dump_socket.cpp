#include "libfib/netlink/dump_socket.hpp"

#include <cerrno>
#include <linux/netlink.h>
#include <utility>

#include <boost/asio/post.hpp>
#include <netlink/msg.h>

namespace dx::netlink {

namespace {

// Datagrams of up to 32 KiB (400 routes) read before others have a turn: a few milliseconds.
constexpr int kReadsPerTurn = 16;

}  // namespace

DumpSocket::DumpSocket(boost::asio::io_context& context)
    : context_(context), socket_(context, kReceiveBufferBytes) {}

void DumpSocket::start(Dump dump) {
    dump_ = std::move(dump);
    ended_ = false;
    error_ = 0;
    batch_.clear();
    dump_.write(batch_, ++sequence_);
    const int error = socket_.send(batch_.bytes());
    boost::asio::post(context_, [this, error] { error != 0 ? finish(error) : read(); });
}

void DumpSocket::read() {
    for (int reads = 0; reads < kReadsPerTurn; ++reads) {
        const int error = socket_.receive([this](nlmsghdr& message) { on_message(message); });
        if (error == EAGAIN) return socket_.async_wait([this] { read(); });
        if (error == EINTR) continue;
        if (error != 0) return finish(error);
        if (ended_) return finish(error_);
    }
    boost::asio::post(context_, [this] { read(); });
}

void DumpSocket::on_message(nlmsghdr& message) {
    if (message.nlmsg_seq != sequence_ || ended_) return;
    if ((message.nlmsg_flags & NLM_F_DUMP_INTR) != 0) error_ = EINTR;
    if (message.nlmsg_type != NLMSG_DONE && message.nlmsg_type != NLMSG_ERROR)
        return dump_.on_message(message);
    ended_ = true;
    if (nlmsg_datalen(&message) < static_cast<int>(sizeof(int))) return;
    const int error = -*static_cast<const int*>(nlmsg_data(&message));  // first in both kinds
    if (error != 0) error_ = error;
}

void DumpSocket::finish(int error) {
    const auto on_done = std::move(dump_.on_done);
    on_done(error);
}

}  // namespace dx::netlink
