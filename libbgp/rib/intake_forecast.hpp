// Which prefixes of one neighbor prefix-limit in would keep out if all of them were imported again:
// in the order of the table, as it is done, and then once more where others made room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "libbgp/rib/route_table.hpp"

namespace dx::bgp {

class IntakeForecast {
public:
    IntakeForecast(std::uint32_t max, std::uint32_t accepted_now)
        : max_(max), accepted_(accepted_now) {}

    // The next prefix in the table's order: whether it is accepted now, and would be but for the
    // limit.
    void add(EntryId id, bool accepted_now, bool wanted) {
        accepted_ -= accepted_now;
        if (!wanted) return;
        if (accepted_ < max_)
            ++accepted_;
        else
            kept_out_.push_back(id);
    }

    // All have been added. True: the limit is exceeded on the way, if for a moment only.
    bool finish() {
        const bool exceeded = !kept_out_.empty();
        const auto room = std::min<std::size_t>(max_ - std::min(max_, accepted_), kept_out_.size());
        kept_out_.erase(kept_out_.begin(), kept_out_.begin() + static_cast<std::ptrdiff_t>(room));
        return exceeded;
    }

    bool keeps_out(EntryId id) const { return std::ranges::binary_search(kept_out_, id); }

private:
    std::uint32_t max_;
    std::uint32_t accepted_;
    std::vector<EntryId> kept_out_;
};

}  // namespace dx::bgp
