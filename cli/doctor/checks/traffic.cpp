#include "cli/doctor/checks/traffic.hpp"

#include <initializer_list>
#include <utility>

namespace dx::doctor {
namespace {

constexpr std::uint16_t kBgp = 179;
constexpr std::uint16_t kBfd = 3784;         // RFC 5881
constexpr std::uint16_t kEphemeral = 49152;  // some port of a client; the first of RFC 6335

struct Ports {
    std::uint16_t ours;
    std::uint16_t theirs;
};

Packet inbound(const Neighbor& neighbor, std::string_view protocol, Ports ports, bool answers) {
    Packet packet;
    packet.source = neighbor.address;
    packet.destination = neighbor.local.value_or(net::IpAddress::any(neighbor.address.family()));
    packet.interface = neighbor.link.name;
    packet.protocol = protocol;
    packet.source_port = ports.theirs;
    packet.destination_port = ports.ours;
    packet.answers = answers;
    return packet;
}

Packet outbound(const Neighbor& neighbor, std::string_view protocol, Ports ports, bool answers) {
    auto packet = inbound(neighbor, protocol, ports, answers);
    packet.inbound = false;
    std::swap(packet.source, packet.destination);
    std::swap(packet.source_port, packet.destination_port);
    return packet;
}

Ruleset::Fate worst(const Facts& facts, std::initializer_list<Packet> packets) {
    Ruleset::Fate worst;
    if (!facts.host.firewall.rules) return worst;
    for (const auto& packet : packets) {
        const auto fate = facts.host.firewall.rules->fate_of(packet);
        worst.unclear |= fate.unclear;
        if (worst.dropped_by.empty()) worst.dropped_by = fate.dropped_by;
    }
    return worst;
}

Ruleset::Fate our_dialling(const Facts& facts, const Neighbor& neighbor) {
    constexpr Ports kPorts{kEphemeral, kBgp};
    return worst(
        facts, {outbound(neighbor, "tcp", kPorts, false), inbound(neighbor, "tcp", kPorts, true)});
}

Ruleset::Fate their_dialling(const Facts& facts, const Neighbor& neighbor) {
    const Ports ports{facts.daemon.bgp_port, kEphemeral};
    return worst(facts,
                 {inbound(neighbor, "tcp", ports, false), outbound(neighbor, "tcp", ports, true)});
}

// Each direction has a port of its own: for conntrack neither answers the other.
Ruleset::Fate bfd(const Facts& facts, const Neighbor& neighbor) {
    return worst(facts, {outbound(neighbor, "udp", {kEphemeral, kBfd}, false),
                         inbound(neighbor, "udp", {kBfd, kEphemeral}, false)});
}

Ruleset::Fate ping(const Facts& facts, const Neighbor& neighbor) {
    const auto* const protocol = neighbor.address.is_v4() ? "icmp" : "icmpv6";
    return worst(facts, {outbound(neighbor, protocol, {0, 0}, false),
                         inbound(neighbor, protocol, {0, 0}, true)});
}

}  // namespace

std::string drops_our_dialling(const Facts& facts, const Neighbor& neighbor) {
    return our_dialling(facts, neighbor).dropped_by;
}

std::string drops_their_dialling(const Facts& facts, const Neighbor& neighbor) {
    return their_dialling(facts, neighbor).dropped_by;
}

std::string drops_bfd(const Facts& facts, const Neighbor& neighbor) {
    return bfd(facts, neighbor).dropped_by;
}

std::string drops_ping(const Facts& facts, const Neighbor& neighbor) {
    return ping(facts, neighbor).dropped_by;
}

bool firewall_is_unclear(const Facts& facts, const Neighbor& neighbor) {
    return our_dialling(facts, neighbor).unclear || their_dialling(facts, neighbor).unclear ||
           (neighbor.bfd_configured && bfd(facts, neighbor).unclear);
}

}  // namespace dx::doctor
