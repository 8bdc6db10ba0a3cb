// Below BGP: the interface, its VLAN, our address, the neighbor's link-layer address, ping.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/doctor/checks/rows.hpp"
#include "cli/doctor/checks/traffic.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::doctor {
namespace {

const Address* own_address(const Neighbor& neighbor) {
    if (!neighbor.local) return nullptr;
    const auto& all = neighbor.link.addresses;
    const auto found = std::ranges::find(all, *neighbor.local, &Address::address);
    return found == all.end() ? nullptr : &*found;
}

bool reaches(const Address& own, const net::IpAddress& peer) {
    if (own.peer) return net::Prefix(*own.peer, own.length).contains(peer);
    return net::Prefix(own.address, own.length).contains(peer);
}

// The lengths that AWS hands out or accepts; a tunnel's inside addresses have /126.
bool is_usual_length(const Address& own) {
    if (own.address.is_v4()) return own.length >= 29 && own.length <= 31;
    return own.length == 125 || own.length == 126 || own.length == 127 || own.address.is_scoped();
}

// The kernel takes the VLAN down with it, and does not let it come up before.
Finding parent_is_down(const Link& link) {
    return failed(
        fmt::format("VLAN {} on {}, which is down", link.vlan_id.value_or(0), link.parent),
        fmt::format("ip link set {} up, and check its cable", link.parent));
}

// What carries the packets may be down while the interface is up, and then nothing else is wrong.
bool is_tunnel(const Neighbor& neighbor) {
    constexpr std::array kKinds{"xfrm", "vti", "vti6", "ipsec", "gre"};
    return neighbor.profile == "aws-vpn" ||
           std::ranges::find(kKinds, neighbor.link.kind) != kKinds.end();
}

std::string see_the_tunnel(const Link& link) {
    const auto which = link.if_id ? fmt::format(", for if_id {}", *link.if_id) : std::string();
    return fmt::format("see whether the tunnel is up (IPsec: swanctl --list-sas{})", which);
}

}  // namespace

Finding check_link(const Facts&, const Neighbor& neighbor) {
    const auto& link = neighbor.link;
    if (link.name.empty())
        return failed(fmt::format("no interface leads to {}", neighbor.address.to_string()),
                      "set the neighbor's `interface` and put its address on that interface");
    if (!link.exists)
        return failed(fmt::format("interface {} does not exist", link.name),
                      fmt::format("create {} or correct the neighbor's `interface`", link.name));
    if (!link.up && link.kind == "vlan" && !link.parent_up) return parent_is_down(link);
    if (!link.up)
        return failed(fmt::format("interface {} is administratively down", link.name),
                      fmt::format("ip link set {} up", link.name));
    if (!link.carrier)
        return failed(
            fmt::format("interface {} has no carrier", link.name),
            "check the optics, the light levels and the cross-connect with the colocation");
    const auto seen = fmt::format("{} is up, {} receive and {} transmit errors", link.name,
                                  link.receive_errors, link.transmit_errors);
    if (link.receive_errors + link.transmit_errors == 0) return ok(seen);
    return warning(seen, "if they grow, check the optics and the light levels");
}

Finding check_vlan(const Facts&, const Neighbor& neighbor) {
    const auto& link = neighbor.link;
    if (!link.exists) return skipped("there is no interface");
    if (!link.resolves || neighbor.profile == "aws-vpn" || !neighbor.single_hop)
        return skipped(link.name + " is no circuit's interface");
    if (link.kind != "vlan") {
        const auto seen = fmt::format("{} is not a VLAN interface ({})", link.name, link.kind);
        if (!neighbor.is_aws()) return ok(seen);
        return warning(seen,
                       "AWS tags all frames of a virtual interface: use a VLAN interface, unless "
                       "another device takes the tag off");
    }
    if (!link.parent_up) return parent_is_down(link);
    const auto seen = fmt::format("VLAN {} on {}", link.vlan_id.value_or(0), link.parent);
    if (link.parent_kind == "vlan")
        return warning(seen + ", itself a VLAN (Q-in-Q)",
                       "AWS does not take two tags: let your provider take the outer one off");
    return ok(seen);
}

