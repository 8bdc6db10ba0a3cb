#include "cli/outage.hpp"

#include <algorithm>
#include <string_view>

namespace dx::cli {
namespace {

constexpr std::int64_t kCauseWithin = 5'000;   // before the end of a session
constexpr std::int64_t kReloadWithin = 1'000;  // behind it: a reload is told when it is done

// An operator did; what the configuration became meanwhile had no part in it.
bool was_ended_by_hand(const boost::json::array& events, const Outage& outage) {
    return std::ranges::any_of(events_before(events, outage), [](const Object* event) {
        const auto kind = text(*event, "event");
        if (kind == "cleared") return !text(*event, "text").starts_with("softly");
        return kind == "drained" || kind == "failover-test-begun";
    });
}

}  // namespace

std::int64_t time_of(const Object& event) {
    return number(event, "time");
}

// The router's own end ends the sessions too: by `stopped`, or by a start without one.
std::vector<Outage> outages_in(const boost::json::array& events) {
    std::vector<Outage> outages;
    bool up = false;
    for (std::size_t at = 0; at < events.size(); ++at) {
        const auto& event = events[at].as_object();
        const auto kind = text(event, "event");
        if (kind == "established") {
            if (!outages.empty() && !up) outages.back().back = &event;
            up = true;
        } else if (up && (kind == "down" || kind == "stopped" || kind == "started")) {
            outages.push_back({&event, nullptr, at});
            up = false;
        }
    }
    return outages;
}

std::vector<const Object*> events_before(const boost::json::array& events, const Outage& outage) {
    std::vector<const Object*> found;
    for (auto at = outage.at; at-- > 0;) {
        const auto& event = events[at].as_object();
        if (time_of(*outage.end) - time_of(event) > kCauseWithin) break;
        if (text(event, "event") == "established") break;
        if (has(event, "neighbor")) found.push_back(&event);  // else of a gateway, say
    }
    return found;
}

const Object* reload_behind(const boost::json::array& events, const Outage& outage) {
    if (text(child(*outage.end, "details"), "cause") != "administrative") return nullptr;
    if (was_ended_by_hand(events, outage)) return nullptr;
    for (auto at = outage.at + 1; at < events.size(); ++at) {
        const auto& event = events[at].as_object();
        if (time_of(event) - time_of(*outage.end) > kReloadWithin) break;
        if (text(event, "event") == "configuration-reloaded") return &event;
    }
    return nullptr;
}

bool bfd_was_refused(const boost::json::array& events, const Outage& outage) {
    return std::ranges::any_of(events_before(events, outage), [](const Object* event) {
        return text(*event, "event") == "bfd-down" && has(child(*event, "details"), "refused");
    });
}

}  // namespace dx::cli
