#include "daemon/revivals.hpp"

#include <algorithm>
#include <utility>

#include "daemon/log.hpp"

namespace dx::daemon {

Revivals::Revivals(boost::asio::io_context& io, NeighborTable& neighbors, Hooks hooks,
                   const Revival::Bounds& bounds)
    : neighbors_(neighbors),
      hooks_(std::move(hooks)),
      revival_(io, [this](bgp::NeighborId id) { revive(id); }, bounds) {}

void Revivals::begin(Neighbor& neighbor) {
    const auto now = Flaps::Clock::now();
    const auto delay = neighbor.flaps.delay(neighbor.config.return_delay, now);
    revival_.begin(neighbor.id, delay);
    if (delay <= Flaps::Clock::duration::zero()) return;
    neighbor.back_in_use_at = now + delay;
    log().info("neighbor {}: what others carry too goes by it again in {} s (return-delay)",
               neighbors_.label(neighbor.id),
               std::chrono::duration_cast<std::chrono::seconds>(delay).count());
}

void Revivals::end(Neighbor& neighbor) {
    revival_.cancel(neighbor.id);
    returning_.erase(neighbor.id);
    neighbor.back_in_use_at.reset();
}

void Revivals::revive(bgp::NeighborId id) {
    auto& neighbor = *neighbors_.find(id);
    neighbor.back_in_use_at.reset();
    returning_.erase(id);
    hooks_.in_use(neighbor);
}

void Revivals::hurry_all() {
    for (const auto& neighbor : neighbors_.all())
        revival_.hurry(neighbor->id);
}

void Revivals::follow_told() {
    if (revival_.empty()) return;
    for (const auto& neighbor : neighbors_.all()) {
        if (neighbor->session && neighbor->end_of_rib_awaited.empty())
            revival_.complete(neighbor->id);
        if (waiting(*neighbor) && returning_.insert(neighbor->id).second)
            hooks_.returning(*neighbor);
    }
}

// Every session that is up still waits to be revived, and nobody's routes outlived one.
bool Revivals::nobody_carries() const {
    return std::ranges::none_of(neighbors_.all(),
                                [this](const auto& neighbor) { return carries(*neighbor); });
}

bool Revivals::carries(const Neighbor& neighbor, std::optional<net::Family> family) const {
    if (family ? neighbor.retention.of(*family).has_value() : neighbor.retention.any()) return true;
    return neighbor.session && !waiting(neighbor) &&
           (!family || neighbor.session->families.contains(*family));
}

bool Revivals::others_carry(const Neighbor& neighbor, std::optional<net::Family> family) const {
    return std::ranges::any_of(neighbors_.all(), [&](const auto& other) {
        return other->id != neighbor.id && !other->drain && carries(*other, family);
    });
}

}  // namespace dx::daemon
