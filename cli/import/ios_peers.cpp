#include "cli/import/ios_peers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/import/addresses.hpp"
#include "cli/import/families.hpp"
#include "cli/import/ios_limits.hpp"
#include "cli/import/ios_reasons.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

constexpr unsigned kDeepest = 8;  // of groups in groups

// No word of IOS says that the other side is AWS; the AS number may.
void add_profile_hint(Neighbor& neighbor, bool internal) {
    if (internal || neighbor.multihop > 1) return;
    if (neighbor.remote_as == kAmazonPublicAs)
        neighbor.hints.emplace_back("profile: aws-public   # on a Direct Connect circuit");
    else if (is_private_as(neighbor.remote_as))
        neighbor.hints.emplace_back(
            "profile: aws-private   # or aws-transit, aws-vpn: AWS's limits and checks");
}

bool is_inheritance(const PeerLine& line) {
    return line.word(0) == "inherit" &&
           (line.word(1) == "peer-session" || line.word(1) == "peer-policy");
}

// Sessions and policies have names of their own.
std::string inherited(const PeerLine& line) {
    return fmt::format("template {} {}", line.word(1), line.word(2));
}

}  // namespace

IosPeers::Target& IosPeers::target(const std::string& name) {
    const auto found = std::ranges::find(targets_, name, &Target::name);
    if (found != targets_.end()) return *found;
    targets_.push_back({.name = name});
    return targets_.back();
}

void IosPeers::take(const IosLine& line, bool ipv6) {
    auto& to = target(canonical_address(line.word(1)));
    const PeerLine setting{&line, 2, ipv6};
    if (setting.word(0) == "peer-group" && !line.negated) {
        account_.done(line);
        if (setting.word(1).empty())
            to.is_group = true;
        else
            to.groups.push_back({std::string(setting.word(1)), &line});
        return;
    }
    if (is_inheritance(setting)) {
        account_.done(line);
        to.groups.push_back({inherited(setting), &line, ipv6});
        return;
    }
    to.lines.push_back(setting);
}

void IosPeers::take_template(const std::string& name, const IosLine& line, bool ipv6) {
    auto& to = target("template " + name);
    to.is_group = true;
    const PeerLine setting{&line, 0, ipv6};
    if (!is_inheritance(setting)) return to.lines.push_back(setting);
    account_.done(line);
    to.groups.push_back({inherited(setting), &line, ipv6});
}

// The groups' lines first: what the neighbor says itself wins.
void IosPeers::apply(Target& from, const PeerContext& context, const Peer& bare, Peer& peer,
                     bool ipv6, unsigned depth) {
    from.is_used = true;
    for (const auto& join : from.groups) {
        auto& group = target(join.group);
        if (!group.is_group)
            account_.skip(*join.line, join.group + " is not in the file, or nothing is in it");
        if (depth < kDeepest) apply(group, context, bare, peer, ipv6 || join.ipv6, depth + 1);
    }
    const auto of_groups = peer;
    // The AS number first: it says whether the neighbor is one of ours.
    for (const bool first : {true, false})
        for (auto line : from.lines) {
            line.ipv6 |= ipv6;
            if ((line.word(0) == "remote-as") == first)
                apply_setting(line, context, {bare, of_groups}, peer);
        }
}

void IosPeers::skip(const Target& from, const std::string& why) {
    for (const auto& line : from.lines)
        account_.skip(*line.line, why);
    for (const auto& join : from.groups)
        account_.skip(*join.line, why);
}

void IosPeers::finish(const PeerContext& context, const IosDefaults& defaults, IosRouteMaps& maps,
                      Configuration& out) {
    // A group that is only named, never defined, becomes a target while the neighbors are read.
    for (std::size_t i = 0, count = targets_.size(); i < count; ++i)
        if (!targets_[i].is_group) read_peer(targets_[i], context, defaults, maps, out);
    for (const auto& [line, neighbors] : without_restart_)
        account_.changed(*line, fmt::format("not for {}: with BFD on it would keep the routes of a "
                                            "neighbor that is known dead",
                                            fmt::join(neighbors, ", ")));
    line_use_.finish(account_);
    for (const auto& unused : targets_)
        if (unused.is_group && !unused.is_used)
            for (const auto& line : unused.lines)
                account_.needless(*line.line, "no neighbor is in this group");
}

