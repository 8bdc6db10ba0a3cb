// systemd's watchdog: fed only while every thread makes progress, so that a daemon of which a part
// hangs is killed and started anew (the kernel's routes stay meanwhile). Owns the questions and
// their timer; knows neither what the threads do nor how systemd is told.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace dx::daemon {

class Watchdog {
public:
    using Duration = std::chrono::microseconds;

    // A thread that is asked. `ask` returns at once; `answer` is called once on the thread of the
    // io_context, when the other one has done all that it was told before.
    struct Thread {
        std::string name;
        std::function<void(std::function<void()> answer)> ask;
    };

    struct Handlers {
        std::function<void()> feed;
        std::function<void(const std::string&)> warn;  // who keeps it waiting, and since when
    };

    // The thread of the io_context is one of them without being named. `timeout` is systemd's:
    // every half of it they are asked, and it is fed when all have answered.
    Watchdog(boost::asio::io_context& io, Duration timeout, std::vector<Thread> threads,
             Handlers handlers);

    void start();  // until it is destroyed

private:
    void ask();
    void answered(std::size_t thread);
    void warn_of_silence();
    void wait();

    boost::asio::steady_timer timer_;
    Duration interval_;
    std::vector<Thread> threads_;
    Handlers handlers_;
    std::vector<bool> awaited_;  // of each thread
    std::chrono::steady_clock::time_point asked_at_{};
    bool warned_ = false;
};

}  // namespace dx::daemon
