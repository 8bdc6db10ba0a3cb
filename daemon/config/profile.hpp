// What a neighbor is before its keys are read: the profile's defaults, the address's, and those of
// iBGP. What the neighbor says wins.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "daemon/config/config.hpp"

namespace dx::config {

// Gateway: of a virtual private gateway, a private one or what Amazon used to give them.
enum class RemoteAsRule : std::uint8_t { Any, Private, Gateway, Amazon };

struct ProfileDefaults {
    Profile profile{};
    std::string_view name;
    seconds hold{90};
    seconds keepalive{30};
    bool bfd = false;
    std::optional<std::uint32_t> limit_in{};            // discard what is over
    std::optional<std::uint32_t> limit_out{};           // for each family
    std::uint32_t local_pref = bgp::kDefaultLocalPref;  // without `preference`
    std::array<std::uint32_t, 3> preferred{};           // local_pref by Preference
    bool sends_preference = false;                      // as one of AWS's communities
    RemoteAsRule remote_as = RemoteAsRule::Any;
    bgp::AwsLink link = bgp::AwsLink::None;
};

const ProfileDefaults& defaults_of(Profile profile);

// The neighbor that says no more than this.
struct NeighborIdentity {
    Profile profile = Profile::None;
    net::IpAddress address;
    std::string interface;
    bgp::AsNumber remote_as = 0;
    bool internal = false;
};

Neighbor default_neighbor(const NeighborIdentity& identity, const BfdTimers& bfd);

// local_pref and sent_communities, from profile, preference and scope.
void apply_preference(Neighbor& neighbor);

}  // namespace dx::config
