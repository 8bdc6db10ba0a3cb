#include "daemon/bfd_sessions.hpp"

#include <algorithm>

#include "daemon/kernel_routes.hpp"

namespace dx::daemon {

namespace {

// Which BGP session's traffic a failure concerns: for the bfd thread, which knows no neighbors.
struct Mark {
    bgp::NeighborId neighbor{};
    fib::SessionEpoch epoch{};
};

// No session has number 0.
fib::SessionEpoch epoch_of(const Neighbor& neighbor) {
    return neighbor.retention.away() ? 0 : neighbor.epoch;
}

bfd::Token token_of(const Neighbor& neighbor) {
    return bfd::Token{bgp::index_of(neighbor.id)} << 32 | epoch_of(neighbor);
}

Mark mark_of(bfd::Token token) {
    return {bgp::NeighborId{static_cast<std::uint16_t>(token >> 32)},
            static_cast<fib::SessionEpoch>(token)};
}

bfd::SessionSettings settings_of(const config::Bfd& configured) {
    const auto interval = std::chrono::duration_cast<bfd::Interval>(configured.timers.interval);
    return {interval, interval, static_cast<std::uint8_t>(configured.timers.multiplier)};
}

}  // namespace

bfd::BfdService& BfdSessions::service() {
    if (service_) return *service_;
    const auto move_traffic = [&fib = fib_](const bfd::SessionChange& change) {
        const auto mark = mark_of(change.token);
        fib.neighbor_down(tag_of(mark.neighbor), mark.epoch);
    };
    bfd::BfdEvents& events = *this;
    service_ = std::make_unique<bfd::BfdService>(routing_, events, move_traffic);
    return *service_;
}

void BfdSessions::follow(const Neighbor& neighbor, bool attached) {
    const auto& configured = neighbor.config.bfd;
    if (!configured || neighbor.is_shut_down()) return remove(neighbor.id);
    const bfd::PeerKey key{neighbor.config.address, neighbor.config.local_address,
                           neighbor.interface};
    const auto settings = settings_of(*configured);
    if (const auto* path = find(neighbor.id); path && path->key.peer != key.peer)
        remove(neighbor.id);
    if (!attached) return;  // what there is, stays
    const auto known = paths_.find(neighbor.id);
    if (known == paths_.end()) {
        const auto session = service().add(key, settings, token_of(neighbor));
        paths_[neighbor.id] = {
            .session = session, .key = key, .settings = settings, .epoch = epoch_of(neighbor)};
    } else if (auto& path = known->second; path.key != key || path.settings != settings) {
        path.key = key;
        path.settings = settings;
        service().configure(path.session, key, settings);
    }
}

void BfdSessions::follow_session(const Neighbor& neighbor) {
    const auto path = paths_.find(neighbor.id);
    if (path == paths_.end()) return;
    path->second.epoch = epoch_of(neighbor);
    service().set_token(path->second.session, token_of(neighbor));
}

void BfdSessions::remove(bgp::NeighborId id) {
    const auto path = paths_.find(id);
    if (path == paths_.end()) return;
    service().remove(path->second.session);
    paths_.erase(path);
}

bool BfdSessions::permits(const Neighbor& neighbor) const {
    if (neighbor.session) return true;  // only a failure ends it (RFC 5882 4.2)
    if (!neighbor.config.bfd || !neighbor.config.bfd->strict) return true;
    const auto* path = find(neighbor.id);
    return path != nullptr && (path->state == bfd::State::Up || path->switched_off);
}

const BfdSessions::Path* BfdSessions::find(bgp::NeighborId id) const {
    const auto path = paths_.find(id);
    return path != paths_.end() ? &path->second : nullptr;
}

void BfdSessions::on_bfd_change(const bfd::SessionChange& change) {
    const auto path = std::ranges::find_if(
        paths_, [&](const auto& entry) { return entry.second.session == change.session; });
    const auto& transition = change.transition;
    if (path == paths_.end()) {  // removed meanwhile
        const auto mark = mark_of(change.token);
        if (transition.is_failure()) handlers_.on_failure(mark.neighbor, mark.epoch);
        return;
    }
    const auto id = path->first;
    auto& known = path->second;
    known.state = transition.to;
    known.since = change.at;
    if (transition.to != bfd::State::Init)
        known.switched_off = transition.to == bfd::State::Down && transition.administrative;
    const auto epoch = known.epoch;
    handlers_.on_change(id, transition);
    if (transition.is_failure()) handlers_.on_failure(id, epoch);
}

void BfdSessions::status(std::function<void(std::vector<PeerStatus>)> answer) const {
    if (!service_) return answer({});
    service_->status([this, answer = std::move(answer)](const bfd::BfdStatus& status) {
        std::vector<PeerStatus> result;
        for (const auto& [neighbor, path] : paths_) {
            const auto peer =
                std::ranges::find(status.peers, path.session, &bfd::PeerStatus::session);
            if (peer == status.peers.end()) continue;
            const bool v4 = path.key.peer.is_v4();
            result.push_back({neighbor, *peer, v4 ? status.ipv4_trouble : status.ipv6_trouble});
        }
        answer(std::move(result));
    });
}

}  // namespace dx::daemon
