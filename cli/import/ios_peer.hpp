// One neighbor of `router bgp`, setting by setting.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/import/ios.hpp"
#include "cli/import/ios_line.hpp"
#include "cli/import/model.hpp"

namespace dx::importing {

// `neighbor TARGET KEYWORD …`, or KEYWORD … below a template.
struct PeerLine {
    const IosLine* line = nullptr;
    std::size_t at = 0;  // of the keyword
    bool ipv6 = false;   // it stands in address-family ipv6

    std::string_view word(std::size_t after) const { return line->word(at + after); }

    std::size_t count() const { return line->words.size() - at; }
};

// A route map, prefix list or the like in one direction.
struct PeerFilter {
    std::string kind;  // the keyword
    std::string name;
    bool ipv6 = false;
    const IosLine* line = nullptr;

    bool operator==(const PeerFilter&) const = default;
};

// Those with a neighbor's limits in one address family.
struct LimitLines {
    const IosLine* in = nullptr;
    const IosLine* out = nullptr;

    bool operator==(const LimitLines&) const = default;
};

struct Peer {
    Neighbor neighbor;
    LimitLines limit_lines[2];  // IPv4, IPv6
    std::vector<PeerFilter> in;
    std::vector<PeerFilter> out;
    std::optional<bool> active[2];  // IPv4, IPv6; none: nothing was said
    bool next_hop_self = false;
    bool sends_communities = false;
    const IosLine* as_line = nullptr;       // the one with its AS number
    const IosLine* restart_line = nullptr;  // the one that asked for graceful restart
    const IosLine* security_line = nullptr;
    const IosLine* bfd_line = nullptr;

    bool operator==(const Peer&) const = default;
};

// What a neighbor is before a line of its own.
struct PeerBasis {
    const Peer& bare;       // before any line
    const Peer& of_groups;  // with those of its groups
};

// What a setting's meaning depends on besides its words.
struct PeerContext {
    Dialect dialect;
    std::uint32_t our_as = 0;
    const std::map<std::string, Texts>& interface_addresses;  // without length
    LineAccount& account;
};

inline constexpr auto kNoTimers = "it is not KEEPALIVE HOLD, both 0 or the hold time 3 and more";

inline constexpr auto kKeepaliveIsAThird =
    "the keepalive is a third of the hold time, as it was used there too";

inline constexpr auto kCommunitiesAreSent =
    "dxrouted always sends communities: an export policy takes them off with set: {community: "
    "{set: []}, large-community: {set: []}}";

// Puts the setting into `peer`, and the line into the account.
void apply_setting(const PeerLine& line, const PeerContext& context, const PeerBasis& basis,
                   Peer& peer);

}  // namespace dx::importing
