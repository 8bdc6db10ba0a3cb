// The distinct sets of hops that prefixes are forwarded to, each once and counted.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "libbgp/rib/next_hops.hpp"
#include "libbgp/rib/rib_events.hpp"
#include "libbgp/rib/slab.hpp"

namespace dx::bgp {

class ForwardingSets {
public:
    struct Hop {
        NeighborId neighbor{};
        NextHopId next_hop = kNoNextHop;
        std::uint8_t weight = 0;           // as in ForwardingHop
        AwsLink aws_link = AwsLink::None;  // the same

        friend auto operator<=>(const Hop&, const Hop&) = default;
    };

    struct Key {
        std::vector<Hop> best;
        std::vector<Hop> backup;
        bool external = true;

        bool is(const Hop& only, bool by_external) const {
            return backup.empty() && best.size() == 1 && best.front() == only &&
                   external == by_external;
        }

        friend auto operator<=>(const Key&, const Key&) = default;
    };

    ForwardingSets(NextHops& next_hops, RibEvents& events)
        : next_hops_(next_hops), events_(events) {}

    // Adds a user. A key without hops is kNoForwarding.
    ForwardingSetId acquire(const Key& key);

    ForwardingSetId acquire(const Hop& only, bool external) {
        if (last_ == kNoForwarding || !last_key_.is(only, external))
            return acquire({{only}, {}, external});
        ++slots_[static_cast<std::uint32_t>(last_)].users;
        return last_;
    }

    void release(ForwardingSetId id);

    const ForwardingSet& operator[](ForwardingSetId id) const {
        return slots_[static_cast<std::uint32_t>(id)].set;
    }

private:
    struct Slot {
        ForwardingSet set;
        std::map<Key, ForwardingSetId>::iterator place;
        std::uint32_t users = 0;
    };

    ForwardingSet resolve(const Key& key) const;

    NextHops& next_hops_;
    RibEvents& events_;
    Slab<Slot, 6> slots_;
    std::map<Key, ForwardingSetId> by_key_;
    Key last_key_;  // the next prefix mostly goes the same way
    ForwardingSetId last_ = kNoForwarding;
};

}  // namespace dx::bgp
