// What happened to a neighbor as events, made of the values that the router has at hand. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/control/http.hpp"
#include "daemon/events.hpp"
#include "daemon/neighbor_table.hpp"
#include "libbgp/fsm/down_reason.hpp"
#include "libbgp/rib/route_view.hpp"
#include "libfib/bfd/service.hpp"

namespace dx::daemon {

using RouteCounts = bgp::PerFamily<bgp::NeighborCounts>;

Event state_changed(const Neighbor& neighbor, bgp::State old, bgp::State now, std::string_view why);

// With what both sides agreed on.
Event established(const Neighbor& neighbor, const net::IpAddress& local);

// With the routes that there were a moment before; `neighbor.session` tells their families.
Event session_down(const Neighbor& neighbor, const bgp::DownReason& reason,
                   const RouteCounts& counts);

Event attempt_failed(const Neighbor& neighbor, const bgp::DownReason& reason);

// The NOTIFICATION that ended a session or an attempt; none where none did.
std::optional<Event> notification(const Neighbor& neighbor, const bgp::DownReason& reason);

Event routes_complete(const Neighbor& neighbor, net::Family family,
                      const bgp::NeighborCounts& counts);

struct LimitReport {
    net::Family family{};
    std::string_view direction;  // "in", "out"
    std::uint32_t max = 0;
    std::string_view what;  // comes of it
};

Event limit_event(EventKind kind, const Neighbor& neighbor, const LimitReport& limit);

// To or from Up; none: BFD was on its way.
std::optional<Event> bfd_changed(std::string neighbor, const bfd::SessionChange& change,
                                 std::string_view reason);

// Its packets come and are refused.
Event bfd_refused(std::string neighbor, bfd::Discard reason);

// BGP is Established and BFD, in `state`, does not come Up.
Event bfd_absent(const Neighbor& neighbor, bfd::State state, std::string_view why);

// Of the gateway of static routes, which is no neighbor.
std::optional<Event> gateway_bfd_changed(const std::string& gateway,
                                         const bfd::SessionChange& change, std::string_view reason);
Event gateway_bfd_refused(const std::string& gateway, bfd::Discard reason);

// `neighbor` is null where a gateway was lost.
Event failed_over(const Neighbor* neighbor, std::string text, std::chrono::nanoseconds took);

// `missing` is what it is not attached for; empty: it is, by `interface`.
Event link_changed(const Neighbor& neighbor, std::string_view missing, std::string_view interface);

// `text` says what happens to the neighbor; who wanted it, if somebody did, is added.
Event by_operator(EventKind kind, const Neighbor& neighbor, std::string text,
                  const std::optional<control::Client>& by);
// Of a reload, and of a configuration that was applied, confirmed or taken back.
Event configured(bool done, std::string text, std::optional<std::uint32_t> user);

// "by root", "by a signal": for the log too.
std::string by_whom(const std::optional<control::Client>& by);

}  // namespace dx::daemon
