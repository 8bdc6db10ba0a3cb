#include "libfib/fib/coverage.hpp"

#include <algorithm>

namespace dx::fib {

bool Coverage::set_role(NeighborTag neighbor, CoverRole role) {
    if (this->role(neighbor) == role) return false;
    if (role == CoverRole::None)
        roles_.erase(neighbor);
    else
        roles_[neighbor] = role;
    return true;
}

CoverRole Coverage::role(NeighborTag neighbor) const {
    const auto found = roles_.find(neighbor);
    return found != roles_.end() ? found->second : CoverRole::None;
}

CoverRole Coverage::role(const NextHop& next_hop) const {
    return next_hop.cover != CoverRole::None ? next_hop.cover : role(next_hop.neighbor);
}

bool Coverage::yields(const Forwarding& forwarding) const {
    if (forwarding.best.empty()) return false;
    return std::ranges::all_of(forwarding.best, [this](const NextHop& next_hop) {
        return role(next_hop) == CoverRole::Yields;
    });
}

void Coverage::note(const net::Prefix& prefix, bool yields) {
    if (yields)
        yielding_.insert(prefix);
    else if (!yielding_.empty())
        yielding_.erase(prefix);
}

std::vector<net::Prefix> Coverage::within(const net::Prefix& prefix) const {
    std::vector<net::Prefix> inside;
    for (auto at = yielding_.upper_bound(prefix); at != yielding_.end(); ++at) {
        if (!prefix.contains(*at)) break;
        inside.push_back(*at);
    }
    return inside;
}

}  // namespace dx::fib
