// How groups and objects end: what has been unused for long enough goes, its identifier is kept
// from use until the deletion is acknowledged.
#include <algorithm>
#include <set>

#include "libfib/fib/forwarding_groups.hpp"

namespace dx::fib {

ForwardingGroups::Planned ForwardingGroups::next_deletion() {
    while (!delete_retries_.empty() && delete_retries_.begin()->first <= now_) {
        doomed_.push_back(delete_retries_.begin()->second);
        delete_retries_.erase(delete_retries_.begin());
    }
    if (doomed_.empty()) return std::nullopt;
    const auto doomed = doomed_.front();
    doomed_.pop_front();
    const auto raw = static_cast<std::uint32_t>(doomed.id);
    return std::pair(Request(DeleteObject{doomed.id}),
                     Ticket{Ticket::Kind::Delete, raw, doomed.attempts});
}

void ForwardingGroups::drop_adopted() {
    std::vector<Doomed> hops;
    for (auto& [raw, owner] : owners_) {
        if (owner.kind != Owner::Kind::Adopted) continue;
        owner.kind = Owner::Kind::Doomed;
        const Doomed doomed{static_cast<ObjectId>(raw)};
        if (owner.is_group)
            doomed_.push_back(doomed);
        else
            hops.push_back(doomed);
    }
    doomed_.insert(doomed_.end(), hops.begin(), hops.end());
}

void ForwardingGroups::drain() {
    draining_ = true;
    linger_ = std::chrono::seconds(0);
    collect_at_ = now_;
}

void ForwardingGroups::note_idle() {
    if (!collect_at_) collect_at_ = now_ + linger_;
}

void ForwardingGroups::abandon(ForwardingId id) {
    auto& group = groups_[id];
    if (group.id == ObjectId::None || std::exchange(group.abandoned, true)) return;
    dying_.push_back(id);
}

bool ForwardingGroups::lingered(std::optional<TimePoint>& idle_since, bool unused) {
    if (!unused) {
        idle_since.reset();
        return false;
    }
    if (!idle_since) idle_since = now_;
    if (now_ - *idle_since >= linger_) return true;
    note_idle();
    return false;
}

std::vector<Forwarding> ForwardingGroups::collect() {
    std::vector<Forwarding> gone;
    if (!collect_at_ || *collect_at_ > now_) return gone;
    collect_at_.reset();
    for (ForwardingId id = 0; id < groups_.size(); ++id) {
        auto& group = groups_[id];
        const bool unused = draining_ ? group.routeless() : group.unused();
        if (!group.interned || !lingered(group.idle_since, unused)) continue;
        if (group.id != ObjectId::None) doom_group(id);
        if (draining_) continue;  // the table still names it
        if (group.requests > 0) {
            note_idle();
            continue;
        }
        gone.push_back(group.identity);
        release(id);
    }
    collect_hops();
    return gone;
}

void ForwardingGroups::release(ForwardingId id) {
    auto& group = groups_[id];
    const auto [first, last] = by_identity_.equal_range(hash_value(group.identity));
    by_identity_.erase(std::find_if(first, last, [&](const auto& at) { return at.second == id; }));
    std::erase_if(retries_, [&](const auto& retry) { return retry.second == id; });
    std::erase(urgent_, id);
    std::erase(fresh_, id);
    group = {};
    free_groups_.push_back(id);
}

void ForwardingGroups::collect_hops() {
    std::set<OnLink> used;
    for (const auto& group : groups_) {
        if (!group.interned || group.id == ObjectId::None) continue;
        for (const auto* ways : {&group.wanted, &group.programmed})
            for (const auto& way : *ways)
                used.insert(way.target);
    }
    for (auto at = hop_index_.begin(); at != hop_index_.end();) {
        auto& hop = hops_[at->second];
        if (!lingered(hop.idle_since, !used.contains(at->first))) {
            ++at;
            continue;
        }
        doom(hop.id);
        ++hop.disturbances;  // an answer still under way is not for the next owner of the slot
        free_hops_.push_back(at->second);
        at = hop_index_.erase(at);
    }
}

// Its identifier is kept from use until the deletion is acknowledged.
void ForwardingGroups::doom(ObjectId& id) {
    owners_[static_cast<std::uint32_t>(id)] = {Owner::Kind::Doomed};
    doomed_.push_back({id});
    id = ObjectId::None;
}

// Before what is doomed already: of these routes it is believed from now on that they are gone.
void ForwardingGroups::doom_group(ForwardingId id) {
    lose(id, consequences_.deleted);
    doom(groups_[id].id);
    std::rotate(doomed_.begin(), doomed_.end() - 1, doomed_.end());
    groups_[id].attempts = 0;
    groups_[id].abandoned = false;
}

}  // namespace dx::fib
