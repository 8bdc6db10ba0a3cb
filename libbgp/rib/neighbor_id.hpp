#pragma once

#include <cstdint>

namespace dx::bgp {

// A configured neighbor, for as long as it is configured; small and dense, given out by the daemon
// and used again after the neighbor is gone.
enum class NeighborId : std::uint16_t {};

inline constexpr NeighborId kLocalRoutes{0};  // networks and redistribution: no neighbor has it

constexpr std::uint16_t index_of(NeighborId id) {
    return static_cast<std::uint16_t>(id);
}

}  // namespace dx::bgp
