// Which routes outlive a session, and for how long. RFC 4724 4, RFC 8538, RFC 9494 4. Pure
// functions of what the OPENs said and of how the session ended; the timers are the daemon's.
#pragma once

#include <chrono>
#include <vector>

#include "libbgp/fsm/down_reason.hpp"
#include "libbgp/fsm/negotiation.hpp"

namespace dx::bgp {

struct KeptFamily {
    net::Family family{};
    std::chrono::seconds restart{0};     // until the peer is to be back
    std::chrono::seconds long_lived{0};  // after that, as the last choice; 0: not at all

    friend bool operator==(const KeptFamily&, const KeptFamily&) = default;
};

// The families whose routes stay in use now that the session has ended for this reason; beyond the
// restart time not longer than `long_lived_at_most`.
std::vector<KeptFamily> kept_families(const Negotiated& agreed, const DownReason& reason,
                                      std::chrono::seconds long_lived_at_most = kLongestStaleTime);

// The peer is back: whether it has forwarded all the while, so that what it told before still
// holds. `long_lived`: it took longer than its restart time.
bool still_forwards(const Negotiated& agreed, net::Family family, bool long_lived);

// The peer keeps our routes if the session ends without a NOTIFICATION.
bool keeps_ours(const Negotiated& agreed);

}  // namespace dx::bgp
