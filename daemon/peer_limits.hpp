// How many prefixes each neighbor takes, as it said itself when it ended a session (RFC 4486 4): no
// more are sent, until the operator says that it takes more. Kept over restarts in
// STATE/peer-limits.json, since a session that begins with too many ends at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
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
    // Until the next session where the peer named no number that helps: twice as long each time,
    // until there was none for twice the longest. Not the first time that it names one that we
    // keep.
    static constexpr std::chrono::minutes kFirstWait{1};
    static constexpr std::chrono::minutes kLongestWait{16};

    struct Hooks {
        std::function<void(const Neighbor&)> limit_differs;
        // Its next session comes after that time.
        std::function<void(const Neighbor&, std::chrono::minutes, const std::string& why)>
            hold_down;
    };

    // `disk` outlives this.
    PeerLimits(boost::asio::io_context& io, Disk& disk, RouterState& state, Hooks hooks,
               StateRecord::Report report,
               std::chrono::milliseconds retry = std::chrono::seconds(30));

    void load();                       // what the run before was told. Blocks: for a start
    void take_up(Neighbor& neighbor);  // it may have told us before

    // It is configured anew: what it said may be true no longer, or again. True if it was waited
    // for with no end that it named, which has no reason any more.
    bool follow(Neighbor& neighbor, const config::Neighbor& before);

    // The peer ended the session, having been sent so many.
    void ended(Neighbor& neighbor, const bgp::Notification& notification,
               const bgp::PerFamily<std::uint32_t>& sent);
    void forget(Neighbor& neighbor);  // by the operator; whoever calls it tells the RIB

    // Neighbors may be gone, or those that they were no longer: what they said is kept while the
    // change may be taken back.
    void note();

    const std::string& trouble() const { return record_.trouble(); }

    void stop() { record_.stop(); }  // nothing is tried again, but for once at the end

private:
    struct Told {
        std::string neighbor;
        net::Family family{};
        PeerLimitGround ground;
        PeerLimit limit;

        bool is_of(const config::Neighbor& other) const;
        bool is_of_the_same(const Told& other) const;
    };

    void obey(Neighbor& neighbor, net::Family family, std::uint32_t limit);
    void back_off(Neighbor& neighbor, const bgp::PerFamily<std::uint32_t>& sent,
                  const std::optional<bgp::PrefixLimitData>& said);
    void read(const std::string& text);
    std::string written() const;

    RouterState& state_;
    Hooks hooks_;
    StateRecord record_;
    std::vector<Told> told_;
};

}  // namespace dx::daemon
