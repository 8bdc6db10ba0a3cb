// The words for every code and subcode that IANA lists (BGP Error Codes; 2026).
#include <algorithm>
#include <array>
#include <span>

#include "libbgp/wire/notification.hpp"

namespace dx::bgp {

namespace {

struct SubcodeName {
    std::uint8_t subcode;
    std::string_view name;
};

constexpr SubcodeName kHeaderErrors[] = {
    {0, "Unspecific"},
    {1, "Connection Not Synchronized"},
    {2, "Bad Message Length"},
    {3, "Bad Message Type"},
};

constexpr SubcodeName kOpenErrors[] = {
    {0, "Unspecific"},
    {1, "Unsupported Version Number"},
    {2, "Bad Peer AS"},
    {3, "Bad BGP Identifier"},
    {4, "Unsupported Optional Parameter"},
    {5, "Authentication Failure"},  // deprecated by RFC 4271
    {6, "Unacceptable Hold Time"},
    {7, "Unsupported Capability"},
    {11, "Role Mismatch"},
};

constexpr SubcodeName kUpdateErrors[] = {
    {0, "Unspecific"},
    {1, "Malformed Attribute List"},
    {2, "Unrecognized Well-known Attribute"},
    {3, "Missing Well-known Attribute"},
    {4, "Attribute Flags Error"},
    {5, "Attribute Length Error"},
    {6, "Invalid ORIGIN Attribute"},
    {7, "AS Routing Loop"},  // deprecated by RFC 4271
    {8, "Invalid NEXT_HOP Attribute"},
    {9, "Optional Attribute Error"},
    {10, "Invalid Network Field"},
    {11, "Malformed AS_PATH"},
};

constexpr SubcodeName kFsmErrors[] = {
    {0, "Unspecified Error"},
    {1, "Receive Unexpected Message in OpenSent State"},
    {2, "Receive Unexpected Message in OpenConfirm State"},
    {3, "Receive Unexpected Message in Established State"},
};

constexpr SubcodeName kCeaseReasons[] = {
    {0, "Unspecific"},
    {1, "Maximum Number of Prefixes Reached"},
    {2, "Administrative Shutdown"},
    {3, "Peer De-configured"},
    {4, "Administrative Reset"},
    {5, "Connection Rejected"},
    {6, "Other Configuration Change"},
    {7, "Connection Collision Resolution"},
    {8, "Out of Resources"},
    {9, "Hard Reset"},
    {10, "BFD Down"},
};

constexpr SubcodeName kRefreshErrors[] = {
    {0, "Unspecific"},
    {1, "Invalid Message Length"},
};

struct CodeName {
    std::uint8_t code;
    std::string_view name;
    std::span<const SubcodeName> subcodes;  // none: the code says it all
};

constexpr CodeName kCodes[] = {
    {1, "Message Header Error", kHeaderErrors},
    {2, "OPEN Message Error", kOpenErrors},
    {3, "UPDATE Message Error", kUpdateErrors},
    {4, "Hold Timer Expired", {}},
    {5, "Finite State Machine Error", kFsmErrors},
    {6, "Cease", kCeaseReasons},
    {7, "ROUTE-REFRESH Message Error", kRefreshErrors},
    {8, "Send Hold Timer Expired", {}},
    {9, "Loss of LSDB Synchronization", {}},
};

std::string subcode_text(const CodeName& code, std::uint8_t subcode) {
    const auto row = std::ranges::find(code.subcodes, subcode, &SubcodeName::subcode);
    if (row != code.subcodes.end()) return "/" + std::string(row->name);
    return subcode == 0 ? "" : "/subcode " + std::to_string(subcode);
}

constexpr std::string_view kUnknown = "unknown";

}  // namespace

NotificationName name_of(const Notification& notification) {
    const auto code = static_cast<std::uint8_t>(notification.code);
    const auto* row = std::ranges::find(kCodes, code, &CodeName::code);
    if (row == std::end(kCodes)) return {kUnknown, {}};
    const auto known =
        std::ranges::find(row->subcodes, notification.subcode, &SubcodeName::subcode);
    if (known != row->subcodes.end()) return {row->name, known->name};
    return {row->name, row->subcodes.empty() ? std::string_view() : kUnknown};
}

std::string describe(const Notification& notification) {
    const auto code = static_cast<std::uint8_t>(notification.code);
    const auto* known = std::ranges::find(kCodes, code, &CodeName::code);
    const std::string unknown_name = "code " + std::to_string(code);
    const CodeName row = known != std::end(kCodes) ? *known : CodeName{code, unknown_name, {}};
    std::string text = std::string(row.name) + subcode_text(row, notification.subcode);
    if (const auto inner = inside_hard_reset(notification)) text += " (" + describe(*inner) + ")";
    return text;
}

}  // namespace dx::bgp
