#include "cli/show/prefix_limits.hpp"

#include <ctime>

#include <fmt/chrono.h>

namespace dx::cli {
namespace {

void print_aggregate(std::string_view prefix, const Object& aggregate, Output& out) {
    out.print("    Aggregate {} ", prefix);
    const auto covers = number(aggregate, "covers");
    if (flag(aggregate, "announced"))
        out.print("is sent instead of {} prefixes, since not all fit\n", covers);
    else if (flag(aggregate, "refused"))
        out.print("is rejected by the export policy, and covers {} prefixes\n", covers);
    else
        out.print("is not in use, and covers {} prefixes\n", covers);
}

// " on 2026-11-22 23:58:32"; not known from an older daemon.
std::string when_said(const Object& limit) {
    if (!has(limit, "byPeerSince")) return {};
    const auto at = static_cast<std::time_t>(number(limit, "byPeerSince"));
    return fmt::format(" on {:%Y-%m-%d %H:%M:%S}", fmt::localtime(at));
}

}  // namespace

void print_limits(const Object& family, Output& out) {
    if (const auto& in = child(family, "prefixLimitIn"); !in.empty()) {
        out.print("  Maximum prefixes allowed {} ({})", number(in, "max"), text(in, "action"));
        if (const auto beyond = number(in, "beyond"); beyond != 0)
            out.print(", {} beyond it", beyond);
        out.write("\n");
        if (has(in, "warnPercent"))
            out.print("  Threshold for warning message {}%\n", number(in, "warnPercent"));
    }
    if (const auto& limit = child(family, "prefixLimitOut"); !limit.empty()) {
        out.print("  Maximum prefixes sent {} ({})", number(limit, "max"), text(limit, "action"));
        if (flag(limit, "byPeer")) out.print(", as the peer said{}", when_said(limit));
        if (const auto beyond = number(limit, "beyond"); beyond != 0)
            out.print(", {} held back", beyond);
        if (const auto aggregated = number(limit, "aggregated"); aggregated != 0)
            out.print(", {} aggregated", aggregated);
        out.write("\n");
        for (const auto& [prefix, aggregate] : child(limit, "aggregates"))
            print_aggregate(prefix, aggregate.as_object(), out);
    }
}

}  // namespace dx::cli
