// What passes on an established session, and what the kernel makes of it.
#include <fmt/format.h>

#include "cli/doctor/checks/rows.hpp"

namespace dx::doctor {
namespace {

constexpr std::string_view kNoSession = "there is no session";

Finding family_policy(const Neighbor& neighbor, const Family& family) {
    const auto name = net::to_string(family.family);
    if (family.import_policy.empty() || family.export_policy.empty()) {
        const bool neither = family.import_policy.empty() && family.export_policy.empty();
        const auto* const which = neither                        ? "import nor export"
                                  : family.import_policy.empty() ? "import"
                                                                 : "export";
        return failed(fmt::format("{} {} policy for {}: nothing passes (RFC 8212)",
                                  neither ? "neither an" : "no", which, name),
                      "set `import` and `export` to a policy, or to accept-all");
    }
    if (!neighbor.established()) return ok("policies are set");
    const auto seen = fmt::format("{}: {} received, {} accepted, {} advertised", name,
                                  family.received, family.accepted, family.advertised);
    if (!family.negotiated)
        return failed(fmt::format("{} was not agreed on", name),
                      "correct `families`: AWS has one family a session, that of its addresses");
    if (family.received > 0 && family.accepted == 0)
        return warning(seen, fmt::format("see whether the policy {} is meant to reject all",
                                         family.import_policy));
    if (family.received == 0)
        return warning(seen, "look at the gateway's associations and allowed prefixes at AWS");
    if (family.advertised == 0)
        return warning(seen, fmt::format("look at `networks` and the policy {}: AWS has no way "
                                         "back to us",
                                         family.export_policy));
    return ok(seen);
}

Finding family_limit(const Neighbor& neighbor, const Family& family) {
    const auto name = net::to_string(family.family);
    if (const auto& in = family.limit_in; in && in->beyond > 0)
        return failed(fmt::format("{} {} prefixes are beyond the inbound limit of {} and are "
                                  "discarded",
                                  in->beyond, name, in->max),
                      "raise `prefix-limit.in`, or ask why the peer sends so many");
    const auto& out = family.limit_out;
    if (out && out->beyond > 0)
        return failed(
            fmt::format("{} {} prefixes are held back: at most {} may be sent{}", out->beyond, name,
                        out->max, out->by_peer ? ", as AWS said in its NOTIFICATION" : ""),
            "aggregate them (`prefix-limit.out.aggregate`), or let AWS raise the allocation and "
            "then `prefix-limit.out`");
    if (out && out->aggregated > 0)
        return warning(
            fmt::format("{} {} prefixes are covered by aggregates: not all fit into the "
                        "{} that may be sent",
                        out->aggregated, name, out->max),
            "let AWS raise the allocation and then `prefix-limit.out`, if the aggregates "
            "lead AWS to more than is here");
    if (!out) return ok(fmt::format("no outbound limit for {}", name));
    const auto seen = fmt::format("{} of {} {} prefixes sent", family.advertised, out->max, name);
    if (neighbor.established() && out->warn_percent &&
        family.advertised * 100 >= out->max * *out->warn_percent)
        return warning(seen,
                       "aggregate them (`prefix-limit.out.aggregate`) before there are too many");
    return ok(seen);
}

// The worst of what is found for each family, the first of equals.
Finding of_families(const Neighbor& neighbor, Finding (*check)(const Neighbor&, const Family&)) {
    Finding worst = skipped("no family is configured");
    bool first = true;
    for (const auto& family : neighbor.families) {
        if (!family.configured) continue;
        auto finding = check(neighbor, family);
        const bool worse = finding.result == Result::Failed ||
                           (finding.result == Result::Warning && worst.result == Result::Ok);
        if (first || (worse && worst.result != Result::Failed)) worst = std::move(finding);
        first = false;
    }
    return worst;
}

std::string sent_too_many(const Neighbor& neighbor) {
    std::string words;
    for (const auto& family : neighbor.families)
        if (family.sent_too_many > 0)
            words += fmt::format(
                "; it had been sent {} {} prefixes, and did not say how many it "
                "takes",
                family.sent_too_many, net::to_string(family.family));
    return words;
}

Finding trouble(std::string_view what, const RouteCount& of, std::string advice) {
    const auto others = of.count > 1 ? fmt::format(" and {} more", of.count - 1) : std::string();
    return failed(fmt::format("{}{} {} ({})", of.example, others, what, of.why), std::move(advice));
}

std::string removal(const RouteCount& of) {
    const auto* const command = of.example.find(':') == std::string::npos ? "ip" : "ip -6";
    return fmt::format("remove the other route: {} route del {} {}", command, of.example, of.why);
}

}  // namespace

Finding check_policy(const Facts&, const Neighbor& neighbor) {
    return of_families(neighbor, family_policy);
}

Finding check_prefix_limit(const Facts&, const Neighbor& neighbor) {
    if (!neighbor.ended_by_limit()) return of_families(neighbor, family_limit);
    if (neighbor.last_down.starts_with("received"))
        return failed(fmt::format("the peer ended the session: {}{}", neighbor.last_down,
                                  sent_too_many(neighbor)),
                      fmt::format("advertise fewer prefixes or raise the allocation at AWS, then "
                                  "clear ip bgp {}",
                                  neighbor.name));
    return failed("the session is held down: " + neighbor.last_down,
                  fmt::format("raise `prefix-limit.in` or ask why the peer sends so many, then "
                              "clear ip bgp {}",
                              neighbor.name));
}

Finding check_fib(const Facts&, const Neighbor& neighbor) {
    if (!neighbor.established()) return skipped(std::string(kNoSession));
    if (!neighbor.routes) return skipped("`fib.enabled` is false");
    const auto& routes = *neighbor.routes;
    if (routes.conflict.count > 0)
        return trouble("not installed, for another program's route has the prefix", routes.conflict,
                       removal(routes.conflict));
    if (routes.failed.count > 0)
        return trouble("refused by the kernel", routes.failed, "see what the kernel says");
    if (routes.unresolved.count > 0)
        return trouble("not installed, for the next hop cannot be reached", routes.unresolved,
                       "see `show ip route` for the next hop");
    if (!neighbor.returns_in.empty())
        return warning(
            fmt::format("the circuit failed: what others carry too goes by it again in "
                        "{} (return-delay)",
                        neighbor.returns_in),
            fmt::format("see `show ip bgp neighbors {} history` for why it fails", neighbor.name));
    const auto seen = fmt::format("routes installed: {}", routes.installed);
    if (routes.installed == 0)
        for (const auto& family : neighbor.families)
            if (family.accepted > 0) return ok(seen + "; other paths are better");
    return ok(seen);
}

Finding check_static_routes(const Facts&, const Neighbor& neighbor) {
    if (!neighbor.routes) return skipped(std::string(kNoSession));
    const auto& routes = *neighbor.routes;
    if (const auto& of = routes.beneath_foreign; of.count > 0)
        return warning(fmt::format("routes of other programs lead parts of what was learnt "
                                   "elsewhere ({} in all): {} {}",
                                   of.count, of.example, of.why),
                       "unless that is meant, " + removal(of));
    if (const auto& of = routes.beneath_static; of.count > 0)
        return warning(fmt::format("static routes of other programs lead parts of what was learnt "
                                   "by the same gateway ({} in all): {} {}; they stay when BFD or "
                                   "BGP finds the circuit dead",
                                   of.count, of.example, of.why),
                       removal(of));
    if (const auto& of = routes.beneath_own; of.count > 0)
        return warning(fmt::format("the static route to {} ({} in all) leads a part of what was "
                                   "learnt by the same gateway, and stays when the circuit is dead",
                                   of.example, of.count),
                       "remove it from `static-routes`, or give it `bfd: true`");
    if (const auto& of = routes.behind_static; of.count > 0)
        return warning(fmt::format("a static route is preferred to BGP's for {} ({} in all)",
                                   of.example, of.count),
                       "give the static route a distance above 20 to make it the floor");
    return ok("none shadows what was learnt");
}

Finding check_source(const Facts&, const Neighbor& neighbor) {
    if (!neighbor.routes) return skipped(std::string(kNoSession));
    const auto& routes = *neighbor.routes;
    if (!routes.source) return skipped("no route to try");
    const auto source = routes.source->to_string();
    constexpr std::string_view kAdvice =
        "set `fib.source` to an address of this host that is advertised (forwarded traffic is not "
        "affected)";
    if (neighbor.local == routes.source && !routes.source_advertised)
        return warning(fmt::format("this host itself sends to {} from the link's address {}, which "
                                   "AWS does not route back",
                                   routes.source_for, source),
                       std::string(kAdvice));
    if (!routes.source_advertised)
        return warning(fmt::format("this host itself sends to {} from {}, which is not advertised",
                                   routes.source_for, source),
                       std::string(kAdvice));
    return ok(fmt::format("this host sends from {}", source));
}

}  // namespace dx::doctor
