// Whom BFD watches, as the configuration names it: who means the same peer shares one session
// (RFC 5882 2), and it runs as the one who wants to know soonest asks.
#pragma once

#include <compare>
#include <string>
#include <utility>

#include "libfib/bfd/session.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::daemon {

// Any other address than a link-local one is the same host on whatever link.
struct BfdPeer {
    BfdPeer(const net::IpAddress& of, std::string on)
        : address(of), interface(of.is_scoped() ? std::move(on) : std::string()) {}

    net::IpAddress address;
    std::string interface;  // of a link-local address; else empty

    std::string to_string() const {
        return address.to_string() + (interface.empty() ? "" : "%" + interface);
    }

    friend auto operator<=>(const BfdPeer&, const BfdPeer&) = default;
};

inline bool notices_sooner(const bfd::SessionSettings& a, const bfd::SessionSettings& b) {
    return a.required_min_rx * a.detect_multiplier < b.required_min_rx * b.detect_multiplier;
}

}  // namespace dx::daemon
