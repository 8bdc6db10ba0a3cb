// A neighbor's fsm with short words for what happens to it and for what it does.
#pragma once

#include <string>
#include <vector>

#include "libbgp/fsm/neighbor_fsm.hpp"

namespace dx::bgp::test {

inline constexpr ConnectionId kDialled{1};
inline constexpr ConnectionId kAccepted{2};

// We are AS 65000 with identifier 10.0.0.1, the neighbor is AS 64512 with 10.0.0.2.
PeerSettings our_settings();
Open their_open();

// "send OPEN on 1", "close 1 with 6/7", "start Hold of 1", "down: …". Without durations.
std::string in_words(const Action& action);

struct Lab {
    explicit Lab(PeerSettings settings = our_settings()) : fsm(std::move(settings), 1) {}

    // What it did.
    std::vector<std::string> handle(const Event& event);

    void start() { handle(event::Start{}); }

    void connect(ConnectionId id, Direction direction) { handle(event::Connected{id, direction}); }

    void connect_outgoing() { connect(kDialled, Direction::Outgoing); }

    void connect_incoming() { connect(kAccepted, Direction::Incoming); }

    void open(ConnectionId id) { handle(event::OpenReceived{id, their_open()}); }

    void keepalive(ConnectionId id) { handle(event::KeepaliveReceived{id}); }

    void establish(ConnectionId id);  // from OpenSent

    // Of the last event.
    bool did(const std::string& what) const;
    std::optional<std::chrono::milliseconds> started(Timer timer) const;
    const DownReason* down() const;

    NeighborFsm fsm;
    Actions last;
};

}  // namespace dx::bgp::test
