// One function a rule, each with its reason in the message; the table at the end says which run.
// What is AWS's is in profile_checks.cpp.
#include "daemon/config/neighbor_checks.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "daemon/config/checked_neighbor.hpp"
#include "daemon/config/printable.hpp"
#include "daemon/config/profile_checks.hpp"

namespace dx::config {
namespace {

void link_local_has_interface(const Checked& c) {
    const auto& address = c.neighbor.address;
    if (address.is_scoped() && !c.says("interface"))
        c.error("address", "'" + address.to_string() +
                               "' is link-local and needs an interface (expected interface: NAME)");
}

void local_address_fits(const Checked& c) {
    const auto& local = c.neighbor.local_address;
    if (!local || c.neighbor.address.is_unspecified()) return;
    if (local->family() != c.neighbor.address.family())
        c.error("local-address", "'" + local->to_string() +
                                     "' is of another family than the neighbor's address "
                                     "(expected an " +
                                     std::string(c.neighbor.address.is_v4() ? "IPv4" : "IPv6") +
                                     " address)");
    else if (*local == c.neighbor.address)
        c.error("local-address", "'" + local->to_string() +
                                     "' is the neighbor's own address (expected one of ours)");
}

std::string most_keepalive(const Timers& timers) {
    return "expected at most " + std::to_string(timers.hold.count() / 3) + "s: RFC 4271 10";
}

void keepalive_is_sent(const Checked& c) {
    const auto& timers = c.neighbor.timers;
    if (timers.keepalive == seconds(0) && timers.hold != seconds(0))
        c.error("timers", "keepalive 0 with hold " + std::to_string(timers.hold.count()) +
                              "s ends the session (expected 1s and more, or hold 0 too)");
    if (timers.hold != seconds(0) && timers.keepalive >= timers.hold)
        c.error("timers", "keepalive " + std::to_string(timers.keepalive.count()) +
                              "s is no less than hold " + std::to_string(timers.hold.count()) +
                              "s (" + most_keepalive(timers) + ")");
}

void keepalive_is_a_third(const Checked& c) {
    const auto& timers = c.neighbor.timers;
    if (!c.says("timers") || timers.keepalive * 3 <= timers.hold) return;
    if (timers.keepalive >= timers.hold) return;  // that is an error, or hold is 0
    c.warning("timers", "keepalive " + std::to_string(timers.keepalive.count()) +
                            "s is more than a third of hold " +
                            std::to_string(timers.hold.count()) + "s, and no more is used (" +
                            most_keepalive(timers) + ")");
}

void one_key(const Checked& c) {
    if (c.says("password") && c.says("password-file"))
        c.error("password-file", "password is given too (expected one of them)");
}

void ttl_security_alone(const Checked& c) {
    if (!c.neighbor.ttl_security) return;
    if (c.aws())
        c.error("ttl-security", "AWS sends TTL 1, so nothing would be accepted (" + c.profile() +
                                    " expected false)");
    else if (c.says("multihop") && c.neighbor.multihop > 1)
        c.error("ttl-security",
                "it accepts only directly connected neighbors (expected no multihop)");
}

void restart_without_bfd(const Checked& c) {
    const auto& restart = c.neighbor.graceful_restart;
    if (restart.mode == GracefulRestart::Mode::Off || !c.neighbor.bfd || restart.force) return;
    c.error("graceful-restart",
            "BFD is on, and restart would keep the routes of a neighbor that BFD has found dead "
            "(expected off, or bfd: false, or {mode: …, force: true})");
}

void bfd_over_one_hop(const Checked& c) {
    if (c.neighbor.bfd && !c.neighbor.internal && c.neighbor.multihop > 1)
        c.error(c.says("bfd") ? "bfd" : "multihop",
                "BFD is for directly connected neighbors, RFC 5881 (expected multihop: 1)");
}

void profile_keys_with_profile(const Checked& c) {
    if (c.says("scope") && c.neighbor.profile != Profile::AwsPublic)
        c.error("scope", "it acts on public virtual interfaces (expected profile: aws-public)");
    if (c.says("send-aws-routes") && !c.aws())
        c.error("send-aws-routes", "it is about AWS neighbors (expected an aws-* profile)");
    if (c.says("covered-by-dx") && c.neighbor.profile != Profile::AwsVpn)
        c.error("covered-by-dx", "it acts on VPN routes (expected profile: aws-vpn)");
}

void only_external(const Checked& c) {
    if (!c.neighbor.internal) return;
    if (c.says("bgp-role"))
        c.error("bgp-role", "roles are for eBGP, RFC 9234 (expected none: remote-as is our own)");
    if (c.says("preference"))
        c.warning("preference", "it does nothing here: iBGP carries LOCAL_PREF (expected none)");
}

void next_hop_self_on_ebgp(const Checked& c) {
    if (!c.neighbor.internal && !c.neighbor.next_hop_self)
        c.error("next-hop-self", "toward eBGP neighbors it is always on (expected true)");
}

void policies_are_named(const Checked& c) {
    if (!c.neighbor.import_policy && !c.says("import"))
        c.reader.warning(c.map.at,
                         "no import policy: nothing is accepted from this neighbor, RFC "
                         "8212 (expected import: POLICY, or accept-all)");
    if (!c.neighbor.export_policy && !c.says("export"))
        c.reader.warning(c.map.at,
                         "no export policy: nothing is sent to this neighbor, RFC 8212 "
                         "(expected export: POLICY, or accept-all)");
}

constexpr void (*kChecks[])(const Checked&) = {
    link_local_has_interface,
    local_address_fits,
    keepalive_is_sent,
    keepalive_is_a_third,
    one_key,
    ttl_security_alone,
    restart_without_bfd,
    bfd_over_one_hop,
    profile_keys_with_profile,
    only_external,
    next_hop_self_on_ebgp,
    policies_are_named,
};

}  // namespace

void check_neighbor(Reader& reader, const Node& value, const Neighbor& neighbor) {
    const Checked checked{reader, value, neighbor};
    for (const auto check : kChecks)
        check(checked);
    check_profile(checked);
}

void check_neighbors(Reader& reader, const Node& list, const std::vector<Neighbor>& neighbors) {
    std::map<std::pair<net::IpAddress, std::string>, int> addresses;
    std::map<std::string, int> names;
    for (std::size_t i = 0; i < neighbors.size(); ++i) {
        const Checked c{reader, list.items[i], neighbors[i]};
        const auto& neighbor = c.neighbor;
        if (neighbor.address.is_unspecified()) continue;  // none, or reported already
        // Only a link-local address says nothing without its interface.
        const bool scoped = neighbor.address.is_scoped();
        const auto [address, new_address] = addresses.try_emplace(
            {neighbor.address, scoped ? neighbor.interface : ""}, c.at("address").line);
        const auto [name, new_name] = names.try_emplace(neighbor.name, c.at("name").line);
        if (!new_address)
            c.error("address", "'" + neighbor.address.to_string() +
                                   "' is another neighbor's already (expected each once; first in "
                                   "line " +
                                   std::to_string(address->second) + ")");
        else if (!new_name)
            c.error("name", "'" + printable(neighbor.name) +
                                "' is another neighbor's already (expected each once; first in "
                                "line " +
                                std::to_string(name->second) + ")");
    }
}

}  // namespace dx::config
