// Several routers in one process: the pure parts put together as the daemon does, on a clock that
// is moved by hand and over pipes in memory. What chance decides (delays, how a byte stream is cut,
// how far a slice of the RIB's work goes) comes from one seed, so that a failure can be repeated.
// Knows no sockets, threads or time of day.
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libbgp/fsm/graceful_restart.hpp"
#include "libbgp/fsm/neighbor_fsm.hpp"
#include "libbgp/rib/rib.hpp"
#include "libbgp/wire/message.hpp"
#include "tests/sim/sim_pipes.hpp"

namespace dx::sim {

class SimRouter;

struct PeeringSettings {
    bgp::NeighborId id{};
    bgp::PeerSettings peer;
    bgp::RibNeighbor rib;
    net::IpAddress local;
    net::IpAddress remote;
    Link* link = nullptr;
    std::size_t side = 0;
};

// One neighbor of a router while that is switched on: what libbgp/session is, without sockets.
class Peering : public std::enable_shared_from_this<Peering> {
public:
    Peering(SimRouter& router, const PeeringSettings& settings, Clock& clock);

    void handle(bgp::Event event);
    void wake();  // the RIB has UPDATEs for the peer

    void accept(const std::shared_ptr<Pipe>& pipe) { adopt(pipe, bgp::Direction::Incoming); }

    void connected(const std::shared_ptr<Pipe>& pipe);
    void receive(bgp::ConnectionId id, bgp::Bytes bytes);

    bool established() const { return fsm_.session() != nullptr; }

    std::size_t connections() const { return connections_.size(); }

    std::size_t sessions() const { return sessions_; }

    Time last_heard() const { return last_heard_; }

    std::optional<Time> down_at() const { return down_at_; }

    const std::string& down_reason() const { return down_reason_; }

private:
    struct Connection {
        std::shared_ptr<Pipe> pipe;
        bgp::Framer framer;
    };

    void resume(const bgp::Negotiated& agreed);

    using TimerKey = std::pair<bgp::Timer, bgp::ConnectionId>;

    void adopt(const std::shared_ptr<Pipe>& pipe, bgp::Direction direction);
    void on_message(bgp::ConnectionId id, const bgp::MessageView& message);
    void on_update(bgp::ConnectionId id, bgp::Bytes body);
    void send(bgp::ConnectionId id, const bgp::Buffer& bytes);
    void pump();

    void perform(const bgp::action::Dial& action);
    void perform(const bgp::action::CancelDial& action);
    void perform(const bgp::action::SendOpen& action);
    void perform(const bgp::action::SendKeepalive& action);
    void perform(const bgp::action::Close& action);
    void perform(const bgp::action::StartTimer& action);
    void perform(const bgp::action::StopTimer& action);
    void perform(const bgp::action::SessionUp& action);
    void perform(const bgp::action::Down& action);

    SimRouter& router_;
    PeeringSettings settings_;
    Clock& clock_;
    bgp::NeighborFsm fsm_;
    std::deque<bgp::Event> waiting_;
    bool handling_ = false;
    bool pumping_ = false;
    std::shared_ptr<Pipe> dial_;
    std::map<bgp::ConnectionId, std::shared_ptr<Connection>> connections_;
    std::uint32_t last_connection_ = 0;
    std::map<TimerKey, std::uint64_t> timers_;  // which start of each is the one that counts
    std::uint64_t timer_starts_ = 0;
    bgp::Negotiated agreed_;
    bgp::Families kept_;  // routes that outlived a session
    std::size_t sessions_ = 0;
    Time last_heard_{0};
    std::optional<Time> down_at_;
    std::string down_reason_;
};

// What a router knows of a prefix; comparable between simulations of the same network.
struct TableEntry {
    std::vector<std::pair<bgp::NeighborId, std::string>> paths;  // with AS_PATH, the best one first
    bgp::ForwardingSet forwarding;

    friend bool operator==(const TableEntry&, const TableEntry&) = default;
};

using Table = std::map<net::Prefix, TableEntry>;

class SimRouter : public bgp::RibEvents {
public:
    SimRouter(Clock& clock, bgp::AsNumber as, bgp::RouterId id) : clock_(clock), as_(as), id_(id) {}

