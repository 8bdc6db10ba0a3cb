#include "libbgp/rib/loc_rib.hpp"

#include <algorithm>
#include <cmath>

namespace dx::bgp {

namespace {

// So many dirty entries before it is its turn, an entry's memory is asked for.
constexpr std::size_t kAhead = 8;

ForwardingSets::Hop hop_of(const Path& path, const Candidate& candidate) {
    ForwardingSets::Hop hop{path.neighbor, candidate.next_hop};
    const auto link = candidate.attributes.aws_link();
    if (!candidate.external || link == AwsLink::Aside) hop.aws_link = link;
    return hop;
}

}  // namespace

void describe_learnt(Candidate& candidate, const NeighborState& from, const RibNeighbor& settings,
                     PackedAttributes imported, const NextHopState& next_hop) {
    candidate.attributes = imported;
    candidate.external = settings.external();
    candidate.cost = next_hop.cost;
    candidate.router_id = from.peer.peer_router_id;
    candidate.address = from.peer.peer_address;
    if (!next_hop.reachable) candidate.unusable = Reason::NextHop;
}

template <class Key>
void LocRib<Key>::remove_path(EntryId id, Path& path) {
    auto& entry = table_[id];
    const bool took_part = path.state == PathState::Accepted;
    if (!path.local()) shared_.neighbor(path.neighbor).in[kFamily].count(path, -1U);
    if (path.role == PathRole::Best) {
        entry.best_touched = true;
        if (!path.local()) --shared_.neighbor(path.neighbor).in[kFamily].best;
    }
    drop_attributes(path);
    table_.remove_path(entry, path);
    if (took_part)
        mark_dirty(id);
    else
        free_if_unused(id);
}

template <class Key>
std::size_t LocRib<Key>::run(std::size_t budget) {
    for (; budget && !dirty_.empty(); --budget) {
        const auto id = dirty_.front();
        if (dirty_.size() > kAhead) table_.prefetch_entry(dirty_[kAhead]);
        dirty_.pop_front();
        if (table_[id].live && table_[id].dirty) decide(id);
    }
    return budget;
}

template <class Key>
void LocRib<Key>::settle(EntryId id) {
    const auto& entry = table_[id];
    if (!entry.live) return;
    const auto& best = entry.first;
    const bool best_is_dead = best.role == PathRole::Best && !best.local() &&
                              !shared_.neighbor(best.neighbor).in[kFamily].alive(best.generation);
    if (entry.dirty || best_is_dead) decide(id);
}

template <class Key>
Candidate LocRib<Key>::candidate(const Path& path) const {
    Candidate candidate;  // the one that is returned: to copy it takes as long as to make it
    if (path.state != PathState::Accepted) {
        candidate.unusable = Reason::NotAccepted;
    } else if (path.local()) {
        candidate.attributes = shared_.attributes[path.imported];
        candidate.source = path.source();
    } else if (const auto& from = shared_.neighbor(path.neighbor);
               !from.in[kFamily].alive(path.generation)) {
        candidate.unusable = Reason::SessionDown;
    } else {
        const auto next_hop = shared_.attributes.next_hop(path.imported);
        describe_learnt(candidate, from, from.settings, shared_.attributes[path.imported],
                        shared_.next_hops.state(next_hop));
        candidate.next_hop = next_hop;
    }
    return candidate;
}

template <class Key>
void LocRib<Key>::decide(EntryId id) {
    auto& entry = table_[id];
    entry.dirty = false;
    const auto old = entry.forwarding;
    const bool moved = entry.more ? take_best(entry) : take_only(entry);
    const bool best_changed = moved || entry.best_touched;
    entry.best_touched = false;
    if (best_changed) {
        ++version_;
        tell_neighbors(id);
    }
    if (best_changed || old != entry.forwarding)
        shared_.events.best_path_changed({entry.key().prefix(), old, entry.forwarding});
    shared_.forwarding.release(old);
    free_if_unused(id);
}

// Most prefixes have one path: nothing to compare. True, of both: the best path is another one now,
// there is none any more, or one at last.
template <class Key>
bool LocRib<Key>::take_only(Entry& entry) {
    auto& path = entry.first;
    entry.forwarding = kNoForwarding;
    if (!path.exists()) return false;
    const auto only = candidate(path);
    const bool usable = only.unusable == Reason::Won;
    if (usable && !path.local())
        entry.forwarding = shared_.forwarding.acquire(hop_of(path, only), only.external);
    const bool was_best = path.role == PathRole::Best;
    set_role(path, usable ? PathRole::Best : PathRole::None);
    return was_best != usable;
}

template <class Key>
bool LocRib<Key>::take_best(Entry& entry) {
    paths_.clear();
    candidates_.clear();
    table_.for_each_path(entry, [&](Path& path) {
        paths_.push_back(&path);
        candidates_.push_back(candidate(path));
    });
    const auto& decision = shared_.decision.run(candidates_, shared_.settings.maximum_paths);
    const bool had_best = entry.first.role == PathRole::Best;  // it is kept first
    entry.forwarding = forwarding_for(decision);
    assign_roles(entry, decision);
    return had_best ? decision.best != CandidateIndex{0} : decision.best.has_value();
}

template <class Key>
void LocRib<Key>::set_role(Path& path, PathRole role) {
    if (!path.local()) {
        auto& best = shared_.neighbor(path.neighbor).in[kFamily].best;
        best -= path.role == PathRole::Best;
        best += role == PathRole::Best;
    }
    path.role = role;
}

template <class Key>
void LocRib<Key>::assign_roles(Entry& entry, const Decision& decision) {
    for (auto* path : paths_)
        set_role(*path, PathRole::None);
    for (const auto at : decision.used)
        set_role(*paths_[at], PathRole::Multipath);
    for (const auto at : decision.backup)
        set_role(*paths_[at], PathRole::Backup);
    if (!decision.best) return;
    auto& best = *paths_[*decision.best];
    set_role(best, PathRole::Best);
    table_.promote(entry, best);
}

template <class Key>
ForwardingSetId LocRib<Key>::forwarding_for(const Decision& decision) {
    if (!decision.best || candidates_[*decision.best].source) return kNoForwarding;
    const auto hops = [&](const std::vector<CandidateIndex>& of,
                          std::vector<ForwardingSets::Hop>& to) {
        to.clear();
        for (const auto at : of)
            to.push_back(hop_of(*paths_[at], candidates_[at]));
    };
    hops(decision.used, hops_.best);
    hops(decision.backup, hops_.backup);
    weigh_by_bandwidth(decision);
    hops_.external = candidates_[*decision.best].external;
    return shared_.forwarding.acquire(hops_);
}

// Shares of paths that are used together, where each of them says its bandwidth
// (draft-ietf-idr-link-bandwidth): in proportion, the largest 255.
template <class Key>
void LocRib<Key>::weigh_by_bandwidth(const Decision& decision) {
    if (decision.used.size() < 2) return;
    float most = 0;
    for (const auto at : decision.used) {
        const auto bandwidth = candidates_[at].attributes.link_bandwidth();
        if (!bandwidth || !std::isfinite(*bandwidth) || *bandwidth <= 0) return;
        most = std::max(most, *bandwidth);
    }
    for (std::size_t i = 0; i < decision.used.size(); ++i) {
        const auto share = *candidates_[decision.used[i]].attributes.link_bandwidth() / most;
        hops_.best[i].weight = static_cast<std::uint8_t>(std::max(1.0F, std::round(255 * share)));
    }
}

template <class Key>
void LocRib<Key>::tell_neighbors(EntryId id) {
    for (auto* to : shared_.established) {
        auto& out = to->out[kFamily];
        const bool concerned = to->settings.export_policy || out.sent_to(id) != kNoAttributes;
        if (!concerned || !to->established(kFamily)) continue;
        out.pending.set(id);
        shared_.output_pending(*to);
    }
}

template <class Key>
void LocRib<Key>::free_if_unused(EntryId id) {
    const auto& entry = table_[id];
    if (entry.first.exists() || entry.dirty || entry.holders) return;
    table_.erase(id);
}

template class LocRib<Ipv4Key>;
template class LocRib<Ipv6Key>;

}  // namespace dx::bgp
