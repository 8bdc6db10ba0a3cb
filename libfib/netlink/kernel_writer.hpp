// Carries the Fib's requests to the kernel and the results back.
//
// A turn sends a few batches and lets others have theirs: a batch of 256 requests keeps the kernel
// busy for about a quarter of a millisecond. Sends at once when there is something to send, and
// wakes up when the Fib's next deadline says so.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libfib/fib/fib.hpp"
#include "libfib/netlink/request_socket.hpp"

namespace dx::netlink {

class KernelWriter {
public:
    struct Handlers {
        // Between sending and looking at the results: what the kernel told before it answered is to
        // reach the Fib before the answers.
        std::function<void()> before_results;
        std::function<void()> after_turn;
        std::function<void()> on_lost;  // results are not known: only a dump can tell
    };

    struct Counts {
        std::uint64_t requests = 0;
        std::uint64_t batches = 0;
        std::uint64_t errors = 0;
    };

    KernelWriter(boost::asio::io_context& context, fib::Fib& fib, std::uint32_t table,
                 Handlers handlers);

    std::uint32_t port_id() const { return socket_.port_id(); }

    // The Fib may have something to send; does it in a turn of its own.
    void wake();

    const Counts& counts() const { return counts_; }

    // The kernel's own words for the latest refusal with this errno; empty: it gave none.
    std::string explanation(int error) const;

private:
    void turn();
    bool send_batch();
    void on_result(const RequestResult& result);
    void arm_deadline();

    boost::asio::io_context& context_;
    fib::Fib& fib_;
    std::uint32_t table_;
    Handlers handlers_;
    RequestSocket socket_;
    boost::asio::steady_timer deadline_;
    std::vector<fib::KernelRequest> requests_;
    std::map<int, std::string> explanations_;
    Counts counts_;
    fib::TimePoint now_{};  // of the turn
    bool woken_ = false;
};

}  // namespace dx::netlink
