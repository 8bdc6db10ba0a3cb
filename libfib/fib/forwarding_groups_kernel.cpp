// What results, links, other programs and dumps say about the nexthop objects.
#include <algorithm>
#include <cerrno>

#include "libfib/fib/forwarding_groups.hpp"
#include "libfib/fib/refusal.hpp"

namespace dx::fib {

namespace {

bool is_on(const Way& way, InterfaceIndex interface) {
    return way.target.interface == interface;
}

bool holds(const std::vector<Way>& ways, const OnLink& target) {
    return std::ranges::any_of(ways, [&](const Way& way) { return way.target == target; });
}

}  // namespace

std::optional<ForwardingGroups::Refusal> ForwardingGroups::on_result(const Ticket& ticket,
                                                                     int error) {
    switch (ticket.kind) {
        case Ticket::Kind::Hop: on_hop_result(ticket, error); break;
        case Ticket::Kind::Group: return on_group_result(ticket, error);
        case Ticket::Kind::Delete: on_delete_result(ticket, error); break;
    }
    return std::nullopt;
}

void ForwardingGroups::on_hop_result(const Ticket& ticket, int error) {
    auto& hop = hops_[ticket.subject];
    if (hop.disturbances != ticket.disturbances) return;
    hop.present = error == 0;
    hop.error = error;
    hop.seen = true;
}

std::optional<ForwardingGroups::Refusal> ForwardingGroups::on_group_result(const Ticket& ticket,
                                                                           int error) {
    const ForwardingId id = ticket.subject;
    auto& group = groups_[id];
    if (--group.requests == 0) group.replaced.clear();
    if (group.id == ObjectId::None) {
        note_idle();
        return std::nullopt;
    }
    group.seen = true;
    if (error != 0) {
        const auto cause = cause_of(group, error);
        for (const auto& way : group.wanted)  // the cause may be a next hop that is gone
            if (const auto hop = hop_index_.find(way.target); hop != hop_index_.end())
                hops_[hop->second].present = false;
        group.programmed.clear();
        retries_.emplace(now_ + backoff(group.attempts++), id);
        const bool passing = is_passing(cause.error) || is_shortage(cause.error) ||
                             cause.error == EINVAL;  // a next hop was deleted meanwhile
        if (group.attempts != (passing ? kPassingAttempts : 1)) return std::nullopt;
        return cause;
    }
    if (group.disturbances != ticket.disturbances) {
        suspect(id);
        return std::nullopt;
    }
    group.attempts = 0;
    if (!std::exchange(group.ready, true)) consequences_.ready.push_back(id);
    return std::nullopt;
}

// The kernel refuses a group whose next hop it has refused before.
ForwardingGroups::Refusal ForwardingGroups::cause_of(const Group& group, int error) const {
    for (const auto& way : group.wanted)
        if (const auto hop = hop_index_.find(way.target);
            hop != hop_index_.end() && hops_[hop->second].error != 0)
            return {hops_[hop->second].id, hops_[hop->second].error};
    return {group.id, error};
}

void ForwardingGroups::on_delete_result(const Ticket& ticket, int error) {
    constexpr unsigned kAttempts = 5;
    if (error == 0 || error == ENOENT || ticket.disturbances >= kAttempts) {
        owners_.erase(ticket.subject);
        return;
    }
    const Doomed again{static_cast<ObjectId>(ticket.subject), ticket.disturbances + 1};
    delete_retries_.emplace(now_ + backoff(ticket.disturbances), again);
}

// What the object holds is not known any more: it is put again.
void ForwardingGroups::suspect(ForwardingId id) {
    auto& group = groups_[id];
    group.programmed.clear();
    ++group.disturbances;
    if (group.id != ObjectId::None) mark_dirty(id);
}

// The object is gone from the kernel, and with it the routes that used it.
void ForwardingGroups::lose(ForwardingId id, std::vector<ForwardingId>& consequence) {
    auto& group = groups_[id];
    group.ready = false;
    group.programmed.clear();
    ++group.disturbances;
    ++group.losses;
    consequence.push_back(id);
}

// Not to know is as good as yes: what is thought lost is found to be there by adding it.
bool Group::may_depend_on(InterfaceIndex interface) const {
    const auto on_it = [&](const Way& way) { return is_on(way, interface); };
    if (!ready && requests == 0) return false;
    return std::ranges::all_of(programmed, on_it) || requests > 1 ||
           (requests == 1 && std::ranges::all_of(replaced, on_it));
}

void ForwardingGroups::link_lost(InterfaceIndex interface) {
    const auto on_it = [&](const Way& way) { return is_on(way, interface); };
    for (auto& hop : hops_) {
        if (hop.target.interface != interface) continue;
        hop.present = false;
        ++hop.disturbances;
    }
    for (ForwardingId id = 0; id < groups_.size(); ++id) {
        auto& group = groups_[id];
        if (!group.interned || !(std::ranges::any_of(group.wanted, on_it) ||
                                 std::ranges::any_of(group.programmed, on_it) ||
                                 std::ranges::any_of(group.replaced, on_it)))
            continue;
        ++group.plain_losses;
        if (group.plain > 0) consequences_.lost_plain.push_back(id);
        if (group.id == ObjectId::None) continue;
        ++group.disturbances;
        if (group.may_depend_on(interface))
            lose(id, consequences_.lost);
        else
            std::erase_if(group.programmed, on_it);  // as the kernel does
    }
}

void ForwardingGroups::hop_lost(std::uint32_t index) {
    auto& hop = hops_[index];
    hop.present = false;
    ++hop.disturbances;
    for (ForwardingId id = 0; id < groups_.size(); ++id) {
        auto& group = groups_[id];
        if (!group.interned || !holds(group.programmed, hop.target)) continue;
        if (group.programmed.size() == 1)
            lose(id, consequences_.lost);
        else
            suspect(id);
    }
}

bool ForwardingGroups::on_deleted(ObjectId id) {
    const auto found = owners_.find(static_cast<std::uint32_t>(id));
    if (found == owners_.end()) return false;
    const auto owner = found->second;
    switch (owner.kind) {
        case Owner::Kind::Group: {
            const bool used = groups_[owner.subject].ready;
            lose(owner.subject, consequences_.lost);
            return used;
        }
        case Owner::Kind::Hop: {
            const bool used = hops_[owner.subject].present;
            hop_lost(owner.subject);
            return used;
        }
        case Owner::Kind::Doomed: break;  // our own deletion answers
        case Owner::Kind::Adopted:
        case Owner::Kind::Foreign: owners_.erase(found); break;
    }
    return false;
}

bool ForwardingGroups::matches(const Group& group, const KernelObject& object) const {
    if (group.programmed.size() != object.members.size()) return false;
    for (std::size_t i = 0; i < object.members.size(); ++i) {
        const auto hop = hop_index_.find(group.programmed[i].target);
        const GroupMember expected{hop == hop_index_.end() ? ObjectId::None : hops_[hop->second].id,
                                   group.programmed[i].weight};
        if (std::ranges::find(object.members, expected) == object.members.end()) return false;
    }
    return true;
}

void ForwardingGroups::on_changed(const KernelObject& object) {
    const auto raw = static_cast<std::uint32_t>(object.id);
    if (!is_our_range(object.id)) return;
    const auto [found, made] =
        owners_.try_emplace(raw, Owner{Owner::Kind::Foreign, 0, false, true});
    if (made) return;
    const auto& owner = found->second;
    if (owner.kind == Owner::Kind::Group && !matches(groups_[owner.subject], object))
        suspect(owner.subject);
    if (owner.kind == Owner::Kind::Hop && object.target != hops_[owner.subject].target)
        hop_lost(owner.subject);
}

void ForwardingGroups::begin_dump() {
    for (auto& group : groups_) {
        group.seen = false;
        if (group.requests > 0) ++group.disturbances;  // what happened since is not known
    }
    for (auto& hop : hops_) {
        hop.seen = false;
        ++hop.disturbances;
    }
    for (auto& [raw, owner] : owners_)
        owner.seen = false;
}

void ForwardingGroups::on_dumped(const KernelObject& object) {
    if (!is_our_range(object.id)) return;
    const auto kind = object.protocol == protocol_ ? Owner::Kind::Adopted : Owner::Kind::Foreign;
    const auto [found, made] = owners_.try_emplace(static_cast<std::uint32_t>(object.id),
                                                   Owner{kind, 0, !object.members.empty(), true});
    auto& owner = found->second;
    owner.seen = true;
    if (owner.kind == Owner::Kind::Hop) hops_[owner.subject].seen = true;
    if (owner.kind != Owner::Kind::Group) return;
    auto& group = groups_[owner.subject];
    group.seen = true;
    if (!matches(group, object)) suspect(owner.subject);
}

std::uint32_t ForwardingGroups::end_dump() {
    std::uint32_t differences = 0;
    for (auto& [target, index] : hop_index_) {
        auto& hop = hops_[index];
        if (!hop.present || hop.seen) continue;
        hop_lost(index);
        ++differences;
    }
    for (ForwardingId id = 0; id < groups_.size(); ++id) {
        const auto& group = groups_[id];
        if (!group.interned || group.seen) continue;
        if (!group.ready) {
            if (group.requests > 0) suspect(id);  // perhaps it came and went
            continue;
        }
        lose(id, consequences_.lost);
        ++differences;
    }
    std::erase_if(owners_, [](const auto& entry) {
        const auto& owner = entry.second;
        return !owner.seen &&
               (owner.kind == Owner::Kind::Adopted || owner.kind == Owner::Kind::Foreign);
    });
    return differences;
}

}  // namespace dx::fib