Finding check_address(const Facts&, const Neighbor& neighbor) {
    const auto& link = neighbor.link;
    if (!link.exists) return skipped("there is no interface");
    const auto* const own = own_address(neighbor);
    if (!own && neighbor.local && neighbor.local_configured)
        return failed(
            fmt::format("{} does not have our address {}", link.name, neighbor.local->to_string()),
            fmt::format("put {} with the virtual interface's mask on {}",
                        neighbor.local->to_string(), link.name));
    if (!own)
        return failed(fmt::format("{} has no address in {}'s network", link.name,
                                  neighbor.address.to_string()),
                      fmt::format("put the virtual interface's customer address on {}", link.name));
    const auto seen = fmt::format("{}/{} on {}", own->address.to_string(), own->length, link.name);
    if (own->duplicate)
        return failed(seen + " is in use by another host on the link",
                      "find the other host, or the loop, on this VLAN");
    if (own->tentative)
        return warning(seen + " is not usable yet (duplicate address detection)",
                       "ask again in some seconds");
    if (!neighbor.single_hop) return ok(seen);
    if (!reaches(*own, neighbor.address))
        return failed(fmt::format("{} does not hold {}", seen, neighbor.address.to_string()),
                      "use the mask of the virtual interface (a /30, /31, /29 or /125)");
    if (own->address == neighbor.address)
        return failed(seen + " is the neighbor's own address",
                      "use the customer address of the virtual interface, not Amazon's");
    if (!own->also_on.empty())
        return warning(fmt::format("{} is on {} too", seen, own->also_on),
                       "take it off one of them: each circuit has an address of its own");
    if (neighbor.is_aws() && !is_usual_length(*own))
        return warning(seen + " has an unusual mask",
                       "both ends need the same mask; AWS uses /30, /31, /29 or /125");
    return ok(seen);
}

Finding check_ipsec(const Facts&, const Neighbor& neighbor) {
    const auto& link = neighbor.link;
    if (!link.exists) return skipped("there is no interface");
    if (!link.if_id) return skipped(link.name + " is no XFRM interface");
    if (!link.has_association) return unknown("the associations cannot be read: try it as root");
    const auto which = fmt::format("security association with if_id {}", *link.if_id);
    if (*link.has_association) return ok("there is a " + which);
    if (neighbor.probes.echo == Echo::Answered) return ok("there is a new " + which);
    return failed(fmt::format("no {}, which {} has", which, link.name),
                  see_the_tunnel(link) + ", and compare if_id_in and if_id_out in swanctl.conf");
}

Finding check_resolution(const Facts&, const Neighbor& neighbor) {
    const auto* const protocol = neighbor.address.is_v4() ? "ARP" : "neighbor discovery";
    const auto peer = neighbor.address.to_string();
    if (!neighbor.link.resolves) return skipped(neighbor.link.name + " needs none");
    if (!neighbor.single_hop) return skipped(peer + " is not on the link");
    switch (neighbor.probes.resolution) {
        case Resolution::Resolved: return ok(fmt::format("{} is {}", peer, neighbor.probes.mac));
        case Resolution::NoEntry:
            if (neighbor.established()) return unknown("the kernel has no entry for " + peer);
            return unknown(fmt::format("the kernel did not try {} for {}", protocol, peer));
        case Resolution::Incomplete:
        case Resolution::Failed: break;
    }
    return failed(fmt::format("{} does not answer {}", peer, protocol),
                  "compare VLAN and addresses with the virtual interface (AWS answers only frames "
                  "with its tag), and ask the provider whether the VLAN reaches AWS");
}

Finding check_ping(const Facts& facts, const Neighbor& neighbor) {
    const auto peer = neighbor.address.to_string();
    if (neighbor.probes.echo == Echo::Answered)
        return ok(fmt::format("{} answers in {:.2f} ms", peer,
                              static_cast<double>(neighbor.probes.round_trip.count()) / 1000));
    if (neighbor.probes.echo == Echo::NotPossible)
        return unknown("not permitted (" + neighbor.probes.echo_error +
                       "): try it as root, or set net.ipv4.ping_group_range");
    if (neighbor.probes.echo == Echo::NotTried) return skipped("not tried");
    if (const auto chain = drops_ping(facts, neighbor); !chain.empty())
        return warning(fmt::format("{} does not answer; the chain {} here drops ping", peer, chain),
                       "let ICMP pass, if you want it to tell something");
    if (check_ipsec(facts, neighbor).result == Result::Failed) return skipped("there is no tunnel");
    const auto tunnel =
        is_tunnel(neighbor) ? see_the_tunnel(neighbor.link) + "; if it is, " : std::string();
    if (neighbor.probes.echo == Echo::Unreachable)
        return failed(fmt::format("{} cannot be reached: {}", peer, neighbor.probes.echo_error),
                      tunnel + "check the addresses, and `ip route get` " + peer);
    const auto connect = neighbor.probes.connect;
    if (neighbor.tcp_is_up() || connect == Connect::Accepted || connect == Connect::Refused)
        return warning(peer + " does not answer, though its TCP does",
                       "nothing, if the other side is known to filter ping");
    return failed(peer + " does not answer ping",
                  tunnel + "check the addresses of both ends, and whether a firewall filters ICMP");
}

}  // namespace dx::doctor