void IosPeers::read_peer(Target& from, const PeerContext& context, const IosDefaults& defaults,
                         IosRouteMaps& maps, Configuration& out) {
    if (!is_address(from.name) && !is_ipv6_link_local(from.name))
        return skip(from,
                    "it is neither an address nor a group: dxrouted's neighbors have addresses");
    Peer bare;
    bare.neighbor.address = from.name;
    bare.neighbor.connect_retry = defaults.connect_retry;
    bare.sends_communities = context.dialect == Dialect::Frr;
    bare.neighbor.keepalive = defaults.keepalive;
    bare.neighbor.hold = defaults.hold;
    auto peer = bare;
    apply(from, context, bare, peer);
    if (peer.neighbor.remote_as == 0) return skip(from, from.name + " has no remote-as");
    if (is_ipv6_link_local(from.name) && peer.neighbor.interface.empty())
        return skip(from, from.name + " is link-local: dxrouted must know its interface of Linux");
    if (peer.neighbor.local_address == from.name)
        return skip(from, from.name + " is said to be our own address, too");
    const bool internal = peer.neighbor.remote_as == context.our_as;
    if (internal && !peer.next_hop_self) peer.neighbor.next_hop_self = false;
    add_profile_hint(peer.neighbor, internal);
    if (defaults.shutdown && !peer.neighbor.shutdown) peer.neighbor.shutdown = defaults.shutdown;
    finish_families(peer, from, defaults);
    finish_limits(peer, line_use_);
    finish_restart(peer, defaults);
    if (!peer.sends_communities) {
        peer.neighbor.comments.emplace_back("it was sent no communities; dxrouted sends them");
        if (peer.as_line && context.dialect == Dialect::Cisco)
            account_.changed(*peer.as_line,
                             std::string("without send-community: ") + kCommunitiesAreSent);
    }
    const std::string otherwise = internal || !defaults.accept_without_policy ? "" : "accept-all";
    peer.neighbor.import_policy = policy_in_families(peer, peer.in, otherwise, internal, maps);
    peer.neighbor.export_policy = policy_in_families(peer, peer.out, otherwise, internal, maps);
    out.neighbors.push_back(std::move(peer.neighbor));
}

void IosPeers::finish_families(Peer& peer, const Target& from, const IosDefaults& defaults) {
    const bool own_is_ipv6 = is_ipv6(from.name);
    const bool ipv4 = peer.active[0].value_or(defaults.ipv4_active && !own_is_ipv6);
    const bool ipv6 = peer.active[1].value_or(false);
    auto& neighbor = peer.neighbor;
    if (!ipv4 && !ipv6) {
        // IPv6 alone is what was meant, unless families have to be named.
        const bool must_be_named = !defaults.ipv4_active || defaults.families_are_named;
        if (own_is_ipv6 && !peer.active[1] && !must_be_named) return;
        constexpr auto kWhy = "it was active in no address family of its own: shut down";
        if (!neighbor.shutdown) neighbor.shutdown = "";
        neighbor.comments.emplace_back(kWhy);
        if (peer.as_line)
            account_.changed(*peer.as_line, fmt::format("{}: {}", neighbor.address, kWhy));
        return;
    }
    if (ipv4) neighbor.families.emplace_back("ipv4");
    if (ipv6) neighbor.families.emplace_back("ipv6");
    if (neighbor.families == Texts{own_is_ipv6 ? "ipv6" : "ipv4"}) neighbor.families.clear();
}

