#include "daemon/kernel_routes.hpp"

#include <utility>

#include "daemon/translate.hpp"

namespace dx::daemon {

fib::NeighborTag tag_of(bgp::NeighborId id) {
    return fib::NeighborTag{bgp::index_of(id)};
}

bgp::NeighborId neighbor_of(fib::NeighborTag tag) {
    return bgp::NeighborId{static_cast<std::uint16_t>(tag)};
}

fib::NextHop KernelRoutes::next_hop(const bgp::ForwardingHop& hop) const {
    fib::NextHop result;
    result.gateway = hop.next_hop.address;
    result.neighbor = tag_of(hop.neighbor);
    if (hop.weight > 0) result.weight = hop.weight;
    result.cover = cover_role(hop.aws_link);
    const auto* neighbor = neighbors_.find(hop.neighbor);
    if (neighbor == nullptr) return result;
    // A link-local next hop means nothing without its link.
    if (hop.next_hop.scope != bgp::kLocalRoutes) result.interface = neighbor->interface;
    return result;
}

const KernelRoutes::Known& KernelRoutes::known(bgp::ForwardingSetId set, const bgp::Rib& rib) {
    const auto found = index_in_batch_.find(set);
    if (found != index_in_batch_.end()) return found->second;

    const auto& hops = rib.forwarding_set(set);
    fib::Forwarding forwarding;
    for (const auto& hop : hops.best)
        forwarding.best.push_back(next_hop(hop));
    for (const auto& hop : hops.backup)
        forwarding.backup.push_back(next_hop(hop));
    const Known known{batch_.add(forwarding),
                      hops.external ? fib::kExternalBgpDistance : fib::kInternalBgpDistance};
    return index_in_batch_.emplace(set, known).first->second;
}

void KernelRoutes::change(const bgp::BestPathChange& change, const bgp::Rib& rib) {
    if (change.old == change.now) return;
    auto& route = batch_.changes.emplace_back();
    route.prefix = change.prefix;
    route.source = fib::RouteSource::Bgp;
    if (change.now != bgp::kNoForwarding) {
        const auto& to = known(change.now, rib);
        route.forwarding = to.index;
        route.distance = to.distance;
    }
}

fib::RouteBatch KernelRoutes::take() {
    index_in_batch_.clear();
    return std::exchange(batch_, {});
}

}  // namespace dx::daemon
