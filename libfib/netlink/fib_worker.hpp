// The fib thread: its loop, the Fib, and the kernel behind it. FibService's other half.
//
// Constructed and destroyed by the owner's thread, everything else happens on its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libfib/netlink/fib_service.hpp"
#include "libfib/thread/mailbox.hpp"

namespace dx::netlink {

struct InterfaceRemoved {
    std::uint32_t index = 0;
    std::string name;
};

struct Ready {};

using WorkerEvent = std::variant<Interface, InterfaceRemoved, Ready, Note, fib::NextHopState,
                                 fib::NetworkPresence, fib::RedistributedRoute>;

class FibWorker {
public:
    // Called on the fib thread; delivered() is to be called (by post()) when the other thread has
    // worked off the events. Until then none are told: they are merged in the Fib.
    using Deliver = std::function<void(std::vector<WorkerEvent>)>;

    FibWorker(const FibServiceConfig& config, Deliver deliver);
    ~FibWorker();  // ends the thread

    FibWorker(const FibWorker&) = delete;
    FibWorker& operator=(const FibWorker&) = delete;

    // Runs work(*this) on the fib thread, in the order of the calls.
    template <class Work>
    void post(Work work) {
        mailbox_.post([this, work = std::move(work)]() mutable { work(*this); });
    }

    // --- From here on only on the fib thread.

    // Changes the Fib by change(fib, now), then sees to it that the kernel hears of it.
    template <class Change>
    void change(Change&& change) {
        change(fib_, std::chrono::steady_clock::now());
        kernel_.wake();
    }

    std::optional<ShownRoute> find(const net::Prefix& prefix) const;
    std::optional<ShownRoute> lookup(const net::IpAddress& address) const;

    FibStats stats() const { return {fib_.summary(), kernel_.stats()}; }

    FibProgress progress() const { return {fib_.installed(), fib_.quiet()}; }

    fib::Reliance reliance_on(fib::NeighborTag neighbor) const {
        return fib_.reliance_on(neighbor);
    }

    std::vector<Interface> interfaces() const { return kernel_.interfaces().snapshot(); }

    void configure(const FibServiceConfig& config);
    void delivered();
    void stop(std::function<void()> done);
    void fail_over(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                   std::function<void(FailoverAnswer)> answer);
    std::optional<net::Prefix> lost_way();

    void end_drill();

    void routes(RouteQuery query, std::function<void(RouteAnswer)> answer);

private:
    struct Walk;

    struct Drill {
        fib::TimePoint began;
        fib::Drill what;
        std::function<void(FailoverAnswer)> answer;
        bool goes_on = true;
    };

    void end_drills();

    KernelSync::Handlers handlers();
    void on_turn();
    void deliver();
    void walk(std::unique_ptr<Walk> walk);

    boost::asio::io_context context_{1};
    thread::Mailbox mailbox_{context_};
    fib::Fib fib_;
    KernelSync kernel_;
    Deliver deliver_;
    std::vector<WorkerEvent> outbox_;
    bool delivering_ = false;
    std::function<void()> on_stopped_;
    std::vector<Drill> drills_;        // that wait for the kernel
    std::optional<fib::Drill> moved_;  // the last one, while it goes on
    std::thread thread_;
};

}  // namespace dx::netlink
