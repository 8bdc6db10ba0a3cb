// NOTIFICATION messages: codes, subcodes, data, and words for people.
// RFC 4271 4.5 and 6, RFC 4486, 5492, 6608, 7313, 8203/9003, 8538, 9234, 9384, 9687.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libbgp/wire/types.hpp"

namespace dx::bgp {

enum class ErrorCode : std::uint8_t {
    MessageHeader = 1,
    OpenMessage = 2,
    UpdateMessage = 3,
    HoldTimerExpired = 4,
    FiniteStateMachine = 5,
    Cease = 6,
    RouteRefreshMessage = 7,
    SendHoldTimerExpired = 8,
};

enum class HeaderError : std::uint8_t {
    ConnectionNotSynchronized = 1,
    BadMessageLength = 2,
    BadMessageType = 3,
};

enum class OpenError : std::uint8_t {
    Unspecific = 0,
    UnsupportedVersion = 1,
    BadPeerAs = 2,
    BadBgpIdentifier = 3,
    UnsupportedOptionalParameter = 4,
    UnacceptableHoldTime = 6,
    UnsupportedCapability = 7,  // RFC 5492
    RoleMismatch = 11,          // RFC 9234
};

enum class UpdateError : std::uint8_t {
    MalformedAttributeList = 1,
    UnrecognizedWellKnownAttribute = 2,
    MissingWellKnownAttribute = 3,
    AttributeFlagsError = 4,
    AttributeLengthError = 5,
    InvalidOrigin = 6,
    InvalidNextHop = 8,
    OptionalAttributeError = 9,
    InvalidNetworkField = 10,
    MalformedAsPath = 11,
};

enum class FsmError : std::uint8_t {  // RFC 6608
    Unspecified = 0,
    UnexpectedInOpenSent = 1,
    UnexpectedInOpenConfirm = 2,
    UnexpectedInEstablished = 3,
};

enum class CeaseReason : std::uint8_t {  // RFC 4486, 8538, 9384
    Unspecified = 0,
    MaximumPrefixesReached = 1,
    AdministrativeShutdown = 2,
    PeerDeconfigured = 3,
    AdministrativeReset = 4,
    ConnectionRejected = 5,
    OtherConfigurationChange = 6,
    ConnectionCollisionResolution = 7,
    OutOfResources = 8,
    HardReset = 9,
    BfdDown = 10,
};

enum class RefreshError : std::uint8_t { InvalidMessageLength = 1 };  // RFC 7313

struct Notification {
    ErrorCode code{};
    std::uint8_t subcode = 0;
    std::vector<std::uint8_t> data;

    friend bool operator==(const Notification&, const Notification&) = default;
};

Notification notification(HeaderError error, std::vector<std::uint8_t> data = {});
Notification notification(OpenError error, std::vector<std::uint8_t> data = {});
Notification notification(UpdateError error, std::vector<std::uint8_t> data = {});
Notification notification(FsmError error, std::vector<std::uint8_t> data = {});
Notification notification(RefreshError error, std::vector<std::uint8_t> data = {});
Notification notification(CeaseReason reason, std::vector<std::uint8_t> data = {});

// Administrative Shutdown or Reset with a text for the other side's operator (RFC 9003): UTF-8, at
// most 255 bytes, cut at a character boundary.
Notification cease_with_text(CeaseReason reason, std::string_view text);

// RFC 4486: Maximum Number of Prefixes Reached with AFI, SAFI and the limit, as AWS sends it too.
struct PrefixLimitData {
    AfiSafi afi_safi;
    std::uint32_t limit = 0;

    friend bool operator==(const PrefixLimitData&, const PrefixLimitData&) = default;
};

Notification prefix_limit_reached(const PrefixLimitData& data);
std::optional<PrefixLimitData> prefix_limit_data(const Notification& notification);

// The text of a 6/2 or 6/4 (also inside a Hard Reset), with what is not printable replaced; none if
// there is none or its length is wrong.
std::optional<std::string> shutdown_communication(const Notification& notification);

// A Cease/Hard Reset ends the session for real where other NOTIFICATIONs let the peer keep our
// routes (RFC 8538 3); `what` says why.
Notification hard_reset(const Notification& what);
bool is_hard_reset(const Notification& notification);

// What a Cease/Hard Reset wraps (RFC 8538 3.1); none for everything else.
std::optional<Notification> inside_hard_reset(const Notification& notification);

// IANA's words for a code and its subcode; "unknown" for what it does not list, so that there are
// few of them whatever a peer sends. `subcode` is empty where the code says it all.
struct NotificationName {
    std::string_view code;
    std::string_view subcode;

    friend auto operator<=>(const NotificationName&, const NotificationName&) = default;
};

NotificationName name_of(const Notification& notification);

// "Cease/Administrative Shutdown", "OPEN Message Error/Bad Peer AS": for logs and `show`.
std::string describe(const Notification& notification);

}  // namespace dx::bgp
