// The rules of nftables as far as they can be understood, and what they make of a packet. Pure: the
// text comes from `nft --json list ruleset`, whoever ran it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfib/net/ip_address.hpp"

namespace dx::doctor {

// A packet to or from this host, as a rule sees it.
struct Packet {
    bool inbound = true;
    net::IpAddress source;
    net::IpAddress destination;
    std::string interface;
    std::string protocol;  // "tcp", "udp", "icmp", "icmpv6"
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    bool answers = false;  // belongs to a connection that we began: established, for conntrack
};

// What a rule, or one of its parts, says about a packet. Unclear: it is not understood here.
enum class Answer : std::uint8_t { No, Yes, Unclear };

enum class Verdict : std::uint8_t { None, Accept, Drop, Return, Jump, Goto };

struct FirewallRule {
    std::vector<std::function<Answer(const Packet&)>> matches;
    Verdict verdict = Verdict::None;
    std::string target;  // of a jump
};

struct FirewallChain {
    std::string name;    // "inet filter input"
    std::string family;  // of its table: "inet", "ip", "ip6", "netdev", "arp", "bridge"
    std::string hook;    // "" where it is only jumped to
    std::vector<std::string> devices;  // of a hook of interfaces, as ingress
    bool drops_by_policy = false;
    std::vector<FirewallRule> rules;
};

class Ruleset {
public:
    // Throws std::runtime_error on what is not nft's JSON.
    static Ruleset parse(std::string_view json);

    // Which chain drops the packet for certain; "" where none does. `unclear` says that a rule
    // which is not understood might decide otherwise.
    struct Fate {
        std::string dropped_by;  // "inet filter input", or "… (policy)"
        bool unclear = false;
    };

    Fate fate_of(const Packet& packet) const;

private:
    struct Walk;

    Verdict walk(const FirewallChain& chain, const Packet& packet, int depth, Walk& seen) const;

    std::map<std::string, FirewallChain, std::less<>> chains_;
};

}  // namespace dx::doctor
