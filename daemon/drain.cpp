#include "daemon/drain.hpp"

#include "daemon/config/profile.hpp"
#include "libbgp/wire/exclusive_communities.hpp"

namespace dx::daemon {

bgp::Drain leading_away(const config::Neighbor& neighbor) {
    constexpr std::uint8_t kPrepend = 3;
    bgp::Drain drain;
    drain.prepend = kPrepend;
    if (config::defaults_of(neighbor.profile).sends_preference) {
        constexpr auto kLow = static_cast<std::size_t>(config::Preference::Low);
        drain.removed.assign(bgp::kAwsPreference.begin(), bgp::kAwsPreference.end());
        drain.added.push_back(bgp::kAwsPreference[kLow]);
    }
    drain.added.push_back(bgp::community::kGracefulShutdown);
    return drain;
}

}  // namespace dx::daemon
