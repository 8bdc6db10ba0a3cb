// A speaker on loopback addresses, what it told its router, and the time that passes.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libbgp/session/speaker.hpp"

namespace dx::bgp::test {

inline constexpr NeighborId kPeer{1};
inline constexpr NeighborId kOther{2};

net::IpAddress address(const char* text);
std::uint16_t free_port();

// Runs `io` until `done` says so. False: it did not within `limit`.
bool run_until(boost::asio::io_context& io, const std::function<bool()>& done,
               std::chrono::milliseconds limit = std::chrono::seconds(3));
void run_for(boost::asio::io_context& io, std::chrono::milliseconds time);

// A router that remembers what it was told.
class Recorder : public SessionEvents {
public:
    struct Of {  // one neighbor
        int up = 0;
        std::vector<DownReason> downs;
        std::vector<std::string> states;
        std::vector<std::string> prefixes;
        std::vector<RouteRefresh> refreshes;
        std::size_t fills = 0;
    };

    void on_established(NeighborId id, SessionEpoch epoch, const Negotiated& agreed) override;
    void on_down(NeighborId id, SessionEpoch epoch, const DownReason& reason) override;
    void on_update(NeighborId id, const Update& update) override;
    void on_route_refresh(NeighborId id, const RouteRefresh& refresh) override;
    void fill_updates(NeighborId id, std::size_t wanted, Buffer& out) override;
    void on_state_change(NeighborId id, State old, State now, std::string_view why) override;
    void on_note(std::optional<NeighborId> id, Severity severity, std::string_view text) override;

    Of& of(NeighborId id) { return all[id]; }

    std::map<NeighborId, Of> all;
    std::vector<std::string> notes;
    std::function<void(NeighborId)> during_update;  // may throw
    std::function<void(NeighborId, Buffer&)> fill;  // none: nothing to send
    SessionEpoch last_epoch{0};
};

// We are AS 65000, 10.0.0.1, on 127.0.0.1.
struct Lab {
    explicit Lab(std::uint16_t listen_port = free_port());

    NeighborSettings neighbor(const char* peer_address) const;  // dialled at `remote_port`

    bool until(const std::function<bool()>& done) { return run_until(io, done); }

    bool until_state(State state, NeighborId id = kPeer) {
        return until([=, this] { return speaker.status(id).state == state; });
    }

    std::uint16_t port;
    std::uint16_t remote_port = free_port();
    boost::asio::io_context io{1};
    Recorder events;
    Speaker speaker;
};

// One UPDATE that announces `prefix`.
Buffer update_of(const char* prefix);

}  // namespace dx::bgp::test
