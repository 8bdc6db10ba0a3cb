#include "daemon/drain.hpp"

#include "daemon/config/profile.hpp"

namespace dx::daemon {

bgp::Drain leading_away(const config::Neighbor& neighbor) {
    constexpr std::uint8_t kPrepend = 3;
    bgp::Drain drain;
    drain.prepend = kPrepend;
    const auto& sent = config::defaults_of(neighbor.profile).sent;
    for (const auto& community : sent)
        if (community) drain.removed.push_back(*community);
    constexpr auto kLow = static_cast<std::size_t>(config::Preference::Low);
    if (sent[kLow]) drain.added.push_back(*sent[kLow]);
    drain.added.push_back(bgp::community::kGracefulShutdown);
    return drain;
}

}  // namespace dx::daemon
