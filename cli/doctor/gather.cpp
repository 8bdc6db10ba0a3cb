#include "cli/doctor/gather.hpp"

#include <algorithm>
#include <set>

#include "cli/doctor/daemon_facts.hpp"
#include "cli/doctor/link_facts.hpp"
#include "cli/doctor/probe_neighbor.hpp"
#include "cli/doctor/probes/kernel_tables.hpp"
#include "cli/doctor/probes/networkd.hpp"
#include "cli/doctor/probes/path.hpp"
#include "cli/doctor/probes/proc_files.hpp"
#include "cli/doctor/probes/program.hpp"
#include "cli/doctor/route_facts.hpp"

namespace dx::doctor {
namespace {

Firewall read_firewall() {
    Firewall firewall;
    firewall.legacy = !read_file("/proc/net/ip_tables_names").value_or("").empty() ||
                      !read_file("/proc/net/ip6_tables_names").value_or("").empty();
    const auto answer = run_program({"nft", "--json", "list", "ruleset"});
    if (answer.status != 0) {
        firewall.why_not = answer.trouble.substr(0, answer.trouble.find('\n'));
        return firewall;
    }
    try {
        firewall.rules = Ruleset::parse(answer.output);
    } catch (const std::exception& error) {
        firewall.why_not = error.what();
    }
    return firewall;
}

Host read_host() {
    Host host;
    host.forwarding_v4 = read_setting("ipv4/ip_forward");
    host.forwarding_v6 = read_setting("ipv6/conf/all/forwarding");
    host.hash_policy_v4 = read_setting("ipv4/fib_multipath_hash_policy");
    host.hash_policy_v6 = read_setting("ipv6/fib_multipath_hash_policy");
    host.networkd = read_networkd("/");
    host.firewall = read_firewall();
    return host;
}

bool has_family(const std::vector<Neighbor>& neighbors, net::Family family) {
    return std::ranges::any_of(
        neighbors, [&](const Neighbor& neighbor) { return neighbor.address.family() == family; });
}

// What the daemon says is asked again for each neighbor, since the ones before may have taken
// seconds: no connection may be tried beside a session.
Neighbor examined(cli::Client& client, const std::string& label, const RunningConfig& config,
                  const LinkFacts& links) {
    auto neighbor = std::move(ask_neighbors(client, label, config).at(0));
    links.complete(neighbor);
    probe(neighbor);
    if (neighbor.established() && config.fib_enabled)
        neighbor.routes = ask_routes(client, neighbor, config.guarded_routes, source_towards);
    return neighbor;
}

void take_neighbors(cli::Client& client, std::string_view wanted, Facts& facts) {
    const auto config = ask_running_config(client);
    facts.host.maximum_paths = config.maximum_paths;
    facts.daemon.bgp_port = config.bgp_port;
    const LinkFacts links;
    std::set<std::string> circuits;
    auto all = ask_neighbors(client, "", config);
    for (auto& neighbor : all) {
        links.complete(neighbor);
        if (neighbor.single_hop) circuits.insert(neighbor.link.name);
    }
    facts.circuits = static_cast<unsigned>(circuits.size());
    facts.signed_and_down = static_cast<unsigned>(std::ranges::count_if(
        all, [](const Neighbor& each) { return each.password && !each.tcp_is_up(); }));
    facts.has_v4 = has_family(all, net::Family::Ipv4);
    facts.has_v6 = has_family(all, net::Family::Ipv6);
    for (const auto& each : wanted.empty() ? all : ask_neighbors(client, wanted, config))
        facts.neighbors.push_back(examined(client, each.label, config, links));
    facts.gateways = ask_gateways(client, config);
    for (auto& gateway : facts.gateways) {
        links.complete(gateway.neighbor);
        if (!gateway.neighbor.bfd || gateway.neighbor.bfd->state != "Up")
            probe_way(gateway.neighbor);
    }
}

}  // namespace

Facts gather(cli::Client& client, std::string_view wanted) {
    Facts facts;
    facts.daemon = ask_daemon(client);
    facts.host = read_host();
    if (!facts.daemon.answers) return facts;
    take_health(client, facts.daemon);
    take_neighbors(client, wanted, facts);
    return facts;
}

}  // namespace dx::doctor
