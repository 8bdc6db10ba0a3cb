#include "daemon/retention.hpp"

#include <algorithm>

namespace dx::daemon {

namespace {

using std::chrono::seconds;

Retention::Kept phase(Retention::Phase phase, seconds lasts, Retention::TimePoint now,
                      seconds long_lived = seconds(0)) {
    return {phase, now + lasts, lasts, long_lived};
}

// The long-lived stale time runs on beside (RFC 9494 4.2), to the moment: what is told after it is
// not kept with what was stale.
Retention::Kept back(const Retention::Kept& away, seconds stale_time, Retention::TimePoint now) {
    auto back = phase(Retention::Phase::Back, stale_time, now);
    if (away.phase == Retention::Phase::LongAway && away.until < back.until)
        back = {Retention::Phase::Back, away.until, std::chrono::ceil<seconds>(away.until - now)};
    return back;
}

}  // namespace

std::string to_string(const Retention::Kept& kept, Retention::TimePoint now) {
    const bool is_last = kept.phase == Retention::Phase::LongAway;
    const auto left = std::chrono::ceil<seconds>(kept.until - now).count();
    return (is_last ? "kept as the last choice, " : "kept in use, ") + std::to_string(left) +
           " s to come back (" + (is_last ? "long-lived " : "") + "graceful restart)";
}

bgp::Families Retention::begin(const std::vector<bgp::KeptFamily>& kept, bgp::Families told,
                               TimePoint now) {
    const auto before = before_;
    end();
    bgp::Families families;
    for (const auto& [family, restart, long_lived] : kept) {
        const auto& earlier = before[family];
        const bool still_long =
            earlier && earlier->phase == Phase::LongAway && now < earlier->until;
        const bool goes_on = earlier && (!told.contains(family) || still_long);
        if (goes_on && earlier->until <= now && earlier->long_lived == seconds(0)) continue;
        families_[family] = goes_on ? *earlier : phase(Phase::Away, restart, now, long_lived);
        families.insert(family);
    }
    return families;
}

std::vector<net::Family> Retention::resume(const bgp::Negotiated& agreed, TimePoint now,
                                           seconds stale_time) {
    std::vector<net::Family> lost;
    for (const auto family : bgp::kFamilies) {
        auto& kept = families_[family];
        if (!kept) continue;
        if (bgp::still_forwards(agreed, family, kept->phase == Phase::LongAway)) {
            before_[family] = kept;
            kept = back(*kept, stale_time, now);
        } else {
            kept.reset();
            lost.push_back(family);
        }
    }
    return lost;
}

bool Retention::complete(net::Family family) {
    const bool was_kept = families_[family].has_value();
    families_[family].reset();
    before_[family].reset();
    return was_kept;
}

std::optional<Retention::TimePoint> Retention::next() const {
    std::optional<TimePoint> next;
    for (const auto family : bgp::kFamilies)
        if (const auto& kept = families_[family])
            next = next ? std::min(*next, kept->until) : kept->until;
    return next;
}

std::vector<Retention::Ended> Retention::advance(TimePoint now) {
    std::vector<Ended> ended;
    for (const auto family : bgp::kFamilies) {
        auto& kept = families_[family];
        if (!kept || kept->until > now) continue;
        const auto was = *kept;
        kept.reset();
        before_[family].reset();
        if (was.long_lived > seconds(0)) kept = phase(Phase::LongAway, was.long_lived, now);
        ended.push_back({family, was, kept});
    }
    return ended;
}

bool Retention::any() const {
    return std::ranges::any_of(
        bgp::kFamilies, [this](net::Family family) { return families_[family].has_value(); });
}

bool Retention::away() const {
    return std::ranges::any_of(bgp::kFamilies, [this](net::Family family) {
        return families_[family] && families_[family]->phase != Phase::Back;
    });
}

}  // namespace dx::daemon
