#include "libbgp/rib/import_rules.hpp"

#include <algorithm>
#include <array>

namespace dx::bgp {

namespace {

constexpr std::array kUnroutableV4{
    Ipv4Key{{0x00000000}, 8},  // RFC 1122 3.2.1.3 "this network"
    Ipv4Key{{0x7f000000}, 8},  // loopback
    Ipv4Key{{0xe0000000}, 3},  // multicast and reserved
};

constexpr std::array kUnroutableV6{
    Ipv6Key{{0, 0, 0, 0}, 127},          // :: and ::1
    Ipv6Key{{0, 0, 0x0000ffff, 0}, 96},  // IPv4-mapped
    Ipv6Key{{0xfe800000, 0, 0, 0}, 10},  // link-local
    Ipv6Key{{0xff000000, 0, 0, 0}, 8},   // multicast
};

bool within_any(const auto& ranges, const auto& key) {
    return std::ranges::any_of(ranges, [&](const auto& range) { return range.contains(key); });
}

PathState check_next_hop(const ImportFrom& from, const PathAttributes& attributes) {
    const auto& next_hop = attributes.next_hop;
    const auto is_ours = [&](const net::IpAddress& address) {
        return address == from.session.local_v4 || address == from.session.local_v6 ||
               address == from.session.local_link_local;
    };
    const bool ours =
        is_ours(next_hop.address) || (next_hop.link_local && is_ours(*next_hop.link_local));
    return ours ? PathState::NextHopOurs : PathState::Accepted;
}

PathState check_as_path(const ImportFrom& from, const PathAttributes& attributes) {
    const auto& neighbor = from.neighbor;
    if (attributes.as_path.count(neighbor.local_as) > neighbor.allow_own_as)
        return PathState::AsLoop;
    // A route server does not put its AS into the path (RFC 7947 2.2.2).
    const bool from_route_server = from.session.role == Role::RouteServerClient;
    if (neighbor.external() && !from_route_server &&
        attributes.as_path.first() != neighbor.remote_as)
        return PathState::FirstAsMismatch;
    return PathState::Accepted;
}

PathState check_originator(const ImportFrom& from, const PathAttributes& attributes) {
    const bool ours = attributes.originator_id == from.our_router_id;
    return ours ? PathState::OriginatorLoop : PathState::Accepted;
}

// RFC 9234 5, ingress: a route marked "only to customers" must not come from below or beside.
PathState check_only_to_customer(const ImportFrom& from, const PathAttributes& attributes) {
    const auto role = from.session.role;
    if (!from.neighbor.external() || !role || !attributes.only_to_customer)
        return PathState::Accepted;
    const bool peer_is_below = role == Role::Provider || role == Role::RouteServer;
    const bool foreign_mark =
        role == Role::Peer && attributes.only_to_customer != from.neighbor.remote_as;
    return peer_is_below || foreign_mark ? PathState::OnlyToCustomerLeak : PathState::Accepted;
}

PathState check_long_lived(const ImportFrom& from, const PathAttributes& attributes) {
    const bool unwanted = from.long_lived_stale && attributes.has(community::kNoLlgr);
    return unwanted ? PathState::NotLongLived : PathState::Accepted;
}

constexpr std::array kChecks{check_as_path, check_originator, check_only_to_customer,
                             check_next_hop, check_long_lived};

// Gives the attributes that may be changed: a copy made at the first use.
class Working {
public:
    explicit Working(const PathAttributes& received) : received_(received) {}

    const PathAttributes& view() const { return changed_ ? *changed_ : received_; }

    PathAttributes& edit() {
        if (!changed_) changed_ = received_;
        return *changed_;
    }

    void replace(std::optional<PathAttributes> by) {
        if (by) changed_ = std::move(by);
    }

    std::optional<PathAttributes> take() { return std::move(changed_); }

private:
    const PathAttributes& received_;
    std::optional<PathAttributes> changed_;
};

void apply_defaults(const ImportFrom& from, Working& route) {
    const auto& neighbor = from.neighbor;
    const auto role = from.session.role;
    // To write down what an absent one means anyway would make two sets of most.
    const auto preference = local_pref_of(route.view());
    if (preference != neighbor.import_local_pref.value_or(preference))
        route.edit().local_pref = neighbor.import_local_pref;
    const bool peer_is_above =
        role == Role::Customer || role == Role::Peer || role == Role::RouteServerClient;
    if (neighbor.external() && peer_is_above && !route.view().only_to_customer)
        route.edit().only_to_customer = neighbor.remote_as;  // RFC 9234 5, ingress
}

}  // namespace

bool is_routable(const Ipv4Key& key) {
    return !within_any(kUnroutableV4, key);
}

bool is_routable(const Ipv6Key& key) {
    return !within_any(kUnroutableV6, key);
}

PathState check_attributes(const ImportFrom& from, const PathAttributes& attributes) {
    for (const auto check : kChecks)
        if (const auto state = check(from, attributes); state != PathState::Accepted) return state;
    return PathState::Accepted;
}

ImportResult import_route(const ImportFrom& from, const net::Prefix& prefix,
                          const PathAttributes& attributes, RouteTrace* trace) {
    const auto& neighbor = from.neighbor;
    if (!neighbor.import_policy) return {PathState::NoPolicy, {}};
    Working route{attributes};
    apply_defaults(from, route);
    if (trace) trace->asked = route.view();
    auto verdict = neighbor.import_policy->evaluate(
        {prefix, route.view(), from.session.peer_address}, trace ? &trace->policy : nullptr);
    if (!verdict.accepted) return {PathState::FilteredByPolicy, {}, verdict.rule};
    route.replace(std::move(verdict.changed));
    if (trace) trace->left = route.view();
    // RFC 8326: the session is about to end. After the policy, which may remove the neighbor's
    // community if it wants to decide by itself.
    const bool ends =
        neighbor.drain || (neighbor.external() && route.view().has(community::kGracefulShutdown));
    if (ends && route.view().local_pref != 0) route.edit().local_pref = 0;
    if (from.long_lived_stale) route.edit().add(std::array{community::kLlgrStale});
    // Beyond the policy's reach.
    auto link = neighbor.external() ? neighbor.aws_link : attributes.aws_link;
    if (ends || from.long_lived_stale) link = as_last_choice(link);
    if (route.view().aws_link != link) route.edit().aws_link = link;
    return {PathState::Accepted, route.take(), verdict.rule};
}

bool imports_the_same(const RibNeighbor& a, const RibNeighbor& b) {
    return same_policy(a.import_policy, b.import_policy) &&
           a.import_local_pref == b.import_local_pref && a.allow_own_as == b.allow_own_as &&
           a.drain.has_value() == b.drain.has_value() && a.aws_link == b.aws_link &&
           a.limit_in == b.limit_in && a.local_as == b.local_as && a.remote_as == b.remote_as;
}

bool import_ignores_prefix(const RibNeighbor& neighbor) {
    return !neighbor.import_policy || neighbor.import_policy->ignores_prefix();
}

}  // namespace dx::bgp
