// Which routes stand back while a shorter one of another neighbor's is there, and the prefixes that
// do. A neighbor's routes have its role, unless a next hop has its own: an internal neighbor passes
// on routes of many kinds. A more specific route wins every packet however badly it is meant; so a
// backup that tells more specifics than the circuit it stands in for would draw the traffic to
// itself.
//
// Knows roles and prefixes; whether a shorter route carries traffic is the Fib's to say.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "libfib/fib/route.hpp"

namespace dx::fib {

class Coverage {
public:
    // True if that is another role than before.
    bool set_role(NeighborTag neighbor, CoverRole role);
    CoverRole role(const NextHop& next_hop) const;

    // A route leads only to what stands back.
    bool yields(const Forwarding& forwarding) const;

    // Whether anything stands back, or has: else there is nothing to keep track of.
    bool in_use() const { return in_use_; }

    // True if nothing did so before: what covers was not kept track of.
    bool begin() { return !std::exchange(in_use_, true); }

    void note(const net::Prefix& prefix, bool yields);

    bool empty() const { return yielding_.empty(); }

    const std::set<net::Prefix>& all() const { return yielding_; }

    // Those that are longer than `prefix` and within it.
    std::vector<net::Prefix> within(const net::Prefix& prefix) const;

private:
    CoverRole role(NeighborTag neighbor) const;

    std::map<NeighborTag, CoverRole> roles_;
    bool in_use_ = false;
    std::set<net::Prefix> yielding_;  // in address order
};

}  // namespace dx::fib
