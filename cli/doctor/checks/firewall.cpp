// What rules make of a packet: chain by chain, as the kernel walks them.
#include "cli/doctor/checks/firewall.hpp"

#include <algorithm>
#include <array>

namespace dx::doctor {
namespace {

constexpr int kJumps = 16;  // the kernel's own limit

constexpr std::array<std::string_view, 3> kInbound{"ingress", "prerouting", "input"};
constexpr std::array<std::string_view, 2> kOutbound{"output", "postrouting"};

bool passes_hook(const FirewallChain& chain, const Packet& packet) {
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

// Accept, Drop or Return; None where the chain was walked to its end.
Verdict Ruleset::walk(const FirewallChain& chain, const Packet& packet, int depth,
                      Fate& fate) const {
    for (const auto& rule : chain.rules) {
        const auto matches = all_of(rule, packet);
        if (matches == Answer::Unclear && rule.verdict != Verdict::None) fate.unclear = true;
        if (matches != Answer::Yes) continue;
        const bool jumps = rule.verdict == Verdict::Jump || rule.verdict == Verdict::Goto;
        if (!jumps && rule.verdict != Verdict::None) {
            if (rule.verdict == Verdict::Drop) fate.dropped_by = chain.name;
            return rule.verdict;
        }
        const auto target = chains_.find(rule.target);
        if (!jumps || depth == kJumps || target == chains_.end()) continue;
        const auto verdict = walk(target->second, packet, depth + 1, fate);
        if (verdict == Verdict::Accept || verdict == Verdict::Drop) return verdict;
        if (rule.verdict == Verdict::Goto) return Verdict::Return;
    }
    return Verdict::None;
}

Ruleset::Fate Ruleset::fate_of(const Packet& packet) const {
    Fate fate;
    for (const auto& [key, chain] : chains_) {
        if (!passes_hook(chain, packet)) continue;
        const auto verdict = walk(chain, packet, 0, fate);
        if (verdict == Verdict::Drop) return fate;
        if (verdict == Verdict::Accept || !chain.drops_by_policy) continue;
        fate.dropped_by = chain.name + " (policy)";
        return fate;
    }
    return fate;
}

}  // namespace dx::doctor
