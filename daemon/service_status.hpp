// The line that `systemctl status` shows: how many neighbors are established and how many routes
// the kernel has of us. Told when it has changed, at most once a second; without a service manager
// nothing is asked and no timer runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/router_state.hpp"

namespace dx::daemon {

struct ServiceFacts {
    std::size_t neighbors = 0;
    std::size_t established = 0;
    std::size_t shut_down = 0;
    bool has_router_id = true;
    std::uint64_t installed = 0;
    bool settled = true;          // the kernel has been told everything so far
    std::string not_listening{};  // where BGP connections are not accepted, and why; empty: none

    friend bool operator==(const ServiceFacts&, const ServiceFacts&) = default;
};

// Calls `answer` once, on the routing thread, when the fib thread has said its part.
void gather_service_facts(const RouterState& state, std::function<void(ServiceFacts)> answer);

std::string status_text(const ServiceFacts& facts, bool reload_refused);

class ServiceStatus {
public:
    using Ask = std::function<void(std::function<void(ServiceFacts)> answer)>;

    ServiceStatus(boost::asio::io_context& io, Ask ask,
                  std::chrono::milliseconds at_most_every = std::chrono::seconds(1));

    void changed();  // anything, perhaps: cheap
    void reloaded(bool refused);
    void tell();  // now
    void stop();

private:
    void take(const ServiceFacts& facts);

    boost::asio::steady_timer timer_;
    Ask ask_;
    std::chrono::milliseconds at_most_every_;
    bool wanted_;  // somebody listens
    bool under_way_ = false;
    bool reload_refused_ = false;
    std::string told_;
};

}  // namespace dx::daemon
