#include "daemon/own_restart.hpp"

#include <algorithm>

#include "libbgp/fsm/graceful_restart.hpp"

namespace dx::daemon {

namespace {

using Mode = config::GracefulRestart::Mode;

bool restarts(const config::Neighbor& neighbor) {
    return neighbor.graceful_restart.mode == Mode::Full && !neighbor.shutdown.active;
}

// A peer that restarts the family itself waits for what we tell: RFC 4724 4.1. FRR says that it
// restarts for minutes after its start, also where it only helps and waits for nobody.
bool waits_for_us(const bgp::Capabilities& received, net::Family family) {
    const auto& theirs = *received.graceful_restart;
    return theirs.restarting &&
           std::ranges::find(theirs.families, bgp::AfiSafi::unicast(family),
                             &bgp::GracefulRestart::Entry::afi_safi) != theirs.families.end();
}

}  // namespace

std::chrono::milliseconds selection_deferral(const config::Config& config) {
    return std::chrono::milliseconds(config.fib.stale_time) * 3 / 4;
}

bgp::Families restartable_families(const config::Config& config) {
    bgp::Families families;
    for (const auto& neighbor : config.neighbors)
        for (const auto family : bgp::kFamilies)
            if (restarts(neighbor) && neighbor.families.contains(family)) families.insert(family);
    return families;
}

bool is_awaited(const Neighbor& neighbor, net::Family family) {
    if (!restarts(neighbor.config) || neighbor.is_shut_down() ||
        !neighbor.config.families.contains(family))
        return false;
    const bool no_link = neighbor.interface == 0 && !neighbor.missing.empty();
    if (!neighbor.session) return !no_link;
    if (!neighbor.end_of_rib_awaited.contains(family)) return false;
    return neighbor.agreed.received.capabilities.graceful_restart &&
           !waits_for_us(neighbor.agreed.received.capabilities, family);
}

std::optional<bgp::GracefulRestart> announced_restart(const Neighbor& neighbor,
                                                      const OwnRestart& restart) {
    const auto& config = neighbor.config.graceful_restart;
    if (config.mode == Mode::Off) return std::nullopt;
    bgp::GracefulRestart announced;
    announced.notification_preserves = true;
    announced.restart_time = config.restart_time;
    if (config.mode == Mode::Helper) return announced;
    announced.restarting = restart.under_way();
    const bool kept = restart.forwarding_kept || neighbor.epoch != 0;
    for (const auto family : bgp::kFamilies)
        if (neighbor.config.families.contains(family))
            announced.families.push_back({bgp::AfiSafi::unicast(family), kept});
    return announced;
}

bool waits_for_our_return(const Neighbor& neighbor, const config::Config& config) {
    return config.fib.on_stop == config::FibSettings::OnStop::Keep && restarts(neighbor.config) &&
           neighbor.session && !neighbor.drain && bgp::keeps_ours(neighbor.agreed);
}

}  // namespace dx::daemon
