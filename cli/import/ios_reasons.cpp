#include "cli/import/ios_reasons.hpp"

#include <algorithm>
#include <span>
#include <string>

namespace dx::importing {
namespace {

struct Reason {
    std::string_view words;
    bool needless;  // dxrouted does it, or there is nothing to do
    std::string_view why;
};

constexpr std::string_view kHost = "it is the host's";
constexpr std::string_view kLogins = "who may log in is the host's";
constexpr std::string_view kPrinted = "it is show running-config's own, no configuration";
constexpr std::string_view kOwn = "it is about FRR's or IOS's own working";

constexpr Reason kOfFiles[] = {
    {"interface", true, "interfaces are systemd-networkd's, ifupdown's or NetworkManager's"},
    {"bfd", false, "BFD is a neighbor's: bfd: {interval: 300ms, multiplier: 3}"},
    {"router", false, "dxrouted speaks BGP only"},
    {"ip forwarding", false, "forwarding is the kernel's: net.ipv4.ip_forward=1"},
    {"ipv6 forwarding", false, "forwarding is the kernel's: net.ipv6.conf.all.forwarding=1"},
    {"ip routing", false, "forwarding is the kernel's: net.ipv4.ip_forward=1"},
    {"ipv6 unicast-routing", false, "forwarding is the kernel's: net.ipv6.conf.all.forwarding=1"},
    {"access-list", false, "dxrouted matches prefixes by prefix sets"},
    {"crypto pki", true, "certificates are of no concern to routing"},
    {"crypto ca", true, "certificates are of no concern to routing"},
    {"crypto key", true, "keys of logins are of no concern to routing"},
    {"crypto", false, "IPsec is another program's: strongSwan or Libreswan"},
    {"banner", true, "what is said at a login is the host's"},
    {"aaa", true, kLogins},
    {"username", true, kLogins},
    {"enable", true, kLogins},
    {"ip ssh", true, kLogins},
    {"ip http", true, kLogins},
    {"ip domain", true, kHost},
    {"ip name-server", true, kHost},
    {"clock", true, kHost},
    {"ntp", true, kHost},
    {"Building configuration...", true, kPrinted},
    {"Current", true, kPrinted},
    {"boot-start-marker", true, kOwn},
    {"boot-end-marker", true, kOwn},
    {"license", true, kOwn},
    {"platform", true, kOwn},
    {"diagnostic", true, kOwn},
    {"memory", true, kOwn},
    {"redundancy", true, kOwn},
    {"archive", true, kOwn},
    {"ip cef", true, kOwn},
    {"hostname", true, kHost},
    {"frr", true, "it says which defaults of FRR hold: policies, networks and timers follow them"},
    {"service", true, kOwn},
    {"log", true, "dxrouted logs to the journal"},
    {"line", true, "dxctl is used in the host's shell"},
    {"version", true, "it is IOS's own"},
    {"end", true, "it ends the file"},
};

constexpr Reason kOfRouters[] = {
    {"bgp log-neighbor-changes", true, "every change is logged"},
    {"bgp bestpath as-path multipath-relax", true,
     "between neighbors with an aws- profile an equal length of the AS path is enough"},
    {"bgp listen", false, "dxrouted accepts configured neighbors only"},
    {"bgp default local-preference", false, "say local-pref in import policies"},
    {"bgp cluster-id", false, "dxrouted is no route reflector"},
    {"bgp confederation", false, "dxrouted is in no confederation"},
    {"bgp dampening", false, "a circuit that flaps has return-delay"},
    {"aggregate-address", false, "dxrouted does not aggregate: announce the prefix under networks"},
    {"distance", false, "distances are fixed: eBGP 20, iBGP 200"},
    {"default-information", false, "write 0.0.0.0/0 under networks"},
    {"auto-summary", true, "dxrouted never summarizes"},
    {"synchronization", true, "there is no such rule any more"},
};

constexpr Reason kOfNeighbors[] = {
    {"soft-reconfiguration", true, "what a neighbor sent is always kept"},
    {"version", true, "BGP 4 is the only one"},
    {"weight", false,
     "a weight acts on this router alone: use preference, or local-pref in a policy "
     "(dxrouted's `weight` is something else)"},
    {"default-originate", false,
     "a default route for one neighbor: write it under networks and into "
     "that neighbor's export policy"},
    {"local-as", false, "dxrouted has one AS number for all neighbors"},
    {"remove-private-as", false, "dxrouted does not change AS paths but by prepending"},
    {"route-reflector-client", false, "dxrouted is no route reflector"},
    {"advertisement-interval", false, "dxrouted sends changes at once"},
    {"disable-connected-check", false, "say multihop: 2 for a loopback of the neighbor's"},
    {"unsuppress-map", false, "dxrouted does not aggregate"},
};

std::span<const Reason> reasons_at(IosPlace place) {
    if (place == IosPlace::File) return kOfFiles;
    if (place == IosPlace::Router) return kOfRouters;
    return kOfNeighbors;
}

}  // namespace

bool begins_with(const IosLine& line, std::size_t at, std::string_view words) {
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        if (line.word(at++) != words.substr(0, end)) return false;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return true;
}

bool is_needless_section(const IosLine& line) {
    const auto* const reason = std::ranges::find_if(
        kOfFiles, [&](const Reason& each) { return begins_with(line, 0, each.words); });
    return reason != std::end(kOfFiles) && reason->needless;
}

bool give_reason(IosPlace place, const IosLine& line, const IosLine& words, std::size_t at,
                 LineAccount& account) {
    for (const auto& [beginning, needless, why] : reasons_at(place)) {
        if (!begins_with(words, at, beginning)) continue;
        needless ? account.needless(line, std::string(why)) : account.skip(line, std::string(why));
        return true;
    }
    return false;
}

bool give_reason(IosPlace place, const IosLine& line, std::size_t at, LineAccount& account) {
    return give_reason(place, line, line, at, account);
}

std::string_view done_always(const IosLine& line, std::size_t at) {
    constexpr std::string_view kFallover =
        "a session over one hop always ends when its interface or address goes";
    const auto what = line.word(at);
    if (what == "fast-external-failover" || what == "fast-external-fallover") return kFallover;
    if (what == "enforce-first-as")
        return "the neighbor's AS must stand first in a path, unless its routes come by a route "
               "server (bgp-role: rs-client)";
    return {};
}

}  // namespace dx::importing
