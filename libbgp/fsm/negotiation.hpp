// What we offer in an OPEN, and what comes of it and the peer's. RFC 4271 4.2 and 6.2, RFC 4724,
// 4760, 5492, 6286, 6793, 7313, 7607, 8538, 8654, 9234, 9494. Pure functions.
#pragma once

#include <chrono>
#include <optional>

#include "libbgp/wire/message.hpp"
#include "libbgp/wire/open.hpp"
#include "libbgp/wire/types.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

// One neighbor as the protocol sees it: who we are to it, who it must be, what we offer.
struct PeerSettings {
    AsNumber local_as = 0;
    AsNumber remote_as = 0;
    RouterId router_id;
    Families families{net::Family::Ipv4};

    std::chrono::seconds hold_time{90};  // 0 (no hold timer, no KEEPALIVEs) or at least 3
    std::chrono::seconds keepalive{30};  // at most; never more than a third of what is negotiated
    std::chrono::seconds min_hold_time{3};  // a peer that offers less (other than 0) is refused
    std::chrono::milliseconds connect_retry{10'000};
    std::chrono::milliseconds open_timeout{240'000};   // the "large" hold time of OpenSent (8.2.2)
    std::chrono::milliseconds min_send_hold{480'000};  // RFC 9687 5; or twice the hold time
    bool passive = false;                              // never dials

    bool route_refresh = true;
    bool enhanced_route_refresh = true;
    bool extended_messages = true;
    std::optional<Role> role;
    bool role_strict = false;
    // As announced; RFC 9494 goes along with it, for what the peer asks of us (no family of ours).
    std::optional<GracefulRestart> graceful_restart;

    bool external() const { return local_as != remote_as; }

    friend bool operator==(const PeerSettings&, const PeerSettings&) = default;
};

// What both sides agreed on.
struct Negotiated {
    AsNumber remote_as = 0;
    RouterId remote_id;
    bool external = true;
    bool four_octet_as = true;
    Families families;
    std::chrono::seconds hold_time{0};  // 0: neither hold timer nor KEEPALIVEs
    std::chrono::seconds keepalive{0};
    bool extended_messages = false;
    bool route_refresh = false;           // the peer answers ROUTE-REFRESH
    bool enhanced_route_refresh = false;  // both sides mark the refresh's begin and end
    std::optional<Role> role;             // ours, where the peer has the matching one
    Open sent;
    Open received;

    WireContext wire_context() const;

    // Of RFC 4724: both sides announced it.
    bool graceful_restart() const;

    // Routes outlive a NOTIFICATION too, unless it is a Hard Reset (RFC 8538): both sides said so.
    bool notifications_preserve() const;

    friend bool operator==(const Negotiated&, const Negotiated&) = default;
};

Open make_open(const PeerSettings& settings);

// What a refused OPEN said where that is not as configured: "AS 64513, 64512 is configured"; empty
// for what the NOTIFICATION's own name says.
std::string what_was_refused(const PeerSettings& settings, const Open& received,
                             const Notification& refusal);

// The NOTIFICATION is the one that RFC 4271 6.2 and its successors ask for.
Decoded<Negotiated> negotiate(const PeerSettings& settings, const Open& sent, const Open& received);

}  // namespace dx::bgp
