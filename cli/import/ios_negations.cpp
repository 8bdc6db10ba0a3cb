#include "cli/import/ios_negations.hpp"

#include <algorithm>

#include "cli/import/ios_reasons.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

constexpr auto kOff = "it is off unless it is configured";

constexpr auto kStaysInIos = "the group's stays: in IOS its members cannot do without it";

constexpr auto kStaysInFrr =
    "the group's stays: in FRR `no` gives a member back what its group says";

// How `s.peer` has the setting again as `before` has it.
using PutBack = void (*)(const Setter& s, const Peer& before);

template <auto Member>
void put_back(const Setter& s, const Peer& before) {
    s.peer.neighbor.*Member = before.neighbor.*Member;
}

// With the line that says it.
template <auto Member, auto Line>
void put_back(const Setter& s, const Peer& before) {
    put_back<Member>(s, before);
    s.peer.*Line = before.*Line;
}

template <auto Limit, auto Line>
void put_back_limit(const Setter& s, const Peer& before) {
    const auto family = s.line.ipv6;
    s.peer.neighbor.limits[family].*Limit = before.neighbor.limits[family].*Limit;
    s.peer.limit_lines[family].*Line = before.limit_lines[family].*Line;
}

void put_back_timers(const Setter& s, const Peer& before) {
    if (s.word(1) == "connect") return put_back<&Neighbor::connect_retry>(s, before);
    put_back<&Neighbor::keepalive>(s, before);
    put_back<&Neighbor::hold>(s, before);
}

// Of its words besides the times dxrouted has none.
void put_back_frr_bfd(const Setter& s, const Peer& before) {
    if (s.word(1).empty() || to_number(s.word(1)) != 0)
        put_back<&Neighbor::bfd, &Peer::bfd_line>(s, before);
}

void put_back_filter(const Setter& s, const Peer& before) {
    const bool in = s.word(2) == "in";
    auto& filters = in ? s.peer.in : s.peer.out;
    const auto& old = in ? before.in : before.out;
    const auto is_of_kind = [&](const PeerFilter& each) {
        return each.kind == s.word(0) && each.ipv6 == s.line.ipv6;
    };
    const auto meant = std::ranges::find_if(filters, is_of_kind);
    if (meant == filters.end() || meant->name != s.word(1)) return;
    const auto instead = std::ranges::find_if(old, is_of_kind);
    if (instead != old.end())
        *meant = *instead;
    else
        filters.erase(meant);
}

void put_back_next_hop_self(const Setter& s, const Peer& before) {
    s.peer.next_hop_self = before.next_hop_self;
}

void put_back_transport(const Setter& s, const Peer& before) {
    if (s.word(1) == "connection-mode") put_back<&Neighbor::passive>(s, before);
}

struct Row {
    std::string_view keyword;
    PutBack put_back;
    bool of_updates = false;  // of those sent: in IOS it is one for all of a group
};

constexpr Row kRows[] = {
    {"remote-as", put_back<&Neighbor::remote_as, &Peer::as_line>, true},
    {"description", put_back<&Neighbor::description>},
    {"password", put_back<&Neighbor::key>},
    {"timers", put_back_timers},
    {"ebgp-multihop", put_back<&Neighbor::multihop>},
    {"ttl-security", put_back<&Neighbor::ttl_security, &Peer::security_line>},
    {"bfd", put_back_frr_bfd},
    {"fall-over", put_back<&Neighbor::bfd, &Peer::bfd_line>},
    {"shutdown", put_back<&Neighbor::shutdown>},
    {"update-source", put_back<&Neighbor::local_address>, true},
    {"interface", put_back<&Neighbor::interface>},
    {"maximum-prefix", put_back_limit<&PrefixLimits::in, &LimitLines::in>},
    {"maximum-prefix-out", put_back_limit<&PrefixLimits::out, &LimitLines::out>},
    {"route-map", put_back_filter},
    {"prefix-list", put_back_filter},
    {"filter-list", put_back_filter},
    {"distribute-list", put_back_filter},
    {"next-hop-self", put_back_next_hop_self, true},
    {"allowas-in", put_back<&Neighbor::allow_own_as>},
    {"graceful-restart", put_back<&Neighbor::graceful_restart, &Peer::restart_line>},
    {"graceful-restart-helper", put_back<&Neighbor::graceful_restart, &Peer::restart_line>},
    {"graceful-restart-disable", put_back<&Neighbor::graceful_restart, &Peer::restart_line>},
    {"passive", put_back<&Neighbor::passive>},
    {"transport", put_back_transport},
    {"local-role", put_back<&Neighbor::bgp_role>},
};

bool is_of_updates(const Row& row, const Setter& s) {
    return row.of_updates || (row.put_back == put_back_filter && s.word(2) == "out");
}

// Puts it back as `before` has it; false if it is so already.
bool changes(const Row& row, const Setter& s, const Peer& before) {
    const auto old = s.peer;
    row.put_back(s, before);
    return s.peer != old;
}

}  // namespace

void take_back(const Setter& s) {
    const auto* const row = std::ranges::find(kRows, s.word(0), &Row::keyword);
    if (const auto always = done_always(*s.line.line, 2); !always.empty())
        return s.skip(std::string(always));
    if (row == std::end(kRows)) return s.needless(kOff);
    const bool frr = s.context.dialect == Dialect::Frr;
    const bool groups_stays = frr || is_of_updates(*row, s);
    if (changes(*row, s, groups_stays ? s.basis.of_groups : s.basis.bare)) return s.done();
    auto without = s.peer;
    if (!changes(*row, {s.line, s.context, s.basis, without}, s.basis.bare))
        return s.needless(kOff);
    s.skip(frr ? kStaysInFrr : kStaysInIos);
}

}  // namespace dx::importing
