#include "libfib/thread/mailbox.hpp"

#include <cerrno>
#include <sys/eventfd.h>
#include <system_error>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace dx::thread {

namespace {

int make_bell() {
    const int bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bell < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return bell;
}

}  // namespace

Mailbox::Mailbox(boost::asio::io_context& context)
    : context_(context), bell_(context, make_bell()) {
    await();
}

// The bell is rung with the lock free. It cannot be broken: a counter that is not reset before
// 2^64 - 1 rings, and one is enough.
void Mailbox::leave(std::unique_ptr<Letter> letter) {
    bool first = false;
    {
        const std::scoped_lock lock(mutex_);
        first = left_.empty();
        left_.push_back(std::move(letter));
    }
    if (first) ::eventfd_write(bell_.native_handle(), 1);
}

void Mailbox::await() {
    bell_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                     [this](const boost::system::error_code& error) {
                         if (error != boost::asio::error::operation_aborted) take();
                     });
}

void Mailbox::take() {
    eventfd_t rings = 0;
    ::eventfd_read(bell_.native_handle(), &rings);
    {
        const std::scoped_lock lock(mutex_);
        taken_.swap(left_);
    }
    read_next();
}

void Mailbox::read_next() {
    if (taken_.empty()) return await();
    const auto letter = std::move(taken_.front());
    taken_.pop_front();
    boost::asio::post(context_, [this] { read_next(); });
    letter->read();
}

}  // namespace dx::thread
