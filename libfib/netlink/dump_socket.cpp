#include "libfib/netlink/dump_socket.hpp"

#include <cerrno>
#include <linux/netlink.h>
#include <utility>

#include <boost/asio/post.hpp>
#include <netlink/msg.h>

namespace dx::netlink {

namespace {

// A table that changes all the time is taken as it is after so many passes: the monitor's messages
// tell of the changes anyway.
constexpr int kPasses = 4;

// Datagrams of up to 32 KiB (400 routes) read before others have a turn: a few milliseconds.
constexpr int kReadsPerTurn = 16;

}  // namespace

DumpSocket::DumpSocket(boost::asio::io_context& context)
    : context_(context), socket_(context, kReceiveBufferBytes) {}

void DumpSocket::enqueue(Dump dump) {
    queue_.push_back(std::move(dump));
    if (queue_.size() > 1) return;
    passes_ = 0;
    boost::asio::post(context_, [this] { start(); });
}

void DumpSocket::start() {
    Dump& dump = queue_.front();
    ++passes_;
    ended_ = interrupted_ = false;
    error_ = 0;
    batch_.clear();
    dump.write(batch_, ++sequence_);
    dump.on_start();
    if (const int error = socket_.send(batch_.bytes())) return finish(error);
    read();
}

void DumpSocket::read() {
    for (int reads = 0; reads < kReadsPerTurn; ++reads) {
        const int error = socket_.receive([this](nlmsghdr& message) { on_message(message); });
        if (error == EAGAIN) return socket_.async_wait([this] { read(); });
        if (error == EINTR) continue;
        if (error != 0) return finish(error);
        if (!ended_) continue;
        if (interrupted_ && passes_ < kPasses) return start();
        return finish(error_);
    }
    boost::asio::post(context_, [this] { read(); });
}

void DumpSocket::on_message(nlmsghdr& message) {
    if (message.nlmsg_seq != sequence_ || ended_) return;
    if ((message.nlmsg_flags & NLM_F_DUMP_INTR) != 0) interrupted_ = true;
    if (message.nlmsg_type != NLMSG_DONE && message.nlmsg_type != NLMSG_ERROR)
        return queue_.front().on_message(message);
    ended_ = true;
    if (nlmsg_datalen(&message) >= static_cast<int>(sizeof(int)))
        error_ = -*static_cast<const int*>(nlmsg_data(&message));  // first in both kinds
}

void DumpSocket::finish(int error) {
    const Dump done = std::move(queue_.front());
    queue_.pop_front();
    passes_ = 0;
    if (!queue_.empty()) boost::asio::post(context_, [this] { start(); });
    done.on_done(error);
}

}  // namespace dx::netlink
