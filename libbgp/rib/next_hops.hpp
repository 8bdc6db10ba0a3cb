// The next hops that received paths use, each once, with what forwarding says of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "libbgp/rib/rib_events.hpp"
#include "libbgp/rib/slab.hpp"

namespace dx::bgp {

enum class NextHopId : std::uint32_t {};
inline constexpr NextHopId kNoNextHop{0};  // a route of our own: always usable

class NextHops {
public:
    explicit NextHops(RibEvents& events) : events_(events) {}

    // Adds a user.
    NextHopId acquire(const NextHopKey& key);

    void hold(NextHopId id) { ++slots_[index(id)].users; }

    void release(NextHopId id);

    const NextHopKey& key(NextHopId id) const { return slots_[index(id)].key; }

    const NextHopState& state(NextHopId id) const { return slots_[index(id)].state; }

    // None: no path uses it.
    std::optional<NextHopState> find(const NextHopKey& key) const;

    // The one whose paths are to be decided again; kNoNextHop: nothing that matters has changed.
    NextHopId change(const NextHopKey& key, const NextHopState& state);

private:
    struct Slot {
        NextHopKey key;
        NextHopState state;
        std::uint32_t users = 0;
    };

    static std::uint32_t index(NextHopId id) { return static_cast<std::uint32_t>(id); }

    RibEvents& events_;
    Slab<Slot, 6> slots_;
    std::map<NextHopKey, NextHopId> by_key_;
};

}  // namespace dx::bgp
