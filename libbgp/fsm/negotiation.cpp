#include "libbgp/fsm/negotiation.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace dx::bgp {
namespace {

using std::chrono::seconds;

// RFC 9234 4.2: our role and the one that the peer must have.
constexpr std::array kRolePairs{
    std::pair{Role::Provider, Role::Customer},
    std::pair{Role::Customer, Role::Provider},
    std::pair{Role::RouteServer, Role::RouteServerClient},
    std::pair{Role::RouteServerClient, Role::RouteServer},
    std::pair{Role::Peer, Role::Peer},
};

bool as_is_acceptable(const PeerSettings& settings, const Open& received) {
    if (received.my_as == 0 || received.as_number() == 0) return false;  // RFC 7607
    const auto& wide = received.capabilities.four_octet_as;
    // RFC 6793 4.1: the two-octet field repeats the number where it fits, or says AS_TRANS.
    if (wide && received.my_as != kAsTrans && received.my_as != *wide) return false;
    return received.as_number() == settings.remote_as;
}

// RFC 6286 2.1 and 2.2: any number but zero, and within an AS another one than ours.
bool identifier_is_acceptable(const PeerSettings& settings, RouterId identifier) {
    if (identifier.value == 0) return false;
    return settings.external() || identifier != settings.router_id;
}

bool hold_time_is_acceptable(const PeerSettings& settings, seconds offered) {
    if (offered == seconds(0)) return true;
    return offered >= seconds(3) && offered >= settings.min_hold_time;
}

bool roles_match(const PeerSettings& settings, const Capabilities& received) {
    if (!settings.external()) return true;
    if (received.conflicting_roles) return false;
    if (!settings.role) return true;
    if (!received.role) return !settings.role_strict;
    return std::ranges::find(kRolePairs, std::pair{*settings.role, *received.role}) !=
           kRolePairs.end();
}

// Without the capability of RFC 4760 a speaker means IPv4 unicast.
Families families_of(const Capabilities& capabilities) {
    if (capabilities.multiprotocol.empty()) return {net::Family::Ipv4};
    Families families;
    for (const auto& afi_safi : capabilities.multiprotocol)
        if (const auto family = afi_safi.family()) families.insert(*family);
    return families;
}

// RFC 5492 5: the data lists the capabilities that we miss, as they stand in an OPEN.
std::vector<std::uint8_t> missing_families(Families wanted) {
    std::vector<std::uint8_t> data;
    for (const auto family : kFamilies) {
        if (!wanted.contains(family)) continue;
        const auto [afi, safi] = AfiSafi::unicast(family);
        const auto high = static_cast<std::uint8_t>(afi >> 8);
        const auto low = static_cast<std::uint8_t>(afi);
        data.insert(data.end(), {1, 4, high, low, 0, safi});
    }
    return data;
}

seconds keepalive_interval(const PeerSettings& settings, seconds hold_time) {
    if (hold_time == seconds(0)) return seconds(0);
    const auto third = hold_time / 3;
    const auto wanted = settings.keepalive == seconds(0) ? third : settings.keepalive;
    return std::max(std::min(wanted, third), seconds(1));
}

}  // namespace

WireContext Negotiated::wire_context() const {
    return {.four_octet_as = four_octet_as,
            .external = external,
            .families = families,
            .enhanced_refresh = enhanced_route_refresh,
            .max_message_size = extended_messages ? kMaxExtendedMessageSize : kMaxMessageSize};
}

bool Negotiated::graceful_restart() const {
    return sent.capabilities.graceful_restart && received.capabilities.graceful_restart;
}

bool Negotiated::notifications_preserve() const {
    return graceful_restart() && sent.capabilities.graceful_restart->notification_preserves &&
           received.capabilities.graceful_restart->notification_preserves;
}

Open make_open(const PeerSettings& settings) {
    Open open;
    const bool fits = settings.local_as <= 0xffff;
    open.my_as =
        fits ? static_cast<std::uint16_t>(settings.local_as) : static_cast<std::uint16_t>(kAsTrans);
    open.hold_time = settings.hold_time;
    open.identifier = settings.router_id;
    auto& capabilities = open.capabilities;
    for (const auto family : kFamilies)
        if (settings.families.contains(family))
            capabilities.multiprotocol.push_back(AfiSafi::unicast(family));
    capabilities.route_refresh = settings.route_refresh;
    capabilities.enhanced_route_refresh = settings.enhanced_route_refresh;
    capabilities.extended_message = settings.extended_messages;
    capabilities.four_octet_as = settings.local_as;
    capabilities.graceful_restart = settings.graceful_restart;
    if (settings.graceful_restart) capabilities.long_lived_restart.emplace();
    if (settings.external()) capabilities.role = settings.role;
    return open;
}

std::string what_was_refused(const PeerSettings& settings, const Open& received,
                             const Notification& refusal) {
    if (refusal == notification(OpenError::BadPeerAs))
        return "AS " + std::to_string(received.as_number()) + ", " +
               std::to_string(settings.remote_as) + " is configured";
    if (refusal == notification(OpenError::BadBgpIdentifier))
        return "BGP identifier " + to_string(received.identifier);
    if (refusal == notification(OpenError::UnacceptableHoldTime))
        return std::to_string(received.hold_time.count()) + " s";
    return {};
}

Decoded<Negotiated> negotiate(const PeerSettings& settings, const Open& sent,
                              const Open& received) {
    const auto& theirs = received.capabilities;
    if (!as_is_acceptable(settings, received)) return notification(OpenError::BadPeerAs);
    if (!identifier_is_acceptable(settings, received.identifier))
        return notification(OpenError::BadBgpIdentifier);
    if (!hold_time_is_acceptable(settings, received.hold_time))
        return notification(OpenError::UnacceptableHoldTime);
    if (!roles_match(settings, theirs)) return notification(OpenError::RoleMismatch);

    const auto offered = families_of(sent.capabilities);
    const auto families = offered & families_of(theirs);
    if (families.empty())
        return notification(OpenError::UnsupportedCapability, missing_families(offered));

    Negotiated agreed;
    agreed.remote_as = received.as_number();
    agreed.remote_id = received.identifier;
    agreed.external = settings.external();
    agreed.four_octet_as = theirs.four_octet_as.has_value();
    agreed.families = families;
    agreed.hold_time = std::min(sent.hold_time, received.hold_time);
    agreed.keepalive = keepalive_interval(settings, agreed.hold_time);
    agreed.extended_messages = sent.capabilities.extended_message && theirs.extended_message;
    agreed.route_refresh = theirs.route_refresh;
    agreed.enhanced_route_refresh =
        sent.capabilities.enhanced_route_refresh && theirs.enhanced_route_refresh;
    if (settings.external() && theirs.role) agreed.role = settings.role;
    agreed.sent = sent;
    agreed.received = received;
    return agreed;
}

}  // namespace dx::bgp
