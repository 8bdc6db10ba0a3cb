#include "daemon/control/find_neighbor.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace dx::control {
namespace {

bool has_address(const NeighborView& neighbor, std::string_view wanted) {
    const auto percent = std::min(wanted.find('%'), wanted.size());
    const auto interface = wanted.substr(std::min(percent + 1, wanted.size()));
    const auto address = net::IpAddress::parse(wanted.substr(0, percent));
    return address == neighbor.address && (interface.empty() || interface == neighbor.interface);
}

Refusal ambiguous(std::string_view wanted, const std::vector<NeighborView>& candidates) {
    Refusal refusal{std::string(wanted) + " is more than one neighbor:"};
    for (const auto& candidate : candidates)
        refusal.text +=
            (&candidate == &candidates.front() ? " " : ", ") + neighbor_label(candidate);
    return refusal;
}

}  // namespace

OrRefusal<NeighborView> find_neighbor(const RouterQueries& queries, std::string_view wanted) {
    auto neighbors = queries.neighbors();
    const auto named = std::ranges::find(neighbors, wanted, &NeighborView::name);
    if (named != neighbors.end()) return std::move(*named);
    std::erase_if(neighbors,
                  [&](const NeighborView& neighbor) { return !has_address(neighbor, wanted); });
    if (neighbors.empty()) return Refusal{"no such neighbor: " + std::string(wanted), 404};
    if (neighbors.size() > 1) return ambiguous(wanted, neighbors);
    return std::move(neighbors.front());
}

}  // namespace dx::control