// Combinations that dxrouted refuses, each with a word on what gave way.
void IosPeers::finish_restart(Peer& peer, const IosDefaults& defaults) {
    auto& neighbor = peer.neighbor;
    if (!peer.restart_line && defaults.restart_line) {
        peer.restart_line = defaults.restart_line;
        neighbor.graceful_restart = "full";
    }
    const bool far = neighbor.multihop > 1;
    if (far && neighbor.bfd && peer.bfd_line) {
        neighbor.bfd.reset();
        account_.skip(*peer.bfd_line,
                      "BFD is for directly connected neighbors: not with ebgp-multihop");
    }
    if (far && neighbor.ttl_security && peer.security_line) {
        neighbor.ttl_security = false;
        account_.skip(*peer.security_line, "not together with ebgp-multihop");
    }
    if (neighbor.bfd && !neighbor.graceful_restart.empty()) {
        neighbor.graceful_restart.clear();
        without_restart_[peer.restart_line].push_back(neighbor.address);
    }
}

std::string IosPeers::policy_of(const PeerFilter& filter, IosRouteMaps& maps) {
    std::string policy;
    if (filter.kind == "route-map") policy = maps.policy(filter.name);
    if (filter.kind == "prefix-list") policy = maps.prefix_list_policy(filter.name, filter.ipv6);
    if (filter.kind == "filter-list") policy = maps.as_path_list_policy(filter.name);
    if (!policy.empty() && policy != "reject-all") return policy;
    if (filter.name.empty()) {
        account_.skip(*filter.line,
                      fmt::format("it is neither `in` nor `out`, and {}", kNothingPasses));
        return "reject-all";
    }
    account_.skip(*filter.line, fmt::format("{} {} is not in the file or cannot be translated: {}",
                                            filter.kind, filter.name, kNothingPasses));
    return "reject-all";
}

// One policy a direction. What cannot be said in one lets nothing pass.
std::string IosPeers::policy_of(const std::vector<PeerFilter>& filters,
                                const std::string& otherwise, IosRouteMaps& maps) {
    std::vector<PeerFilter> different;
    for (const auto& filter : filters) {
        const auto same = std::ranges::find_if(different, [&](const auto& each) {
            return each.kind == filter.kind && each.name == filter.name;
        });
        if (same == different.end()) different.push_back(filter);
    }
    for (const auto& filter : different)
        line_use_.tell(filter.line, true);
    if (different.empty()) return otherwise;
    if (different.size() == 1) return policy_of(different.front(), maps);
    std::ranges::sort(different, std::ranges::greater(), &PeerFilter::kind);  // route-map first
    if (different.size() == 2 && different[0].kind == "route-map" &&
        different[1].kind == "prefix-list") {
        const auto both =
            maps.both(maps.policy(different[0].name), different[1].name, different[1].ipv6);
        if (!both.empty()) return both;
    }
    for (const auto& filter : different)
        account_.skip(*filter.line,
                      fmt::format("several filters in one direction: {}", kNothingPasses));
    return "reject-all";
}

// Of a session with both families each has filters of its own; in one policy, each rule is bounded
// to the family that it came from.
std::string IosPeers::policy_in_families(const Peer& peer, const std::vector<PeerFilter>& filters,
                                         const std::string& otherwise, bool internal,
                                         IosRouteMaps& maps) {
    std::vector<PeerFilter> of[2];
    for (const auto& filter : filters)
        of[filter.ipv6].push_back(filter);
    if (const auto only = only_family(peer.neighbor)) {
        // Outside of all families they are IPv4's, and meant for a neighbor that has IPv6 alone;
        // but where nothing would pass without them, they must not open it.
        const bool meant = *only && (internal || !otherwise.empty());
        if (of[*only].empty() && meant) return policy_of(filters, otherwise, maps);
        for (const auto& other : of[!*only])
            line_use_.tell(other.line, false);
        return policy_of(of[*only], otherwise, maps);
    }
    const bool same = std::ranges::equal(of[0], of[1], [](const auto& a, const auto& b) {
        return a.kind == b.kind && a.name == b.name && a.kind != "prefix-list";
    });
    if (same) return policy_of(of[0], otherwise, maps);
    const std::string without = !otherwise.empty() || internal ? "accept-all" : "reject-all";
    const auto ipv4 = policy_of(of[0], without, maps), ipv6 = policy_of(of[1], without, maps);
    return maps.by_family(ipv4, ipv6);
}

}  // namespace dx::importing
