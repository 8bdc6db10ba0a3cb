// What rules make of a packet: chain by chain, as the kernel walks them.
#include "cli/doctor/checks/firewall.hpp"

#include <algorithm>
#include <array>

namespace dx::doctor {
namespace {

constexpr int kJumps = 16;  // the kernel's own limit

constexpr std::array<std::string_view, 3> kInbound{"ingress", "prerouting", "input"};
constexpr std::array<std::string_view, 2> kOutbound{"output", "postrouting"};

bool sees(const FirewallChain& chain, const Packet& packet) {
    if (chain.family == "inet") return true;
    if (chain.family == "ip") return packet.destination.is_v4();
    if (chain.family == "ip6") return packet.destination.is_v6();
    return chain.family == "netdev";
}

bool is_on_the_way(const FirewallChain& chain, const Packet& packet) {
    if (!sees(chain, packet)) return false;
    const auto& devices = chain.devices;
    const bool is_elsewhere = std::ranges::find(devices, packet.interface) == devices.end();
    if (!devices.empty() && is_elsewhere) return false;
    if (packet.inbound) return std::ranges::find(kInbound, chain.hook) != kInbound.end();
    return std::ranges::find(kOutbound, chain.hook) != kOutbound.end();
}

Answer all_of(const FirewallRule& rule, const Packet& packet) {
    auto answer = Answer::Yes;
    for (const auto& match : rule.matches) {
        const auto one = match(packet);
        if (one == Answer::No) return Answer::No;
        if (one == Answer::Unclear) answer = Answer::Unclear;
    }
    return answer;
}

}  // namespace

// What was met on the way through a base chain.
struct Ruleset::Walk {
    std::string dropped_by;
    bool maybe_dropped = false;  // by a rule that is not understood
    bool maybe_saved = false;    // from what comes behind it
};

// Accept, Drop or Return; None where the chain was walked to its end.
Verdict Ruleset::walk(const FirewallChain& chain, const Packet& packet, int depth,
                      Walk& seen) const {
    for (const auto& rule : chain.rules) {
        const auto matches = all_of(rule, packet);
        if (matches == Answer::No || rule.verdict == Verdict::None) continue;
        if (matches == Answer::Unclear) {
            (rule.verdict == Verdict::Drop ? seen.maybe_dropped : seen.maybe_saved) = true;
            continue;
        }
        if (rule.verdict == Verdict::Drop) seen.dropped_by = chain.name;
        if (rule.verdict != Verdict::Jump && rule.verdict != Verdict::Goto) return rule.verdict;
        const auto target = chains_.find(rule.target);
        if (depth == kJumps || target == chains_.end()) continue;
        const auto verdict = walk(target->second, packet, depth + 1, seen);
        if (verdict == Verdict::Accept || verdict == Verdict::Drop) return verdict;
        if (rule.verdict == Verdict::Goto) return Verdict::Return;
    }
    return Verdict::None;
}

Ruleset::Fate Ruleset::fate_of(const Packet& packet) const {
    Fate fate;
    for (const auto& [key, chain] : chains_) {
        if (!is_on_the_way(chain, packet)) continue;
        Walk seen;
        const auto verdict = walk(chain, packet, 0, seen);
        if (verdict != Verdict::Accept && verdict != Verdict::Drop && chain.drops_by_policy)
            seen.dropped_by = chain.name + " (policy)";
        const bool certain = !seen.dropped_by.empty() && !seen.maybe_saved;
        if (certain) return {seen.dropped_by, false};
        fate.unclear |= seen.maybe_dropped || !seen.dropped_by.empty();
    }
    return fate;
}

}  // namespace dx::doctor
