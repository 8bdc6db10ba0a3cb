#include "libbgp/rib/out_forecast.hpp"

#include <algorithm>
#include <iterator>

#include "libbgp/rib/out_places.hpp"

namespace dx::bgp {

void OutForecast::Contest::add(const Entry& entry, std::size_t places) {
    best.insert(entry);
    if (best.size() <= places) return;
    const auto last = std::prev(best.end());
    lost += last->sent;
    best.erase(last);
}

OutForecast::OutForecast(const PrefixLimitOut& limit, bool in_use_now) : in_use_now_(in_use_now) {
    const auto count = std::min<std::size_t>(limit.aggregates.size(), limit.max);
    places_ = limit.max - static_cast<std::uint32_t>(count);
    for (std::size_t i = 0; i < count; ++i)
        aggregates_[limit.aggregates[i]].of.prefix = limit.aggregates[i];
}

void OutForecast::add(const Entry& entry) {
    const auto& prefix = entry.rank.prefix;
    const auto next = aggregates_.upper_bound(prefix);
    auto* around = next == aggregates_.begin() ? nullptr : &std::prev(next)->second;
    if (around && !around->of.prefix.contains(prefix)) around = nullptr;
    if (around && around->of.prefix == prefix) {
        around->own = entry;
        return;
    }
    if (!entry.wanted) return unwanted_.add(entry.sent, false, false);
    ++wanted_;
    if_all_go_.add(entry.sent, true, entry.same);
    if (around) {
        ++around->of.covers[static_cast<std::size_t>(entry.origin)];
        around->sent += entry.sent;
    }
    (around ? around->covered : uncovered_).add(entry, places_);
}

bool OutForecast::in_use() const {
    return in_use_now_ ? wanted_ + kept_free(places_) > places_ : wanted_ > places_;
}

bool OutForecast::certain() const {
    return wanted_ > places_ || wanted_ + kept_free(places_) <= places_;
}

EffectCounts OutForecast::result(const Make& make) const {
    auto counts = unwanted_;
    const bool aggregated = in_use();
    auto routes = uncovered_;
    for (const auto& [prefix, aggregate] : aggregates_) {
        const auto& own = aggregate.own;
        Made made{own.wanted, own.same};
        if (!own.wanted && aggregated && aggregate.of.covered())
            made = make(prefix, aggregate.of.origin());
        counts.add(own.sent, made.wanted, made.same);
        if (made.wanted) {
            counts.fewer += aggregated ? aggregate.sent : 0;
            continue;
        }
        routes.lost += aggregate.covered.lost;
        for (const auto& entry : aggregate.covered.best)
            routes.add(entry, places_);
    }
    if (!aggregated) return counts += if_all_go_;
    counts.fewer += routes.lost;
    for (const auto& entry : routes.best)
        counts.add(entry.sent, true, entry.same);
    return counts;
}

}  // namespace dx::bgp
