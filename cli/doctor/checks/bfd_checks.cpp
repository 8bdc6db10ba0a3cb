// BFD beside the session.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/doctor/checks/rows.hpp"
#include "cli/doctor/checks/session_words.hpp"
#include "cli/doctor/checks/traffic.hpp"

namespace dx::doctor {
namespace {

struct Refusal {
    std::string_view words;
    std::string_view detail;
    std::string_view advice;
};

constexpr std::array kRefusals{
    Refusal{"authentication", "the peer's BFD uses authentication, which dxrouted does not do",
            "switch it off there"},
    Refusal{"TTL", "the peer's BFD packets come with a TTL below 255, as if over a router",
            "have the peer run single-hop BFD (RFC 5881), on the link itself"},
    Refusal{"", "the peer's BFD packets break RFC 5880",
            "tell the vendor of the peer; `dxctl show bfd peers` counts them"},
};

// Which the daemon gives.
Finding refused(std::string_view reason) {
    const auto& refusal = *std::ranges::find_if(
        kRefusals, [&](const Refusal& each) { return holds(reason, each.words); });
    const auto which = refusal.words.empty() ? fmt::format(" ({})", reason) : std::string();
    return failed(std::string(refusal.detail) + which, std::string(refusal.advice));
}

Finding bfd_not_up(const Facts& facts, const Neighbor& neighbor) {
    const auto& bfd = *neighbor.bfd;
    if (auto found = bfd_hindered(facts, neighbor, "neighbor")) return *found;
    if (bfd.state == "AdminDown" || holds(bfd.remote_diagnostic, "dministratively"))
        return warning("BFD is administratively down", "switch it on at both ends");
    const auto* const consequence = waits_for_bfd(neighbor)
                                        ? ", and BGP waits for it (strict)"
                                        : ": a failure is noticed only when the hold time ends";
    if (!bfd.heard)
        return failed(fmt::format("nothing was heard from the peer's BFD{}", consequence),
                      "see that BFD runs at the peer and that UDP port 3784 passes on the way, or "
                      "set `bfd: false`");
    return failed(fmt::format("BFD is {} (we say: {}; the peer says: {})", bfd.state,
                              bfd.diagnostic, bfd.remote_diagnostic),
                  "look at the path: packets get lost on it, or pass in one direction only");
}

Finding without_bfd_session(const Neighbor& neighbor) {
    if (!neighbor.established() && !waits_for_bfd(neighbor)) return skipped("no session runs");
    const auto* const advice = "have both on one link, or set `bfd: false`";
    if (!neighbor.established()) return failed(why_not_dialled(neighbor), advice);
    return warning(
        "BFD is configured and does not run, as the neighbor is on no link of ours: a failure is "
        "noticed only when the hold time ends",
        advice);
}

}  // namespace

std::optional<Finding> bfd_hindered(const Facts& facts, const Neighbor& neighbor,
                                    std::string_view peer) {
    const auto& bfd = *neighbor.bfd;
    if (!bfd.trouble.empty()) return failed("BFD cannot work: " + bfd.trouble, "see the log");
    if (!bfd.refused.empty()) return refused(bfd.refused);
    const auto chain = drops_bfd(facts, neighbor);
    if (chain.empty()) return std::nullopt;
    return failed(fmt::format("BFD is {}: the firewall's chain {} here drops it", bfd.state, chain),
                  fmt::format("let UDP port 3784 from and to the {} pass in that chain", peer));
}

Finding check_bfd(const Facts& facts, const Neighbor& neighbor) {
    if (neighbor.shut_down || neighbor.tested) return skipped(why_not_dialled(neighbor));
    const bool circuit = neighbor.is_aws() && neighbor.profile != "aws-vpn";
    if (!neighbor.bfd_configured && circuit && neighbor.established())
        return warning("BFD is off: a silent failure is noticed when the hold time ends",
                       "set `bfd: true`; AWS answers as soon as we begin");
    if (!neighbor.bfd_configured) return skipped("not configured");
    if (!neighbor.bfd) return without_bfd_session(neighbor);
    if (neighbor.bfd->state == "Up")
        return ok(fmt::format("Up, detects within {} ms", neighbor.bfd->detection_time.count()));
    if (!neighbor.established() && !waits_for_bfd(neighbor))
        return skipped("there is no BGP session to guard");
    return bfd_not_up(facts, neighbor);
}

}  // namespace dx::doctor
