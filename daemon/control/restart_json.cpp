#include "daemon/control/restart_json.hpp"

#include <algorithm>

#include "daemon/control/forms.hpp"

namespace dx::control {
namespace {

void write_end_of_rib(std::string_view key, const NeighborView& neighbor,
                      bool NeighborFamilyView::* seen, JsonWriter& json) {
    json.key(key).begin_object();
    for (const auto& family : neighbor.families)
        if (family.*seen) json.member(family_key(family.family), true);
    json.end_object();
}

// What the other side is: it helps us, or may itself restart.
std::string_view remote_mode(const RestartView& restart) {
    if (!restart.theirs) return "NotApplicable";
    return restart.theirs->families.empty() ? "Helper" : "Restart";
}

template <class Entry>
const Entry* entry_of(const std::vector<Entry>& entries, net::Family family) {
    const auto found = std::ranges::find(entries, bgp::AfiSafi::unicast(family), &Entry::afi_safi);
    return found == entries.end() ? nullptr : &*found;
}

std::int64_t seconds(Milliseconds time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

void write_family(const RestartView& restart, const NeighborFamilyView& family, JsonWriter& json) {
    const auto* theirs =
        restart.theirs ? entry_of(restart.theirs->families, family.family) : nullptr;
    const auto* long_lived =
        restart.theirs_long ? entry_of(restart.theirs_long->families, family.family) : nullptr;
    const auto kept = std::ranges::find(restart.kept, family.family, &RestartView::Kept::family);
    const bool is_kept = kept != restart.kept.end();
    json.key(family_key(family.family)).begin_object();
    json.member("fBit", theirs && theirs->forwarding_preserved);
    json.key("endOfRibStatus").begin_object();
    json.member("endOfRibSend", family.end_of_rib_sent);
    json.member("endOfRibRecv", family.end_of_rib_received).end_object();
    if (std::ranges::find(restart.deferred, family.family) != restart.deferred.end())
        json.member("selectionDeferred", true);
    json.key("timers").begin_object();
    if (long_lived) json.member("longLivedStaleTime", long_lived->stale_time.count());
    if (is_kept) {
        json.member("stalePathTimer", seconds(kept->lasts));
        json.member("stalePathTimerRemaining", seconds(kept->left));
    }
    json.end_object();
    if (is_kept) json.member("phase", kept->phase).member("staleRoutes", kept->routes);
    json.end_object();
}

}  // namespace

void write_restart_capability(const bgp::GracefulRestart& theirs, JsonWriter& json) {
    json.member("gracefulRestartRemoteTimerMsecs", Milliseconds(theirs.restart_time).count());
    if (theirs.families.empty()) {
        json.member("addressFamiliesByPeer", "none");
        return;
    }
    json.key("addressFamiliesByPeer").begin_object();
    for (const auto& entry : theirs.families) {
        const auto family = entry.afi_safi.family();
        if (!family) continue;
        json.key(family_key(*family)).begin_object();
        json.member("preserved", entry.forwarding_preserved).end_object();
    }
    json.end_object();
}

void write_restart(const NeighborView& neighbor, JsonWriter& json) {
    const auto& restart = neighbor.restart;
    json.key("gracefulRestartInfo").begin_object();
    write_end_of_rib("endOfRibSend", neighbor, &NeighborFamilyView::end_of_rib_sent, json);
    write_end_of_rib("endOfRibRecv", neighbor, &NeighborFamilyView::end_of_rib_received, json);
    json.member("localGrMode", restart.mode).member("remoteGrMode", remote_mode(restart));
    json.member("rBit", restart.theirs && restart.theirs->restarting);
    json.member("nBit", restart.theirs && restart.theirs->notification_preserves);
    json.member("notificationsPreserve", restart.notifications);
    json.member("helping", !restart.kept.empty());
    json.key("timers").begin_object();
    json.member("configuredRestartTimer", restart.restart_time.count());
    if (restart.theirs) json.member("receivedRestartTimer", restart.theirs->restart_time.count());
    json.end_object();
    for (const auto& family : neighbor.families)
        write_family(restart, family, json);
    json.end_object();
}

}  // namespace dx::control
