// The gateways of static routes that are to answer ARP or ND: looked at in the kernel's neighbor
// table, and asked, at their intervals. What is made of an answer is Reachability's.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/gateways.hpp"
#include "daemon/reachability.hpp"
#include "libfib/netlink/neighbor_entries.hpp"

namespace dx::daemon {

class GatewayTracking {
public:
    // It answers, does not, or has been judged for the first time: see `find`.
    using OnChange = std::function<void(fib::NeighborTag)>;

    // Throws std::system_error where there is no socket for it.
    GatewayTracking(boost::asio::io_context& io, OnChange on_change)
        : io_(io), entries_(io), on_change_(std::move(on_change)) {}

    // To be called when the configuration or the link has changed. On another link all begins anew.
    void follow(const Gateway& gateway);

    void remove(fib::NeighborTag tag) { watches_.erase(tag); }

    void remove_all() { watches_.clear(); }

    const Reachability* find(fib::NeighborTag tag) const;  // null: nobody asks it

    bool permits(fib::NeighborTag tag) const {
        const auto* known = find(tag);
        return known != nullptr && known->answers();
    }

private:
    struct Watch {
        net::IpAddress host;
        std::uint32_t link = 0;
        Reachability reachability;
        boost::asio::steady_timer timer;
    };

    void look(fib::NeighborTag tag);
    void wait(fib::NeighborTag tag, Watch& watch);  // anew where it waited

    boost::asio::io_context& io_;
    netlink::NeighborEntries entries_;
    OnChange on_change_;
    std::map<fib::NeighborTag, std::unique_ptr<Watch>> watches_;
};

}  // namespace dx::daemon
