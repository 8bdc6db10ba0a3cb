// Static routes that BFD watches: whether their gateway is there and answers.
#include <array>

#include <fmt/format.h>

#include "cli/doctor/checks/rows.hpp"

namespace dx::doctor {
namespace {

std::string name_of(const Gateway& gateway) {
    auto name = gateway.routes.empty() ? std::string() : gateway.routes.front();
    if (gateway.routes.size() > 1) name += fmt::format(" and {} more", gateway.routes.size() - 1);
    return fmt::format("{} via {}", name, gateway.neighbor.name);
}

// What lies below BFD, as on the way to a neighbor: the first that is wrong.
Finding way_to(const Facts& facts, const Neighbor& neighbor) {
    constexpr std::array kBelow{check_link, check_address, check_ipsec, check_resolution,
                                check_ping};
    for (const auto& check : kBelow)
        if (auto found = check(facts, neighbor); found.result == Result::Failed) return found;
    return ok("");
}

Finding silent(const Facts& facts, const Neighbor& neighbor) {
    const auto& bfd = *neighbor.bfd;
    if (auto found = bfd_hindered(facts, neighbor, "gateway")) return *found;
    const auto* const ping = neighbor.probes.echo == Echo::Answered ? "it answers ping, but " : "";
    if (!bfd.heard)
        return failed(
            fmt::format("{}nothing was heard from its BFD: the route is not used", ping),
            "see that BFD runs at the gateway for our address and that UDP port 3784 passes, or "
            "set `bfd: false`");
    return failed(fmt::format("BFD is {} (we say: {}; the gateway says: {}): the route is not used",
                              bfd.state, bfd.diagnostic, bfd.remote_diagnostic),
                  "look at the path: packets get lost on it, or pass in one direction only");
}

Finding examine(const Facts& facts, const Gateway& gateway) {
    const auto& neighbor = gateway.neighbor;
    if (neighbor.bfd && neighbor.bfd->state == "Up")
        return ok(
            fmt::format("BFD is Up, detects within {} ms", neighbor.bfd->detection_time.count()));
    if (auto below = way_to(facts, neighbor); below.result == Result::Failed) return below;
    if (!neighbor.bfd) return failed("no BFD session runs", "see the log");
    if (neighbor.bfd->remote_diagnostic.find("dministratively") != std::string::npos)
        return warning("BFD is administratively down at the gateway: the route stays without it",
                       "switch it on there");
    return silent(facts, neighbor);
}

}  // namespace

Finding check_static_bfd(const Facts& facts) {
    if (facts.gateways.empty()) return skipped("no static route asks for BFD");
    std::string well;
    Finding worst;
    for (const auto& gateway : facts.gateways) {
        auto found = examine(facts, gateway);
        found.detail = fmt::format("{}: {}", name_of(gateway), found.detail);
        if (found.result == Result::Failed) return found;
        if (found.result == Result::Warning)
            worst = std::move(found);
        else
            well += (well.empty() ? "" : "; ") + found.detail;
    }
    return worst.result == Result::Warning ? worst : ok(well);
}

}  // namespace dx::doctor
