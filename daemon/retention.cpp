#include "daemon/retention.hpp"

#include <algorithm>

namespace dx::daemon {

namespace {

using std::chrono::seconds;

Retention::Kept phase(Retention::Phase phase, seconds lasts, Retention::TimePoint now,
                      seconds long_lived = seconds(0)) {
    return {phase, now + lasts, lasts, long_lived};
}

}  // namespace

void Retention::begin(const std::vector<bgp::KeptFamily>& kept, TimePoint now) {
    end();
    for (const auto& [family, restart, long_lived] : kept)
        families_[family] = phase(Phase::Away, restart, now, long_lived);
}

std::vector<net::Family> Retention::resume(const bgp::Negotiated& agreed, TimePoint now) {
    std::vector<net::Family> lost;
    for (const auto family : bgp::kFamilies) {
        auto& kept = families_[family];
        if (!kept) continue;
        if (bgp::still_forwards(agreed, family, kept->phase == Phase::LongAway)) {
            kept = phase(Phase::Back, kEndOfRibAtMost, now);
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
