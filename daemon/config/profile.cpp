#include "daemon/config/profile.hpp"

#include <algorithm>

#include "libbgp/wire/exclusive_communities.hpp"

namespace dx::config {
namespace {

constexpr std::array<std::uint32_t, 3> kPreferred{300, 200, 150};
constexpr std::array<std::uint32_t, 3> kPreferredVpn{140, 120, 110};

constexpr ProfileDefaults kProfiles[] = {
    {.profile = Profile::None, .name = "none", .preferred = kPreferred},
    {.profile = Profile::AwsPrivate,
     .name = "aws-private",
     .bfd = true,
     .limit_in = 1000,
     .limit_out = 100,
     .local_pref = 200,
     .preferred = kPreferred,
     .sends_preference = true,
     .remote_as = RemoteAsRule::Gateway,
     .link = bgp::AwsLink::Circuit},
    {.profile = Profile::AwsTransit,
     .name = "aws-transit",
     .bfd = true,
     .limit_in = 1000,
     .limit_out = 100,
     .local_pref = 200,
     .preferred = kPreferred,
     .sends_preference = true,
     .remote_as = RemoteAsRule::Private,
     .link = bgp::AwsLink::Circuit},
    {.profile = Profile::AwsPublic,
     .name = "aws-public",
     .bfd = true,
     .limit_in = 100'000,
     .limit_out = 1000,
     .local_pref = 200,
     .preferred = kPreferred,
     .remote_as = RemoteAsRule::Amazon,
     .link = bgp::AwsLink::Public},
    {.profile = Profile::AwsVpn,
     .name = "aws-vpn",
     .hold = seconds(30),
     .keepalive = seconds(10),
     .limit_in = 5000,
     .limit_out = 100,
     .local_pref = 120,
     .preferred = kPreferredVpn,
     .link = bgp::AwsLink::Vpn},
};

template <class Limit>
PerFamily<std::optional<Limit>> for_both(std::optional<std::uint32_t> max) {
    if (!max) return {};
    Limit limit;
    limit.max = *max;
    return {limit, limit};
}

}  // namespace

const ProfileDefaults& defaults_of(Profile profile) {
    return *std::ranges::find(kProfiles, profile, &ProfileDefaults::profile);
}

Neighbor default_neighbor(const NeighborIdentity& identity, const BfdTimers& bfd) {
    const auto& defaults = defaults_of(identity.profile);
    Neighbor neighbor;
    neighbor.name = identity.address.to_string();
    if (identity.address.is_scoped()) neighbor.name += "%" + identity.interface;
    neighbor.profile = identity.profile;
    neighbor.address = identity.address;
    neighbor.interface = identity.interface;
    neighbor.remote_as = identity.remote_as;
    neighbor.internal = identity.internal;
    neighbor.families = {identity.address.family()};
    neighbor.multihop = identity.internal ? 255 : 1;
    neighbor.timers.hold = defaults.hold;
    neighbor.timers.keepalive = defaults.keepalive;
    if (defaults.bfd) neighbor.bfd = Bfd{.timers = bfd};
    neighbor.prefix_limit.in = for_both<InboundLimit>(defaults.limit_in);
    neighbor.prefix_limit.out = for_both<OutboundLimit>(defaults.limit_out);
    if (identity.profile == Profile::AwsVpn) neighbor.covered_by_dx = CoveredByDx::Suppress;
    if (identity.internal) neighbor.import_policy = neighbor.export_policy = bgp::accept_all();
    return neighbor;
}

void apply_preference(Neighbor& neighbor) {
    const auto& defaults = defaults_of(neighbor.profile);
    neighbor.local_pref = defaults.local_pref;
    neighbor.sent_communities.clear();
    if (neighbor.preference) {
        const auto index = static_cast<std::size_t>(*neighbor.preference);
        neighbor.local_pref = defaults.preferred[index];
        if (defaults.sends_preference)
            neighbor.sent_communities.push_back(bgp::kAwsPreference[index]);
    }
    if (neighbor.scope)
        neighbor.sent_communities.push_back(
            bgp::kAwsScope[static_cast<std::size_t>(*neighbor.scope)]);
}

std::string_view to_string(Profile profile) {
    return defaults_of(profile).name;
}

}  // namespace dx::config
