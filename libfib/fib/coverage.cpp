#include "libfib/fib/coverage.hpp"

#include <algorithm>

namespace dx::fib {

bool Coverage::set_role(NeighborTag neighbor, CoverRole role) {
    const auto before = this->role(neighbor);
    if (before == role) return false;
    yielding_neighbors_ += role == CoverRole::Yields;
    yielding_neighbors_ -= before == CoverRole::Yields;
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

bool Coverage::yields(const Forwarding& forwarding) const {
    if (!in_use() || forwarding.best.empty()) return false;
    return std::ranges::all_of(forwarding.best, [this](const NextHop& next_hop) {
        return role(next_hop.neighbor) == CoverRole::Yields;
    });
}

bool Coverage::may_cover(const Forwarding& forwarding) const {
    return std::ranges::any_of(forwarding.best, [this](const NextHop& next_hop) {
        return role(next_hop.neighbor) == CoverRole::Covers;
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
