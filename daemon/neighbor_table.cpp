#include "daemon/neighbor_table.hpp"

#include <algorithm>

namespace dx::daemon {

std::optional<config::OutboundLimit> limit_out(const Neighbor& neighbor, net::Family family) {
    return limit_out(neighbor.config, neighbor, family);
}

std::optional<config::OutboundLimit> limit_out(const config::Neighbor& configured,
                                               const Neighbor& neighbor, net::Family family) {
    auto limit = configured.prefix_limit.out[family];
    if (peer_limit_ground(neighbor.config, family) != peer_limit_ground(configured, family))
        return limit;
    const auto& taken = neighbor.taken_at_most[family];
    if (!taken || (limit && limit->max <= taken->max)) return limit;
    if (!limit) limit.emplace();
    limit->max = taken->max;
    return limit;
}

PeerLimitGround peer_limit_ground(const config::Neighbor& neighbor, net::Family family) {
    const auto& out = neighbor.prefix_limit.out[family];
    return {
        neighbor.address.to_string() + (neighbor.interface.empty() ? "" : "%" + neighbor.interface),
        neighbor.remote_as, out ? std::optional(out->max) : std::nullopt};
}

std::vector<std::string> NeighborTable::names() const {
    std::vector<std::string> names;
    for (const auto& neighbor : order_)
        names.push_back(neighbor->config.name);
    return names;
}

Neighbor& NeighborTable::add(config::Neighbor config) {
    if (by_id_.empty()) by_id_.push_back(nullptr);  // kLocalRoutes: no neighbor has it
    auto free = std::find(by_id_.begin() + 1, by_id_.end(), nullptr);
    if (free == by_id_.end()) free = by_id_.insert(free, nullptr);

    auto& neighbor = order_.emplace_back(std::make_unique<Neighbor>());
    neighbor->id = bgp::NeighborId{static_cast<std::uint16_t>(free - by_id_.begin())};
    neighbor->config = std::move(config);
    *free = neighbor.get();
    return *neighbor;
}

void NeighborTable::remove(bgp::NeighborId id) {
    by_id_[bgp::index_of(id)] = nullptr;
    std::erase_if(order_, [id](const auto& neighbor) { return neighbor->id == id; });
}

void NeighborTable::reorder(const std::vector<std::string>& names) {
    const auto place = [&names](const std::unique_ptr<Neighbor>& neighbor) {
        return std::ranges::find(names, neighbor->config.name) - names.begin();
    };
    std::ranges::sort(order_, {}, place);
}

Neighbor* NeighborTable::find(bgp::NeighborId id) {
    const auto index = bgp::index_of(id);
    return index < by_id_.size() ? by_id_[index] : nullptr;
}

const Neighbor* NeighborTable::find(bgp::NeighborId id) const {
    const auto index = bgp::index_of(id);
    return index < by_id_.size() ? by_id_[index] : nullptr;
}

Neighbor* NeighborTable::find_named(std::string_view name) {
    const auto found = std::ranges::find(
        order_, name, [](const auto& neighbor) { return std::string_view(neighbor->config.name); });
    return found == order_.end() ? nullptr : found->get();
}

std::string NeighborTable::label(bgp::NeighborId id) const {
    const auto* neighbor = find(id);
    if (neighbor == nullptr) return "a removed neighbor";
    const auto address = neighbor->config.address.to_string();
    const auto& name = neighbor->config.name;
    if (name == address || name.starts_with(address + "%")) return name;
    return name + " (" + address + ")";
}

}  // namespace dx::daemon
