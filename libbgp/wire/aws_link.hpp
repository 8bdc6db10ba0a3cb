// Over which kind of link AWS told our AS a path. The routers of one AS tell each other by an
// extended community, which the codec makes of this and takes away again: policies do not see it,
// and no other AS ever does. Which role the kinds play is not known here.
#pragma once

#include <cstdint>
#include <string_view>

namespace dx::bgp {

enum class AwsLink : std::uint8_t {
    None,     // not from AWS, as far as we know
    Circuit,  // a private or transit virtual interface
    Public,   // a public one
    Vpn,
    Aside,  // any of them, that neither covers others' routes nor stands back behind them
};

inline constexpr unsigned kAwsLinkBits = 3;

// Of a route that is the last choice (a drain, long-lived stale): it keeps no better way out of the
// kernel any more. A VPN's still stands back.
AwsLink as_last_choice(AwsLink link);

std::string_view to_string(AwsLink link);  // "a Direct Connect circuit"; of None ""

}  // namespace dx::bgp
