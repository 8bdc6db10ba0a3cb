// How many prefixes each neighbor takes, as it said itself when it ended a session (RFC 4486 4): no
// more are sent, until the operator says that it takes more. Kept over restarts in
// STATE/peer-limits.json, since a session that begins with too many ends at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/router_state.hpp"
#include "daemon/state_record.hpp"
#include "libbgp/wire/notification.hpp"

namespace dx::daemon {

// Cease/Maximum Number of Prefixes Reached, whether it names the number or not.
bool is_prefix_limit(const bgp::Notification& notification);

class PeerLimits {
public:
    // Until the next session where the peer named no number: twice as long each time.
    static constexpr std::chrono::minutes kFirstWait{1};
    static constexpr std::chrono::minutes kLongestWait{16};

    // `disk` outlives this.
    PeerLimits(boost::asio::io_context& io, Disk& disk, RouterState& state,
               StateRecord::Report report,
               std::chrono::milliseconds retry = std::chrono::seconds(30));

    void load();                    // what the run before was told. Blocks: for a start
    void take_up(Neighbor& added);  // it may have told us before

    // The peer ended the session, having been sent so many.
    void ended(Neighbor& neighbor, const bgp::Notification& notification,
               const bgp::PerFamily<std::uint32_t>& sent);
    void forget(Neighbor& neighbor);  // whoever calls it tells the RIB

    // Neighbors may be gone, or those that they were no longer.
    void note();

    void stop() { record_.stop(); }  // nothing is tried again, but for once at the end

private:
    // Of whom it is true: of this neighbor, while no more or less is configured.
    struct Told {
        std::string neighbor;
        std::string address;
        std::uint32_t remote_as = 0;
        net::Family family{};
        std::optional<std::uint32_t> configured;  // prefix-limit out
        PeerLimit limit;

        bool is_of(const Neighbor& other) const;
    };

    void obey(Neighbor& neighbor, const bgp::PrefixLimitData& limit);
    void back_off(Neighbor& neighbor, const bgp::PerFamily<std::uint32_t>& sent);
    static Told told(const Neighbor& neighbor, net::Family family, const PeerLimit& limit);
    void read(const std::string& text);
    std::string written() const;

    RouterState& state_;
    StateRecord record_;
    std::vector<Told> told_;
};

}  // namespace dx::daemon
