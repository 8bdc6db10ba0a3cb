#include "cli/doctor/checks/checks.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "cli/doctor/checks/rows.hpp"

namespace dx::doctor {
namespace {

constexpr std::array kNeighborChecks{
    NeighborCheck{"link", check_link},
    NeighborCheck{"vlan", check_vlan},
    NeighborCheck{"address", check_address},
    NeighborCheck{"ipsec", check_ipsec},
    NeighborCheck{"arp", check_resolution},
    NeighborCheck{"ping", check_ping},
    NeighborCheck{"tcp", check_tcp},
    NeighborCheck{"md5", check_md5},
    NeighborCheck{"open", check_open},
    NeighborCheck{"policy", check_policy},
    NeighborCheck{"prefix-limit", check_prefix_limit},
    NeighborCheck{"bfd", check_bfd},
    NeighborCheck{"fib", check_fib},
    NeighborCheck{"rp-filter", check_rp_filter},
    NeighborCheck{"mtu", check_mtu},
    NeighborCheck{"redirects", check_redirects},
    NeighborCheck{"firewall", check_firewall},
    NeighborCheck{"static-routes", check_static_routes},
    NeighborCheck{"source", check_source},
};

constexpr std::array kHostChecks{
    HostCheck{"daemon", check_daemon},           HostCheck{"state", check_state},
    HostCheck{"listeners", check_listeners},     HostCheck{"static-bfd", check_static_bfd},
    HostCheck{"forwarding", check_forwarding},   HostCheck{"networkd", check_networkd},
    HostCheck{"hash-policy", check_hash_policy},
};

// A neighbor's findings come before the host's, except that nothing is known without the daemon.
std::size_t rank(const Entry& entry) {
    if (entry.neighbor.empty())
        return entry.check == "daemon" ? 0 : std::numeric_limits<std::size_t>::max();
    const auto* const row = std::ranges::find(kNeighborChecks, entry.check, &NeighborCheck::name);
    return 1 + static_cast<std::size_t>(row - kNeighborChecks.begin());
}

std::string all_well(const Diagnosis& diagnosis) {
    const auto warnings = std::ranges::count_if(diagnosis.entries, [](const Entry& entry) {
        return entry.finding.result == Result::Warning;
    });
    if (warnings == 0) return "All is well.";
    return fmt::format("All is well, but see the {} above.",
                       warnings == 1 ? "warning" : fmt::format("{} warnings", warnings));
}

std::string conclusion_of(const Diagnosis& diagnosis) {
    const Entry* first = nullptr;
    for (const auto& entry : diagnosis.entries)
        if (entry.finding.result == Result::Failed && (!first || rank(entry) < rank(*first)))
            first = &entry;
    if (!first) return all_well(diagnosis);
    return fmt::format("{}{}; {}.", first->neighbor.empty() ? "" : first->neighbor + ": ",
                       first->finding.detail, first->finding.advice);
}

}  // namespace

std::span<const NeighborCheck> neighbor_checks() {
    return kNeighborChecks;
}

std::span<const HostCheck> host_checks() {
    return kHostChecks;
}

Diagnosis diagnose(const Facts& facts) {
    Diagnosis diagnosis;
    for (const auto& neighbor : facts.neighbors)
        for (const auto& check : kNeighborChecks)
            diagnosis.entries.push_back({check.name, neighbor.name, check.run(facts, neighbor)});
    for (const auto& check : kHostChecks)
        diagnosis.entries.push_back({check.name, "", check.run(facts)});
    diagnosis.failures =
        static_cast<unsigned>(std::ranges::count_if(diagnosis.entries, [](const Entry& entry) {
            return entry.finding.result == Result::Failed;
        }));
    diagnosis.conclusion = conclusion_of(diagnosis);
    return diagnosis;
}

}  // namespace dx::doctor
