#include "libfib/fib/forwarding_groups.hpp"

#include <algorithm>

#include "libfib/fib/bucket_weights.hpp"

namespace dx::fib {

bool same_traffic(const std::vector<Way>& a, const std::vector<Way>& b) {
    if (a.size() == 1 && b.size() == 1) return a.front().target == b.front().target;
    return std::ranges::equal(a, b, [](const Way& x, const Way& y) {
        return x.target == y.target && x.weight == y.weight;
    });
}

namespace {

bool has_bare_link(const Forwarding& forwarding) {
    const auto bare = [](const NextHop& next_hop) { return !next_hop.gateway; };
    return std::ranges::any_of(forwarding.best, bare) ||
           std::ranges::any_of(forwarding.backup, bare);
}

}  // namespace

std::pair<ForwardingId, bool> ForwardingGroups::intern(const Forwarding& forwarding) {
    const auto hash = hash_value(forwarding);
    const auto [first, last] = by_identity_.equal_range(hash);
    for (auto at = first; at != last; ++at)
        if (groups_[at->second].identity == forwarding) return {at->second, false};
    ForwardingId id = static_cast<ForwardingId>(groups_.size());
    if (free_groups_.empty()) {
        groups_.emplace_back();
    } else {
        id = free_groups_.back();
        free_groups_.pop_back();
        groups_[id] = {};
    }
    auto& group = groups_[id];
    group.identity = forwarding;
    group.single = forwarding.best.size() + forwarding.backup.size() <= 1;
    group.bare_link = has_bare_link(forwarding);
    group.interned = true;
    by_identity_.emplace(hash, id);
    note_idle();
    return {id, true};
}

// The weights as the kind of group wants them; without resilient groups a backup is put in only
// when it is needed.
std::vector<Way> ForwardingGroups::weighed(const Group& group, std::vector<Way> ways) const {
    const auto best = static_cast<std::size_t>(
        std::ranges::count_if(ways, [](const Way& way) { return !way.backup; }));
    if (!group.resilient()) return ways;
    if (support_ == ObjectSupport::Groups) {
        if (best > 0) ways.resize(best);
        return ways;
    }
    std::vector<std::uint16_t> shares;
    for (std::size_t i = 0; i < best; ++i)
        shares.push_back(ways[i].weight);
    const auto weights = protection_weights(shares, ways.size() - best, kBuckets);
    ways.resize(weights.size());
    for (std::size_t i = 0; i < ways.size(); ++i)
        ways[i].weight = weights[i];
    return ways;
}

void ForwardingGroups::set_wanted(ForwardingId id, std::vector<Way> wanted,
                                  std::vector<net::Prefix> chain) {
    auto& group = groups_[id];
    group.chain = std::move(chain);
    wanted = weighed(group, std::move(wanted));
    if (group.wanted == wanted) return;
    group.wanted = std::move(wanted);
    ++group.version;
    note_idle();  // a next hop may be unused now
    if (group.id != ObjectId::None) mark_dirty(id);
}

bool ForwardingGroups::need_object(ForwardingId id) {
    auto& group = groups_[id];
    if (support_ == ObjectSupport::None || group.bare_link) return false;
    if (group.id == ObjectId::None) {
        group.id = take_id({Owner::Kind::Group, id});
        if (group.id == ObjectId::None) return false;
        mark_dirty(id);
    } else if (!group.ready && group.requests == 0 && group.attempts == 0) {
        mark_dirty(id);
    }
    return true;
}

void ForwardingGroups::mark_dirty(ForwardingId id) {
    auto& group = groups_[id];
    if (std::exchange(group.dirty, true)) return;
    (group.ready ? urgent_ : fresh_).push_back(id);
}

ForwardingGroups::Planned ForwardingGroups::next_replacement() {
    while (!retries_.empty() && retries_.begin()->first <= now_) {
        const auto id = retries_.begin()->second;
        retries_.erase(retries_.begin());
        if (groups_[id].id != ObjectId::None) mark_dirty(id);
    }
    return next_put(urgent_);
}

ForwardingGroups::Planned ForwardingGroups::next_put() {
    if (auto planned = next_replacement()) return planned;
    if (auto planned = next_put(fresh_)) return planned;
    return next_put(dying_);
}

ForwardingGroups::Planned ForwardingGroups::next_put(std::deque<ForwardingId>& queue) {
    while (!queue.empty()) {
        const auto id = queue.front();
        auto& group = groups_[id];
        if (group.dirty && is_over(group) && &queue != &dying_) {
            dying_.push_back(id);
            queue.pop_front();
            continue;
        }
        if (group.dirty || group.abandoned)
            if (auto planned = put(id)) return planned;
        group.dirty = false;
        queue.pop_front();
    }
    return std::nullopt;
}

bool ForwardingGroups::is_over(const Group& group) const {
    return group.wanted.empty() || (group.abandoned && (draining_ || group.deserted()));
}

// The next message that brings the group's object to what is wanted; none when it is there. The
// group stays queued while its next hops go first.
ForwardingGroups::Planned ForwardingGroups::put(ForwardingId id) {
    auto& group = groups_[id];
    if (group.id == ObjectId::None) return std::nullopt;
    if (is_over(group)) {
        doom_group(id);
        return next_deletion();
    }
    group.abandoned = false;
    if (group.programmed == group.wanted && (group.ready || group.requests > 0))
        return std::nullopt;
    PutGroup message{group.id,
                     group.resilient() && support_ == ObjectSupport::ResilientGroups,
                     kBuckets,
                     {},
                     protocol_};
    for (const auto& way : group.wanted) {
        const auto index = hop_of(way.target);
        if (index >= hops_.size()) return std::nullopt;  // out of identifiers
        if (!hops_[index].present) return put_hop(index);
        message.members.push_back({hops_[index].id, way.weight});
    }
    group.replaced = std::exchange(group.programmed, group.wanted);
    ++group.requests;
    return std::pair(Request(message), Ticket{Ticket::Kind::Group, id, group.disturbances});
}

ForwardingGroups::Planned ForwardingGroups::put_hop(std::uint32_t index) {
    auto& hop = hops_[index];
    hop.present = true;
    return std::pair(
        Request(PutNextHop{hop.id, hop.target.gateway->family(), hop.target, protocol_}),
        Ticket{Ticket::Kind::Hop, index, hop.disturbances});
}

std::uint32_t ForwardingGroups::hop_of(const OnLink& target) {
    if (const auto found = hop_index_.find(target); found != hop_index_.end()) return found->second;
    auto index = static_cast<std::uint32_t>(hops_.size());
    const auto id = take_id({Owner::Kind::Hop, free_hops_.empty() ? index : free_hops_.back()});
    if (id == ObjectId::None) return 0xffffffff;
    if (free_hops_.empty()) {
        hops_.emplace_back();
    } else {
        index = free_hops_.back();
        free_hops_.pop_back();
    }
    hops_[index] = {target, id, false, false, 0, hops_[index].disturbances, std::nullopt};
    hop_index_.emplace(target, index);
    return index;
}

ObjectId ForwardingGroups::take_id(Owner owner) {
    if (owners_.size() > kLastObjectId - kFirstObjectId) return ObjectId::None;
    while (owners_.contains(next_id_))
        next_id_ = next_id_ == kLastObjectId ? kFirstObjectId : next_id_ + 1;
    const auto id = next_id_;
    next_id_ = id == kLastObjectId ? kFirstObjectId : id + 1;
    owners_.emplace(id, owner);
    return static_cast<ObjectId>(id);
}

std::optional<TimePoint> ForwardingGroups::next_deadline() const {
    auto deadline = collect_at_;
    const auto sooner = [&](const auto& retries) {
        if (!retries.empty() && (!deadline || retries.begin()->first < *deadline))
            deadline = retries.begin()->first;
    };
    sooner(retries_);
    sooner(delete_retries_);
    return deadline;
}

std::size_t ForwardingGroups::object_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        owners_, [](const auto& owner) { return owner.second.kind != Owner::Kind::Foreign; }));
}

bool ForwardingGroups::replaced_all() const {
    return urgent_.empty() && std::ranges::none_of(groups_, [](const Group& group) {
               return group.requests > 0 && !group.replaced.empty();
           });
}

std::size_t ForwardingGroups::group_count() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(groups_, [](const Group& group) { return group.ready; }));
}

}  // namespace dx::fib
