// What is kept of a neighbor that restarts, family by family, and until when: the timers of RFC
// 4724 4.2 and RFC 9494 4.2. Pure: time comes in as a value; what comes of it is
// NeighborRestarts' to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libbgp/fsm/graceful_restart.hpp"
#include "libbgp/rib/rib_neighbor.hpp"

namespace dx::daemon {

class Retention {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    enum class Phase : std::uint8_t {
        Away,      // within its restart time
        LongAway,  // beyond it: its routes are the last choice (RFC 9494)
        Back,      // until its End-of-RIB
    };

    struct Kept {
        Phase phase{};
        TimePoint until;
        std::chrono::seconds lasts{0};       // this phase
        std::chrono::seconds long_lived{0};  // what follows Away
    };

    struct Ended {  // a phase whose time is over
        net::Family family{};
        Kept was;
        std::optional<Kept> now;  // none: nothing is kept any longer
    };

    // The session has ended, having told something of the families in `told`; with nothing to keep
    // everything ends. A session that told nothing is no restart of its own: what was kept before
    // it goes on to its own end, so that nobody is waited for for ever; so does what is kept for
    // long, until an End-of-RIB or the end of its time (RFC 9494 4.2). Returns what is kept.
    bgp::Families begin(const std::vector<bgp::KeptFamily>& kept, bgp::Families told,
                        TimePoint now);

    // There is a session again, and `stale_time` for it to tell all that it has (RFC 8538 4.1).
    // Returns the families whose routes from before are not to be used any longer.
    std::vector<net::Family> resume(const bgp::Negotiated& agreed, TimePoint now,
                                    std::chrono::seconds stale_time);

    bool complete(net::Family family);  // End-of-RIB; false: nothing was kept

    void end() { families_ = before_ = {}; }

    std::optional<TimePoint> next() const;  // when to call advance()
    std::vector<Ended> advance(TimePoint now);

    const std::optional<Kept>& of(net::Family family) const { return families_[family]; }

    bool any() const;
    bool away() const;  // routes are used without a session

private:
    bgp::PerFamily<std::optional<Kept>> families_;
    bgp::PerFamily<std::optional<Kept>> before_;  // of those that are Back: what they were
};

// Of a neighbor that is away: "kept in use, 120 s to come back (graceful restart)".
std::string to_string(const Retention::Kept& kept, Retention::TimePoint now);

}  // namespace dx::daemon
