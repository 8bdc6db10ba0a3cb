#include "libbgp/fsm/graceful_restart.hpp"

#include <algorithm>

namespace dx::bgp {

namespace {

using std::chrono::seconds;

// What stands for the family in one of the two capabilities, or null.
template <class Capability>
const auto* entry_of(const std::optional<Capability>& capability, net::Family family) {
    const typename Capability::Entry* found = nullptr;
    if (!capability) return found;
    for (const auto& entry : capability->families)
        if (entry.afi_safi == AfiSafi::unicast(family)) found = &entry;
    return found;
}

bool ended_gracefully(const Negotiated& agreed, const DownReason& reason) {
    if (!agreed.graceful_restart()) return false;
    if (reason.cause == DownCause::ConnectionClosed) return true;
    return reason.notification && agreed.notifications_preserve() &&
           !is_hard_reset(*reason.notification);
}

}  // namespace

std::vector<KeptFamily> kept_families(const Negotiated& agreed, const DownReason& reason,
                                      seconds long_lived_at_most) {
    std::vector<KeptFamily> kept;
    if (!ended_gracefully(agreed, reason)) return kept;
    const auto& theirs = agreed.received.capabilities;
    for (const auto family : kFamilies) {
        if (!agreed.families.contains(family)) continue;
        const bool restarts = entry_of(theirs.graceful_restart, family) != nullptr;
        const auto* long_lived = entry_of(theirs.long_lived_restart, family);
        const KeptFamily one{
            family, restarts ? theirs.graceful_restart->restart_time : seconds(0),
            std::min(long_lived ? long_lived->stale_time : seconds(0), long_lived_at_most)};
        if (one.restart + one.long_lived > seconds(0)) kept.push_back(one);
    }
    return kept;
}

bool still_forwards(const Negotiated& agreed, net::Family family, bool long_lived) {
    if (!agreed.graceful_restart() || !agreed.families.contains(family)) return false;
    const auto& theirs = agreed.received.capabilities;
    const auto says_so = [](const auto* entry) { return entry && entry->forwarding_preserved; };
    return long_lived ? says_so(entry_of(theirs.long_lived_restart, family))
                      : says_so(entry_of(theirs.graceful_restart, family));
}

bool keeps_ours(const Negotiated& agreed) {
    return agreed.graceful_restart() &&
           !agreed.sent.capabilities.graceful_restart->families.empty();
}

}  // namespace dx::bgp
