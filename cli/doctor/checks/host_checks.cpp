// Settings of the host: those of the neighbor's interface and those of all.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/aws_mtu.hpp"
#include "cli/doctor/checks/rows.hpp"
#include "cli/doctor/checks/traffic.hpp"

namespace dx::doctor {
namespace {

// What a tunnel may have depends on its cipher: at most this.
constexpr std::uint32_t kTunnelMtu = 1446;
constexpr int kStrict = 1;

}  // namespace

Finding check_mtu(const Facts&, const Neighbor& neighbor) {
    const auto& link = neighbor.link;
    if (!link.exists) return skipped("there is no interface");
    const auto seen = fmt::format("{} has {}", link.name, link.mtu);
    if (neighbor.profile == "aws-vpn") {
        if (link.mtu <= kTunnelMtu) return ok(seen);
        return warning(seen + ", more than a tunnel carries",
                       fmt::format("ip link set {} mtu {}", link.name, kTunnelMtu));
    }
    const auto mtus = cli::aws_mtus(neighbor.profile);
    if (mtus.empty() || link.mtu == cli::kPlainMtu) return ok(seen);
    if (std::ranges::find(mtus, link.mtu) != mtus.end())
        return ok(fmt::format("{}; the virtual interface must have the same", seen));
    return warning(
        fmt::format("{}; a virtual interface of this type has {}", seen, fmt::join(mtus, " or ")),
        "give the interface the virtual interface's MTU");
}

Finding check_rp_filter(const Facts& facts, const Neighbor& neighbor) {
    if (neighbor.address.is_v6()) return skipped("IPv4 only");
    if (!neighbor.link.rp_filter) return unknown("the setting cannot be read");
    const auto seen =
        fmt::format("rp_filter is {} on {}", *neighbor.link.rp_filter, neighbor.link.name);
    if (*neighbor.link.rp_filter != kStrict) return ok(seen);
    if (facts.circuits < 2) return ok(seen + " (strict), with one circuit only");
    return warning(
        seen +
            " (strict): what AWS sends on a circuit that is neither in use nor the backup of "
            "the route back is dropped",
        fmt::format("sysctl -w net.ipv4.conf.{0}.rp_filter=2 (loose)", neighbor.link.name));
}

Finding check_redirects(const Facts&, const Neighbor& neighbor) {
    if (neighbor.address.is_v6()) return skipped("IPv4 only");
    if (!neighbor.link.send_redirects) return unknown("the setting cannot be read");
    const auto seen = fmt::format("send_redirects is {} on {}", *neighbor.link.send_redirects,
                                  neighbor.link.name);
    if (*neighbor.link.send_redirects == 0) return ok(seen);
    return warning(seen, fmt::format("sysctl -w net.ipv4.conf.all.send_redirects=0 "
                                     "net.ipv4.conf.{}.send_redirects=0",
                                     neighbor.link.name));
}

Finding check_firewall(const Facts& facts, const Neighbor& neighbor) {
    const auto& firewall = facts.host.firewall;
    if (!firewall.rules) return unknown("the rules could not be read: " + firewall.why_not);
    const auto ours = drops_our_dialling(facts, neighbor);
    const auto theirs = drops_their_dialling(facts, neighbor);
    const auto bfd = neighbor.bfd_configured ? drops_bfd(facts, neighbor) : std::string();
    const auto& chain = !ours.empty() ? ours : !theirs.empty() ? theirs : bfd;
    if (chain.empty()) {
        if (firewall.legacy)
            return unknown("nft's rules drop nothing; those of iptables-legacy are not seen");
        if (firewall_is_unclear(facts, neighbor))
            return ok("no rule that is understood drops BGP or BFD (some are not)");
        return ok("nothing drops BGP or BFD");
    }
    const auto what = !ours.empty()     ? std::string("TCP port 179")
                      : !theirs.empty() ? fmt::format("the peer's connections to TCP port {}",
                                                      facts.daemon.bgp_port)
                                        : std::string("UDP port 3784 (BFD)");
    const auto seen = fmt::format("the chain {} drops {}", chain, what);
    const auto advice = fmt::format("let {} from and to the neighbor pass in that chain", what);
    const bool works = bfd.empty() && neighbor.established();
    return works ? warning(seen, advice) : failed(seen, advice);
}

Finding check_daemon(const Facts& facts) {
    if (facts.daemon.answers) return ok("dxrouted " + facts.daemon.version + " answers");
    const bool denied = facts.daemon.why_not.find("no permission") != std::string::npos;
    return failed(fmt::format("dxrouted does not answer ({})", facts.daemon.why_not),
                  denied ? "run dxctl as root, or as a member of the socket's group"
                         : "start it (systemctl start dxrouted)");
}

Finding check_state(const Facts& facts) {
    if (!facts.daemon.answers) return skipped("dxrouted does not answer");
    const auto& unwritten = facts.daemon.unwritten;
    if (unwritten.empty()) return ok("what outlives a restart is written");
    std::string names;
    for (const auto& [name, trouble] : unwritten)
        names += (names.empty() ? "" : ", ") + name;
    return warning(fmt::format("not written, and lost in a restart: what changed of {} ({})", names,
                               unwritten.front().second),
                   "make room on the disk, or its directory writable; it is tried again by itself");
}

Finding check_listeners(const Facts& facts) {
    if (!facts.daemon.answers) return skipped("dxrouted does not answer");
    const auto& closed = facts.daemon.not_listening;
    if (closed.empty()) return ok("connections are accepted");
    const auto bgp = std::ranges::find(closed, "bgp", &std::pair<std::string, std::string>::first);
    if (bgp == closed.end())
        return warning("no metrics: " + closed.front().second,
                       "stop what has the port (`ss -ltnp` tells), or set another one");
    return failed("no neighbor can connect to us: " + bgp->second,
                  "stop the program that has the port (`ss -ltnp` tells: FRR's or BIRD's, most "
                  "likely); it is tried again by itself");
}

Finding check_forwarding(const Facts& facts) {
    const auto& host = facts.host;
    if (facts.has_v4 && host.forwarding_v4 == 0)
        return failed("net.ipv4.ip_forward is 0: nothing is forwarded between the site and AWS",
                      "sysctl -w net.ipv4.ip_forward=1");
    if (facts.has_v6 && host.forwarding_v6 == 0)
        return failed("net.ipv6.conf.all.forwarding is 0: no IPv6 is forwarded",
                      "sysctl -w net.ipv6.conf.all.forwarding=1");
    if ((facts.has_v4 && !host.forwarding_v4) || (facts.has_v6 && !host.forwarding_v6))
        return unknown("the setting cannot be read");
    return ok("is on");
}

Finding check_hash_policy(const Facts& facts) {
    const auto& host = facts.host;
    if (host.maximum_paths < 2) return skipped("`maximum-paths` is 1");
    const bool v4 = facts.has_v4 && host.hash_policy_v4 == 0;
    const bool v6 = facts.has_v6 && host.hash_policy_v6 == 0;
    if (!v4 && !v6) return ok("ports count too");
    const auto* const family = v4 ? "ipv4" : "ipv6";
    return warning(fmt::format("net.{}.fib_multipath_hash_policy is 0: all traffic of two hosts "
                               "uses one circuit",
                               family),
                   fmt::format("sysctl -w net.{}.fib_multipath_hash_policy=1", family));
}

Finding check_networkd(const Facts& facts) {
    const auto& networkd = facts.host.networkd;
    if (!networkd.runs) return ok("systemd-networkd does not run");
    const bool leaves_alone =
        !networkd.manages_foreign_routes && !networkd.manages_foreign_next_hops;
    if (leaves_alone && networkd.started && networkd.file_since > *networkd.started)
        return warning(fmt::format("{} is not read yet: systemd-networkd started before it was "
                                   "put there",
                                   networkd.file),
                       "systemctl restart systemd-networkd (no need where an upgrade has only put "
                       "the same file there again)");
    if (leaves_alone) return ok("systemd-networkd leaves other programs' routes alone");
    return warning(fmt::format("systemd-networkd removes other programs' {} when it restarts",
                               networkd.manages_foreign_routes ? "routes" : "nexthop objects"),
                   "put [Network] ManageForeignRoutes=no and ManageForeignNextHops=no into "
                   "/etc/systemd/networkd.conf.d/dxrouted.conf, and restart systemd-networkd");
}

}  // namespace dx::doctor
