#include "libbgp/rib/out_aggregates.hpp"

#include <algorithm>
#include <utility>

namespace dx::bgp {

Origin OutAggregate::origin() const {
    if (covers[static_cast<std::size_t>(Origin::Incomplete)]) return Origin::Incomplete;
    return covers[static_cast<std::size_t>(Origin::Egp)] ? Origin::Egp : Origin::Igp;
}

OutAggregates::OutAggregates(std::vector<OutAggregate> configured) : all(std::move(configured)) {
    std::ranges::sort(all, {}, &OutAggregate::prefix);
}

OutAggregate* OutAggregates::around(const net::Prefix& prefix) {
    const auto behind = std::ranges::upper_bound(all, prefix, {}, &OutAggregate::prefix);
    if (behind == all.begin()) return nullptr;
    auto& before = *std::prev(behind);
    return before.prefix.contains(prefix) ? &before : nullptr;
}

OutAggregate* OutAggregates::at(const net::Prefix& prefix) {
    auto* aggregate = around(prefix);
    return aggregate && aggregate->prefix == prefix ? aggregate : nullptr;
}

const OutAggregate* OutAggregates::with(EntryId id) const {
    for (const auto* those : {&all, &leaving})
        for (const auto& aggregate : *those)
            if (aggregate.id == id) return &aggregate;
    return nullptr;
}

bool OutAggregates::count(OutAggregate& by, EntryId id, Origin origin) {
    const auto place = static_cast<std::size_t>(origin);
    if (by_origin_[place].test(id)) return false;
    const bool first = by.covered() == 0;
    const auto before = by.origin();
    forget(by, id);
    by_origin_[place].set(id);
    ++by.covers[place];
    return first || before != by.origin();
}

bool OutAggregates::forget(OutAggregate& by, EntryId id) {
    const auto before = by.origin();
    for (std::size_t place = 0; place < by_origin_.size(); ++place) {
        if (!by_origin_[place].clear(id)) continue;
        --by.covers[place];
        return by.covered() == 0 || before != by.origin();
    }
    return false;
}

EntryId OutAggregates::next_unrepresented(EntryId from) const {
    EntryId first = 0;
    for (const auto& counted : by_origin_)
        if (const auto id = counted.next_outside(represented, from))
            first = first ? std::min(first, id) : id;
    return first;
}

std::size_t OutAggregates::memory_bytes() const {
    auto bytes = represented.memory_bytes();
    for (const auto& counted : by_origin_)
        bytes += counted.memory_bytes();
    return bytes;
}

}  // namespace dx::bgp