    // Before the router is switched on.
    bgp::NeighborId add(PeeringSettings settings);

    void switch_on();
    void switch_off();  // without a word to anybody
    // After a restart (RFC 4724 4.1): nothing is chosen before all neighbors have told all.
    void switch_on_again();

    void announce(const std::string& prefix);
    void withdraw(const std::string& prefix);
    void link_changed(bgp::NeighborId id, bool up);  // as the kernel says

    Peering& peering(bgp::NeighborId id) { return *peerings_.at(id); }

    bgp::AsNumber as() const { return as_; }

    bgp::RouterId id() const { return id_; }

    Table table() const;

    // As told by the RIB's events, one by one.
    const std::map<net::Prefix, bgp::ForwardingSet>& forwarding() const { return forwarding_; }

    // For Peering. `step` may change the RIB; what comes of it is followed up.
    template <class Step>
    void with_rib(Step step) {
        step(*rib_);
        follow_rib();
    }

private:
    void originate(const net::Prefix& network);
    void follow_rib();

    void best_path_changed(const bgp::BestPathChange& change) override;
    bgp::NextHopState next_hop_wanted(const bgp::NextHopKey& next_hop) override;

    void output_ready(bgp::NeighborId neighbor) override { output_ready_.push_back(neighbor); }

    void forwarding_set_retired(bgp::ForwardingSetId) override {}

    void next_hop_unwanted(const bgp::NextHopKey&) override {}

    void end_of_rib_received(bgp::NeighborId neighbor, net::Family) override {
        awaited_.erase(neighbor);
    }

    void prefix_limit_exceeded(bgp::NeighborId, net::Family, std::uint32_t, bool) override {}

    void prefix_limit_in_near(bgp::NeighborId, net::Family, std::uint32_t, std::uint32_t) override {
    }

    void prefix_limit_out_near(bgp::NeighborId, net::Family, std::uint32_t,
                               std::uint32_t) override {}

    void prefix_limit_out_reached(bgp::NeighborId, net::Family, std::uint32_t) override {}

    void prefix_limit_out_fits(bgp::NeighborId, net::Family, std::uint32_t,
                               std::uint32_t) override {}

    void prefix_limit_out_aggregation(bgp::NeighborId, net::Family,
                                      const bgp::OutAggregationChange&) override {}

    Clock& clock_;
    bgp::AsNumber as_;
    bgp::RouterId id_;
    std::map<bgp::NeighborId, PeeringSettings> settings_;
    std::set<net::Prefix> networks_;
    std::set<bgp::NeighborId> links_down_;
    std::unique_ptr<bgp::Rib> rib_;  // none: switched off
    std::map<bgp::NeighborId, std::shared_ptr<Peering>> peerings_;
    std::map<net::Prefix, bgp::ForwardingSet> forwarding_;
    std::vector<bgp::NeighborId> output_ready_;
    std::set<bgp::NeighborId> awaited_;
    bool held_ = false;
    bool slice_scheduled_ = false;
};

struct Circuit {
    std::shared_ptr<Link> link;
    SimRouter* routers[2] = {};
    bgp::NeighborId ids[2] = {};  // what each calls the other

    Peering& peering(std::size_t side) const { return routers[side]->peering(ids[side]); }

    bool established() const { return peering(0).established() && peering(1).established(); }

    // The cable is pulled out, and both kernels see it; or it is put in again.
    void set_up(bool up) const;
};

struct CircuitSettings {
    std::array<std::optional<std::uint32_t>, 2> local_pref{};  // on import, at each end
    std::chrono::seconds hold_time{90};
    std::optional<std::chrono::seconds> restart_time{};  // of both ends; none: nothing is kept
    Time max_delay{20};
    std::uint32_t max_fragment = 1'000'000;
};

class Simulation {
public:
    explicit Simulation(std::uint32_t seed) : clock(seed) {}

    SimRouter& router(bgp::AsNumber as);
    Circuit connect(SimRouter& a, SimRouter& b, const CircuitSettings& settings = {});
    void switch_on();
    std::vector<Table> tables() const;

    Clock clock;

private:
    std::vector<std::shared_ptr<Link>> links_;
    std::vector<std::unique_ptr<SimRouter>> routers_;
};

}  // namespace dx::sim
