// Our own graceful restart (RFC 4724 4.1): what neighbors are told of it, and how long it is waited
// for them before routes are chosen. State and pure functions; the timer is
// SelectionDeferral's.
#pragma once

#include <chrono>
#include <optional>

#include "daemon/neighbor_table.hpp"
#include "libbgp/wire/open.hpp"

namespace dx::daemon {

struct OwnRestart {
    std::chrono::steady_clock::time_point began;
    bool forwarding_kept = false;  // the kernel had routes of an earlier run when this one began
    bgp::Families held;            // families whose routes are not chosen yet

    bool under_way() const { return !held.empty(); }
};

// Before what was adopted is swept (fib.stale-time), there must be time for what replaces it to
// reach the kernel.
std::chrono::milliseconds selection_deferral(const config::Config& config);

// The families of neighbors that keep our routes while we restart.
bgp::Families restartable_families(const config::Config& config);

// Whether routes are not chosen yet because this neighbor may still tell some.
bool is_awaited(const Neighbor& neighbor, net::Family family);

// What our OPEN says; none where it is off.
std::optional<bgp::GracefulRestart> announced_restart(const Neighbor& neighbor,
                                                      const OwnRestart& restart);

// When we stop, the neighbor is left without a word and goes on using our routes, because the
// kernel goes on forwarding by its own. One that is being drained does not: it will be drained
// then.
bool waits_for_our_return(const Neighbor& neighbor, const config::Config& config);

}  // namespace dx::daemon
