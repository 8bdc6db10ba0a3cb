// How many prefixes a change concerns, and how.
#pragma once

#include <cstddef>

namespace dx::bgp {

struct EffectCounts {
    std::size_t more = 0;     // accepted, or announced, that are not now
    std::size_t fewer = 0;    // no longer accepted, or withdrawn
    std::size_t changed = 0;  // accepted or announced as before, with other attributes

    bool none() const { return more == 0 && fewer == 0 && changed == 0; }

    // One prefix: whether it is now, whether it would be, and with the same attributes.
    void add(bool now, bool then, bool same) {
        more += !now && then;
        fewer += now && !then;
        changed += now && then && !same;
    }

    EffectCounts& operator+=(const EffectCounts& other) {
        more += other.more;
        fewer += other.fewer;
        changed += other.changed;
        return *this;
    }

    friend bool operator==(const EffectCounts&, const EffectCounts&) = default;
};

}  // namespace dx::bgp
