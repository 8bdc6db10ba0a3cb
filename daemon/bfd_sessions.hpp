// The BFD sessions of the neighbors that want one: started when the neighbor's link is there, kept
// while the neighbor wants it, whatever its link and its BGP session do. RFC 5881, 5882.
//
// A failure goes from the bfd thread straight to forwarding, which moves the traffic before this
// thread has heard of it; what is left for the router is to end the BGP session.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "daemon/neighbor_table.hpp"
#include "libfib/bfd/service.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

class BfdSessions final : private bfd::BfdEvents {
public:
    struct Handlers {
        // Forwarding uses what belongs to that BGP session no more. Also of a BFD session that was
        // removed while its failure was on the way; comes after on_change.
        std::function<void(bgp::NeighborId, fib::SessionEpoch)> on_failure;
        std::function<void(bgp::NeighborId, const bfd::Transition&)> on_change;
        std::function<void(const std::string&)> on_note;
    };

    // What this thread knows of a session.
    struct Path {
        bfd::SessionId session{};
        bfd::PeerKey key;
        bfd::SessionSettings settings;
        bfd::State state = bfd::State::Down;
        bfd::TimePoint since = bfd::TimePoint::clock::now();
        fib::SessionEpoch epoch = 0;  // of the BGP session that a failure concerns
        bool switched_off = false;    // by the peer's operator: says nothing about the path
    };

    struct PeerStatus {
        bgp::NeighborId neighbor{};
        bfd::PeerStatus peer;
        std::string trouble;  // why it cannot be heard
    };

    // Both outlive this. There is no thread before the first session.
    BfdSessions(boost::asio::io_context& routing, netlink::FibService& fib, Handlers handlers)
        : routing_(routing), fib_(fib), handlers_(std::move(handlers)) {}

    // To be called when the neighbor's configuration or its link has changed.
    void follow(const Neighbor& neighbor, bool attached);

    // To be called when the neighbor's BGP session is another one, or its routes have outlived it:
    // then a failure moves no traffic by itself, for BFD may restart along with BGP.
    void follow_session(const Neighbor& neighbor);
    void remove(bgp::NeighborId id);  // the peer is told AdminDown

    // Whether BGP may start: not where it waits for BFD (`strict`).
    bool permits(const Neighbor& neighbor) const;

    const Path* find(bgp::NeighborId id) const;  // null: it has none

    void status(std::function<void(std::vector<PeerStatus>)> answer) const;

private:
    void on_bfd_change(const bfd::SessionChange& change) override;

    void on_bfd_note(const std::string& text) override { handlers_.on_note(text); }

    bfd::BfdService& service();

    boost::asio::io_context& routing_;
    netlink::FibService& fib_;
    Handlers handlers_;
    std::map<bgp::NeighborId, Path> paths_;
    std::unique_ptr<bfd::BfdService> service_;
};

}  // namespace dx::daemon
