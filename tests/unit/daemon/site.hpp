// What the router knows of some neighbors, for its parts that need neither forwarding nor BGP.
#pragma once

#include <string>
#include <vector>

#include "daemon/router_state.hpp"
#include "tests/unit/daemon/config/loading.hpp"

namespace dx::daemon {

struct Site {
    explicit Site(const std::vector<std::string>& names = {"dx1", "dx2"}) {
        for (std::size_t i = 0; i < names.size(); ++i)
            add(names[i] + ", address: 192.0.2." + std::to_string(i + 1));
    }

    Neighbor& add(const std::string& keys) {
        const auto config = config::loaded(
            "router: {asn: 65000}\nneighbors:\n  - {remote-as: 64512, import: accept-all, "
            "export: accept-all, name: " +
            keys + "}\n");
        return state.neighbors.add(config.neighbors.front());
    }

    Neighbor& operator[](std::string_view name) { return *state.neighbors.find_named(name); }

    void up(std::string_view name) { (*this)[name].session.emplace(); }

    // Runs what is due until `done`, or for two seconds.
    template <class Done>
    bool run_until(Done done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
        while (!done() && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_for(std::chrono::milliseconds(1));
        }
        return done();
    }

    boost::asio::io_context io{1};
    RouterState state{Files{}, config::Config{}, nullptr};
    std::vector<std::string> events;  // "dx1: drained"
    EventStream::Subscription subscription = state.events.subscribe([this](const Event& event) {
        events.push_back(event.neighbor + ": " + std::string(to_string(event.kind)) +
                         (event.text.empty() ? "" : ": " + event.text));
    });
};

}  // namespace dx::daemon
