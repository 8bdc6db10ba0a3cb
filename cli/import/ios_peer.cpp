#include "cli/import/ios_peer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/import/addresses.hpp"
#include "cli/import/ios_limits.hpp"
#include "cli/import/ios_negations.hpp"
#include "cli/import/ios_reasons.hpp"
#include "cli/import/ios_setter.hpp"
#include "cli/import/names.hpp"
#include "cli/import/numbers.hpp"
#include "cli/import/type7.hpp"

namespace dx::importing {
namespace {

constexpr std::size_t kLongestKey = 80;

void remote_as(const Setter& s) {
    const auto as = s.word(1) == "internal" ? s.context.our_as : parse_as(s.word(1));
    if (!is_usable_as(as))
        return s.skip("the neighbor's AS number must be said (expected remote-as NUMBER)");
    s.peer.neighbor.remote_as = as;
    s.peer.as_line = s.line.line;
    s.done();
}

void description(const Setter& s) {
    s.peer.neighbor.description = s.rest(1);
    s.done();
}

// Cisco: [0|7] KEY; of other types the key cannot be had back.
std::optional<std::string> cisco_key(const Setter& s) {
    const auto type = s.word(1);
    if (s.line.count() < 3) return s.rest(1);
    if (type == "0") return s.rest(2);
    return type == "7" ? decode_type7(s.word(2)) : std::nullopt;
}

void password(const Setter& s) {
    const auto key = s.context.dialect == Dialect::Cisco ? cisco_key(s) : s.rest(1);
    if (!key) return s.skip("the key is encrypted, or not as it should be: write it into a file");
    if (key->empty() || key->size() > kLongestKey)
        return s.skip(fmt::format("the key has {} bytes (expected 1 to 80)", key->size()));
    s.peer.neighbor.key = *key;
    s.done();
}

// timers KEEPALIVE HOLD [MINIMUM], timers connect SECONDS
void timers(const Setter& s) {
    if (s.word(1) == "connect") {
        s.peer.neighbor.connect_retry = std::max(1U, to_number(s.word(2)));
        return s.done();
    }
    if (!are_timers(s.word(1), s.word(2))) return s.skip(kNoTimers);
    const auto said = to_number(s.word(1)), hold = to_number(s.word(2));
    s.peer.neighbor.keepalive = used_keepalive(said, hold);
    s.peer.neighbor.hold = hold;
    Texts reasons;
    if (s.peer.neighbor.keepalive != said) reasons.emplace_back(kKeepaliveIsAThird);
    if (s.line.count() > 3)
        reasons.emplace_back("dxrouted has no minimum of the neighbor's hold time");
    reasons.empty() ? s.done() : s.changed(fmt::format("{}", fmt::join(reasons, "; ")));
}

void ebgp_multihop(const Setter& s) {
    const auto hops = to_number(s.word(1));
    s.peer.neighbor.multihop = s.word(1).empty() ? 255 : std::clamp(hops, 1U, 255U);
    s.done();
}

void ttl_security(const Setter& s) {
    if (s.word(1) != "hops" || s.word(2) != "1")
        return s.skip("dxrouted checks the TTL of directly connected neighbors only (hops 1)");
    s.peer.neighbor.ttl_security = true;
    s.peer.security_line = s.line.line;
    s.done();
}

// Several lines may say so, of which one has the times.
Bfd& turn_on_bfd(const Setter& s) {
    s.peer.bfd_line = s.line.line;
    auto& bfd = s.peer.neighbor.bfd;
    return bfd ? *bfd : bfd.emplace();
}

// bfd [MULTIPLIER RECEIVE TRANSMIT]
void bfd(const Setter& s) {
    auto& bfd = turn_on_bfd(s);
    if (to_number(s.word(1)) != 0 && to_number(s.word(2)) >= 10 && to_number(s.word(3)) >= 10) {
        bfd.multiplier = to_number(s.word(1));
        bfd.interval_ms = std::max(to_number(s.word(2)), to_number(s.word(3)));
        return s.done();
    }
    if (s.word(1).empty()) return s.done();
    s.changed(
        fmt::format("of \"{}\" only that BFD is on (intervals: bfd: {{interval: 300ms, multiplier: "
                    "3}})",
                    s.rest(0)));
}

void fall_over(const Setter& s) {
    if (s.word(1) != "bfd")
        return s.needless("a session ends at once when its interface or address goes");
    turn_on_bfd(s);
    if (!s.word(2).empty() && s.word(2) != "single-hop")
        return s.changed(fmt::format("dxrouted has single-hop BFD, not \"{}\"", s.rest(1)));
    s.done();
}

void shutdown(const Setter& s) {
    if (s.word(1) == "rtt")
        return s.skip("a session does not end because of its round-trip time: the neighbor is up");
    const auto text = s.word(1) == "message" || s.word(1) == "rfc8203" ? s.rest(2) : std::string();
    s.peer.neighbor.shutdown = text;
    s.done();
}

// update-source ADDRESS|INTERFACE: BGP needs the address.
void update_source(const Setter& s) {
    const auto source = std::string(s.word(1));
    if (is_address(source)) {
        s.peer.neighbor.local_address = source;
        return s.done();
    }
    const auto found = s.context.interface_addresses.find(source);
    if (found != s.context.interface_addresses.end())
        for (const auto& address : found->second)
            if (is_ipv6(address) == is_ipv6(s.peer.neighbor.address)) {
                s.peer.neighbor.local_address = address;
                return s.done();
            }
    s.skip(fmt::format("the address of {} is not in the file: write local-address", source));
}

void interface(const Setter& s) {
    if (!is_interface_name(s.word(1))) return s.skip("it is not the name of an interface of Linux");
    s.peer.neighbor.interface = s.word(1);
    s.done();
}

void activate(const Setter& s) {
    s.peer.active[s.line.ipv6] = !s.line.line->negated;
    s.done();
}

// KEYWORD NAME in|out. A line that is cut off may be of either direction, and lets nothing pass.
void filter(const Setter& s) {
    const bool in = s.word(2) == "in", out = s.word(2) == "out";
    const PeerFilter filter{std::string(s.word(0)), in || out ? std::string(s.word(1)) : "",
                            s.line.ipv6, s.line.line};
    // What is said later, by the member of a group, takes the place of what the group said.
    const auto put_into = [&](std::vector<PeerFilter>& filters) {
        std::erase_if(filters, [&](const PeerFilter& each) {
            return each.kind == filter.kind && each.ipv6 == filter.ipv6;
        });
        filters.push_back(filter);
    };
    if (!out) put_into(s.peer.in);
    if (!in) put_into(s.peer.out);
    s.done();
}

// advertise-map NAME exist-map|non-exist-map NAME: what is sent depends on other routes.
void advertise_map(const Setter& s) {
    s.peer.out.push_back(
        {std::string(s.word(0)), std::string(s.word(1)), s.line.ipv6, s.line.line});
    s.done();
}

void next_hop_self(const Setter& s) {
    s.peer.next_hop_self = true;
    if (s.peer.neighbor.remote_as != s.context.our_as)
        return s.needless("toward eBGP neighbors it is always on");
    s.done();
}

void allowas_in(const Setter& s) {
    if (s.word(1) == "origin")
        return s.skip("dxrouted counts our AS wherever it stands in the path");
    const auto times = s.word(1).empty() ? 3 : to_number(s.word(1));
    s.peer.neighbor.allow_own_as = std::min(times, 10U);
    s.done();
}

void graceful_restart(const Setter& s) {
    s.peer.restart_line = s.line.line;
    const auto word = s.word(0);
    s.peer.neighbor.graceful_restart = word == "graceful-restart"          ? "full"
                                       : word == "graceful-restart-helper" ? "helper"
                                                                           : "";
    s.done();
}

void passive(const Setter& s) {
    s.peer.neighbor.passive = true;
    s.done();
}

void transport(const Setter& s) {
    if (s.word(1) == "connection-mode" && s.word(2) == "passive") return passive(s);
    s.needless("the kernel does that");
}

// dxrouted always sends them: what did not must be said.
void send_community(const Setter& s) {
    const bool sends = !s.line.line->negated;
    const auto which = s.word(1);  // those besides the standard ones say nothing of these
    if (which != "extended" && which != "large") s.peer.sends_communities = sends;
    sends ? s.needless("communities are always sent") : s.skip(kCommunitiesAreSent);
}

void local_role(const Setter& s) {
    using Map = std::vector<std::pair<std::string, Texts>>;
    const auto role = std::string(s.word(1));
    s.peer.neighbor.bgp_role = s.word(2) == "strict-mode"
                                   ? Value(Map{{"role", {role}}, {"strict", {"true"}}})
                                   : Value(role);
    s.done();
}

struct Row {
    std::string_view keyword;
    void (*apply)(const Setter&);
};

constexpr Row kSettings[] = {
    {"remote-as", remote_as},
    {"description", description},
    {"password", password},
    {"timers", timers},
    {"ebgp-multihop", ebgp_multihop},
    {"ttl-security", ttl_security},
    {"bfd", bfd},
    {"fall-over", fall_over},
    {"shutdown", shutdown},
    {"update-source", update_source},
    {"interface", interface},
    {"maximum-prefix", maximum_prefix},
    {"maximum-prefix-out", maximum_prefix_out},
    {"activate", activate},
    {"route-map", filter},
    {"prefix-list", filter},
    {"filter-list", filter},
    {"distribute-list", filter},
    {"advertise-map", advertise_map},
    {"next-hop-self", next_hop_self},
    {"allowas-in", allowas_in},
    {"graceful-restart", graceful_restart},
    {"graceful-restart-helper", graceful_restart},
    {"graceful-restart-disable", graceful_restart},
    {"passive", passive},
    {"transport", transport},
    {"local-role", local_role},
    {"send-community", send_community},
};

}  // namespace

void apply_setting(const PeerLine& line, const PeerContext& context, const PeerBasis& basis,
                   Peer& peer) {
    const Setter setter{line, context, basis, peer};
    const auto keyword = line.word(0);
    if (line.line->negated && keyword != "activate" && keyword != "send-community")
        return take_back(setter);
    const auto* const row = std::ranges::find(kSettings, keyword, &Row::keyword);
    if (row != std::end(kSettings)) return row->apply(setter);
    if (!give_reason(IosPlace::Neighbor, *line.line, line.at, context.account))
        setter.skip(fmt::format("dxrouted has no \"{}\" for a neighbor", keyword));
}

}  // namespace dx::importing
