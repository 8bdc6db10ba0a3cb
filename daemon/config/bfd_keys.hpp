// BFD's values, wherever they stand: 10 ms is the shortest interval that we keep.
#pragma once

#include <cstdint>

#include "daemon/config/key.hpp"
#include "daemon/config/kinds.hpp"

namespace dx::config {

using BfdInterval = Duration<milliseconds, 10, 60'000>;
using BfdMultiplier = Number<std::uint8_t, 1, 255>;

inline Keys<BfdTimers> bfd_keys() {
    static constexpr Key<BfdTimers> kKeys[] = {
        key<&BfdTimers::interval, BfdInterval>("interval"),
        key<&BfdTimers::multiplier, BfdMultiplier>("multiplier"),
    };
    return kKeys;
}

}  // namespace dx::config
