#include "tests/unit/libfib/fib/model_kernel.hpp"

#include <algorithm>
#include <cerrno>

#include "libfib/fib/bucket_weights.hpp"

namespace dx::fib::test {

namespace {

KernelRoute shown(const ModelKernel::RouteKey& key, const ModelRoute& route) {
    KernelRoute kernel;
    kernel.prefix = key.first;
    kernel.metric = key.second;
    kernel.protocol = route.protocol;
    kernel.kind = route.kind;
    kernel.object = route.object;
    kernel.hops = route.hops;
    kernel.source = route.source;
    return kernel;
}

}  // namespace

int ModelKernel::execute(const KernelRequest& request) {
    ++executed;
    if (const int error = std::exchange(fail_next, 0); error != 0) return error;

    struct Run {
        ModelKernel& kernel;

        int operator()(const PutNextHop& put) { return kernel.put_next_hop(put); }

        int operator()(const PutGroup& put) { return kernel.put_group(put); }

        int operator()(const DeleteObject& what) { return kernel.delete_ours(what); }

        int operator()(const PutRoute& put) { return kernel.put_route(put); }

        int operator()(const DeleteRoute& what) { return kernel.delete_ours(what); }
    };

    return std::visit(Run{*this}, request.what);
}

int ModelKernel::put_next_hop(const PutNextHop& put) {
    note_reuse(put.id);
    if (refuse_objects != 0) return refuse_objects;
    if (!links[put.target.interface]) return ENETDOWN;
    const auto found = objects.find(put.id);
    if (found != objects.end() && found->second.is_group()) return EINVAL;
    objects[put.id] = {put.protocol, false, {}, put.target};
    return 0;
}

int ModelKernel::put_group(const PutGroup& put) {
    note_reuse(put.id);
    if (put.members.empty()) return EINVAL;
    for (const auto& member : put.members) {
        const auto hop = objects.find(member.id);
        if (hop == objects.end() || hop->second.is_group()) return EINVAL;
    }
    const auto found = objects.find(put.id);
    if (found != objects.end() &&
        (!found->second.is_group() || found->second.resilient != put.resilient))
        return EINVAL;
    objects[put.id] = {put.protocol, put.resilient, put.members, {}};
    return 0;
}

int ModelKernel::delete_ours(const DeleteObject& request) {
    if (!objects.contains(request.id)) return ENOENT;
    if (objects[request.id].protocol == kForeign) ++clobbered;
    remove_object(request.id);
    unacknowledged.insert(request.id);
    return 0;
}

// Without a message: the routes over it; the groups that it leaves empty, and theirs.
void ModelKernel::remove_object(ObjectId id) {
    objects.erase(id);
    std::erase_if(routes, [&](const auto& entry) { return entry.second.object == id; });
    std::vector<ObjectId> emptied;
    for (auto& [group_id, group] : objects) {
        if (!group.is_group()) continue;
        std::erase_if(group.members, [&](const GroupMember& member) { return member.id == id; });
        if (!group.is_group()) emptied.push_back(group_id);
    }
    for (const auto group : emptied)
        remove_object(group);
}

int ModelKernel::put_route(const PutRoute& put) {
    const RouteKey key{put.prefix, put.metric};
    const auto found = routes.find(key);
    if (put.verb == RouteVerb::Add && found != routes.end()) return EEXIST;
    if (put.verb == RouteVerb::Replace && found == routes.end()) return ENOENT;
    if (put.object != ObjectId::None && !objects.contains(put.object)) return EINVAL;
    if (put.kind == ForwardingKind::Unicast && put.object == ObjectId::None) {
        if (put.hops.empty()) return EINVAL;
        for (const auto& hop : put.hops)
            if (!links[hop.target.interface]) return ENETUNREACH;
    }
    if (put.source && std::ranges::none_of(addresses_, [&](const AddressChange& address) {
            return address.address == *put.source;
        }))
        return EINVAL;
    if (found != routes.end() && found->second.protocol == kForeign) ++clobbered;
    routes[key] = {put.protocol, put.kind, put.object, put.hops, put.source};
    return 0;
}

int ModelKernel::delete_ours(const DeleteRoute& request) {
    const auto found = routes.find({request.prefix, request.metric});
    if (found == routes.end() || found->second.protocol != request.protocol) return ESRCH;
    routes.erase(found);
    return 0;
}

void ModelKernel::set_link(InterfaceIndex index, bool up, bool running) {
    const bool usable = up && running;
    const bool shut = up_[index] && !up;
    up_[index] = up;
    links[index] = usable;
    LinkChange change{index, "eth" + std::to_string(index), up, running, false, 1500};
    events_.emplace_back(change);
    if (usable) return;
    std::vector<ObjectId> gone;
    for (const auto& [id, object] : objects)
        if (!object.is_group() && object.target.interface == index) gone.push_back(id);
    for (const auto id : gone)
        remove_object(id);
    if (!shut) return;
    for (auto at = routes.begin(); at != routes.end();) {
        auto& route = at->second;
        const bool dead =
            !route.hops.empty() && std::ranges::all_of(route.hops, [&](const auto& hop) {
                return hop.target.interface == index;
            });
        if (!dead) {
            ++at;
            continue;
        }
        if (at->first.first.family() == net::Family::Ipv6)  // only IPv6 tells
            events_.emplace_back(SeenRoute{shown(at->first, route), Seen::Deleted});
        at = routes.erase(at);
    }
}

void ModelKernel::add_address(InterfaceIndex index, const std::string& address,
                              const std::string& network) {
    AddressChange change{index, *net::IpAddress::parse(address), *net::Prefix::parse(network),
                         false};
    addresses_.push_back(change);
    events_.emplace_back(change);
}

// IPv4 routes that prefer it as their source go with it, silently.
void ModelKernel::remove_address(const std::string& text) {
    const auto address = *net::IpAddress::parse(text);
    for (auto at = addresses_.begin(); at != addresses_.end();) {
        if (at->address != address) {
            ++at;
            continue;
        }
        at->removed = true;
        events_.emplace_back(*at);
        at = addresses_.erase(at);
    }
    for (auto& [key, route] : routes)
        if (route.source == address && address.is_v6()) route.source.reset();
    std::erase_if(routes, [&](const auto& entry) { return entry.second.source == address; });
}

bool ModelKernel::add_foreign(const net::Prefix& prefix, std::uint32_t metric, const OnLink& via,
                              bool replace) {
    const RouteKey key{prefix, metric};
    const bool there = routes.contains(key);
    if (there && !replace) return false;
    routes[key] = {kForeign, ForwardingKind::Unicast, ObjectId::None, {{via, 1}}, std::nullopt};
    events_.emplace_back(SeenRoute{shown(key, routes[key]), there ? Seen::Replaced : Seen::Added});
    return true;
}

void ModelKernel::delete_route(const net::Prefix& prefix, std::uint32_t metric) {
    const auto found = routes.find({prefix, metric});
    if (found == routes.end()) return;
    events_.emplace_back(SeenRoute{shown(found->first, found->second), Seen::Deleted});
    routes.erase(found);
}

void ModelKernel::delete_object(ObjectId id) {
    const auto found = objects.find(id);
    if (found == objects.end()) return;
    events_.emplace_back(
        SeenObject{{id, found->second.protocol, found->second.members, found->second.target, false},
                   Seen::Deleted});
    remove_object(id);
}

std::set<OnLink> ModelKernel::carriers(const ModelRoute& route) const {
    std::set<OnLink> targets;
    for (const auto& hop : route.hops)
        targets.insert(hop.target);
    if (route.object == ObjectId::None) return targets;
    const auto& object = objects.at(route.object);
    if (!object.is_group()) return {object.target};
    std::vector<std::uint16_t> weights;
    for (const auto& member : object.members)
        weights.push_back(member.weight);
    const auto buckets = buckets_of(weights, kBuckets);
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (!object.resilient || buckets[i] > 0)
            targets.insert(objects.at(object.members[i].id).target);
    return targets;
}

const ModelRoute* ModelKernel::route(const std::string& prefix, std::uint32_t metric) const {
    const auto found = routes.find({*net::Prefix::parse(prefix), metric});
    return found == routes.end() ? nullptr : &found->second;
}

}  // namespace dx::fib::test
