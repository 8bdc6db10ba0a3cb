// The BFD sessions of the neighbors and gateways that want one: started when the peer's link is
// there, kept while somebody wants it, whatever the link and BGP do. RFC 5881, 5882. A neighbor and
// a gateway of static routes that are the same peer share a session.
//
// A failure goes from the bfd thread straight to forwarding, which moves the traffic before this
// thread has heard of it; what is left for the router is to end the BGP session.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/bfd_peer.hpp"
#include "daemon/gateways.hpp"
#include "daemon/neighbor_table.hpp"
#include "libfib/bfd/service.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

class BfdSessions final : private bfd::BfdEvents {
public:
    // Who stands and falls with a session: a neighbor or a gateway, as forwarding knows it.
    using User = fib::NeighborTag;

    struct Handlers {
        // Forwarding uses no more what of that user came up until then. Also of one that left the
        // BFD session while its failure was on the way; comes after on_change.
        std::function<void(User, fib::SessionEpoch)> on_failure;
        std::function<void(User, const bfd::SessionChange&)> on_change;
        std::function<void(User, const bfd::RefusalChange&)> on_refusal;
        // The peer switched it on again, and it does not come Up: it permits nothing any more.
        std::function<void(User)> on_not_resumed;
        std::function<void(const std::string&)> on_note;
    };

    struct Wish {
        User user{};
        bfd::PeerKey key;
        bfd::SessionSettings settings;
        bool spared = false;   // its routes outlive a BGP session: a failure concerns none
        bool attached = true;  // its link and address are there
    };

    // What this thread knows of a session.
    struct Path {
        bfd::SessionId session{};
        bfd::PeerKey key;
        bfd::SessionSettings settings;
        bfd::Token token = 0;
        std::vector<Wish> wishes;  // a neighbor's, a gateway's, or both
        bfd::State state = bfd::State::Down;
        bfd::TimePoint since = bfd::TimePoint::clock::now();
        fib::SessionEpoch epoch = 0;  // the latest of its users': a failure concerns all up to it
        bool switched_off = false;    // by the peer's operator: says nothing about the path
        std::optional<boost::asio::steady_timer> resuming{};  // it is on again, and not Up yet
        bool has_link = true;

        // Whether one of its users is: they may be configured on different links.
        bool is_attached() const { return std::ranges::any_of(wishes, &Wish::attached); }

        // Whether what runs over it may begin.
        bool permits() const { return state == bfd::State::Up || switched_off; }
    };

    struct PeerStatus {
        std::vector<User> users;
        bfd::PeerStatus peer;
        std::string trouble;  // why it cannot be heard
    };

    // Both outlive this. There is no thread before the first session.
    BfdSessions(boost::asio::io_context& routing, netlink::FibService& fib, Handlers handlers)
        : routing_(routing), fib_(fib), handlers_(std::move(handlers)) {}

    // To be called when the configuration or the link has changed.
    void follow(const Neighbor& neighbor, bool attached);
    void follow(const Gateway& gateway);

    // To be called when the neighbor's BGP session is another one, or its routes have outlived it:
    // then a failure moves no traffic by itself, for BFD may restart along with BGP.
    void follow_session(const Neighbor& neighbor);

    void established(User user, fib::SessionEpoch epoch);  // up again, and since when
    void remove(User user);  // the peer is told AdminDown if nobody else wants the session
    void remove_all();

    // Whether BGP may start: not where it waits for BFD (`strict`).
    bool permits(const Neighbor& neighbor) const;

    const Path* find(User user) const;  // null: it has none

    bool running() const { return service_ != nullptr; }  // there is a thread

    void status(std::function<void(std::vector<PeerStatus>)> answer) const;

    // Answered by the bfd thread, if there is one; on the routing thread.
    void answer(std::function<void()> answer) const;

private:
    using Paths = std::map<BfdPeer, Path>;

    void follow(const BfdPeer& peer, const Wish& wish, fib::SessionEpoch epoch, bool attached);
    void lose_link(User user);
    void fulfil(Path& path);
    Paths::iterator path_of(User user);
    Paths::iterator path_of(bfd::SessionId session);
    void follow_switch(Path& path, const bfd::Transition& transition);
    void end_resumption(bfd::SessionId session);
    void on_bfd_change(const bfd::SessionChange& change) override;
    void on_bfd_refusal(const bfd::RefusalChange& change) override;

    void on_bfd_note(const std::string& text) override { handlers_.on_note(text); }

    bfd::BfdService& service();

    boost::asio::io_context& routing_;
    netlink::FibService& fib_;
    Handlers handlers_;
    Paths paths_;
    std::unique_ptr<bfd::BfdService> service_;
};

}  // namespace dx::daemon
