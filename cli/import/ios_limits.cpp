#include "cli/import/ios_limits.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/import/families.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

constexpr unsigned kLongestPause = 1440;  // minutes
constexpr unsigned kWarnedFrom = 80;      // percent

}  // namespace

// maximum-prefix NUMBER [PERCENT] [warning-only | restart MINUTES] [force]
void maximum_prefix(const Setter& s) {
    PrefixLimit limit{to_number(s.word(1)), true, 5};
    Texts changes;
    bool restarts = false;
    for (std::size_t i = 2; i < s.line.count(); ++i) {
        if (s.word(i) == "warning-only") return s.skip("dxrouted has no limit that only warns");
        if (s.word(i) == "restart") {
            const auto minutes = to_number(s.word(++i));
            restarts = true;
            limit.after_minutes = std::clamp(minutes, 1U, kLongestPause);
            if (limit.after_minutes != minutes)
                changes.push_back(fmt::format("the session is tried again after {} minutes",
                                              limit.after_minutes));
        } else if (s.word(i) == "force") {
            changes.emplace_back("dxrouted counts what the import policy accepts");
        } else if (to_number(s.word(i)) != kWarnedFrom) {
            changes.emplace_back("dxrouted warns from 80% on, not at a percentage");
        }
    }
    if (limit.max == 0) return s.skip("it is not a number of prefixes");
    s.peer.neighbor.limits[s.line.ipv6].in = limit;
    s.peer.limit_lines[s.line.ipv6].in = s.line.line;
    if (!restarts)
        changes.insert(changes.begin(),
                       "the session is tried again after 5 minutes, not left down");
    changes.empty() ? s.done() : s.changed(fmt::format("{}", fmt::join(changes, "; ")));
}

void maximum_prefix_out(const Setter& s) {
    s.peer.neighbor.limits[s.line.ipv6].out = to_number(s.word(1));
    s.peer.limit_lines[s.line.ipv6].out = s.line.line;
    s.done();
}

void finish_limits(Peer& peer, IosLineUse& use) {
    auto& limits = peer.neighbor.limits;
    const auto only = only_family(peer.neighbor);
    for (const bool ipv6 : {false, true}) {
        const bool is_other = only && *only != ipv6;
        use.tell(peer.limit_lines[ipv6].in, !is_other || !limits[*only].in);
        use.tell(peer.limit_lines[ipv6].out, !is_other || limits[*only].out == 0);
    }
    if (!only) return;
    auto& own = limits[*only];
    const auto& other = limits[!*only];
    if (!own.in) own.in = other.in;
    if (own.out == 0) own.out = other.out;
}

}  // namespace dx::importing
