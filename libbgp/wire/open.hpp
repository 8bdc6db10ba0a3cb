// OPEN and its capabilities as values. RFC 4271 4.2, RFC 5492 and the capabilities' own RFCs.
// Whether an OPEN is acceptable is the fsm's business (negotiation); here is only what it says.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "libbgp/wire/types.hpp"

namespace dx::bgp {

struct GracefulRestart {  // RFC 4724, 8538

    struct Entry {
        AfiSafi afi_safi;
        bool forwarding_preserved = false;

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    bool restarting = false;              // R
    bool notification_preserves = false;  // N, RFC 8538
    std::chrono::seconds restart_time{0};
    std::vector<Entry> families;

    friend bool operator==(const GracefulRestart&, const GracefulRestart&) = default;
};

inline constexpr std::chrono::seconds kLongestStaleTime{0xffffff};  // 24 bits

struct LongLivedRestart {  // RFC 9494; means something only along with GracefulRestart

    struct Entry {
        AfiSafi afi_safi;
        bool forwarding_preserved = false;
        std::chrono::seconds stale_time{0};  // up to kLongestStaleTime

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    std::vector<Entry> families;

    friend bool operator==(const LongLivedRestart&, const LongLivedRestart&) = default;
};

struct RawCapability {  // one that we do not know
    std::uint8_t code = 0;
    std::vector<std::uint8_t> value;

    friend bool operator==(const RawCapability&, const RawCapability&) = default;
};

struct Capabilities {
    std::vector<AfiSafi> multiprotocol;     // RFC 4760
    bool route_refresh = false;             // RFC 2918
    bool enhanced_route_refresh = false;    // RFC 7313
    bool extended_message = false;          // RFC 8654
    std::optional<AsNumber> four_octet_as;  // RFC 6793
    std::optional<GracefulRestart> graceful_restart;
    std::optional<LongLivedRestart> long_lived_restart;
    std::optional<Role> role;        // RFC 9234
    bool conflicting_roles = false;  // several Role capabilities that differ (RFC 9234 4.2)
    std::vector<RawCapability> unknown;

    friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

struct Open {
    std::uint8_t version = 4;
    std::uint16_t my_as = 0;  // as on the wire: kAsTrans where it does not fit
    std::chrono::seconds hold_time{0};
    RouterId identifier;
    Capabilities capabilities;

    // The speaker's AS: the capability's where there is one (RFC 6793).
    AsNumber as_number() const { return capabilities.four_octet_as.value_or(my_as); }

    friend bool operator==(const Open&, const Open&) = default;
};

}  // namespace dx::bgp
