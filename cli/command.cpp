#include "cli/command.hpp"

#include <algorithm>
#include <array>

#include "cli/arguments.hpp"

namespace dx::cli {
namespace {

constexpr std::string_view kRoutesOfNeighbor =
    "what a neighbor sent, what of it is used, what it is sent, what a limit keeps from it";

constexpr std::string_view kLonger = "a prefix and those within it";

constexpr std::array kCommands{
    Command{"show ip bgp", "the IPv4 BGP table", show_bgp_table},
    Command{"show ip bgp PREFIX", "every path of one IPv4 prefix", show_bgp_route},
    Command{"show ip bgp PREFIX longer-prefixes", kLonger, show_bgp_table},
    Command{"show ip bgp summary", "IPv4 neighbors, one a line", show_bgp_summary},
    Command{"show ip bgp neighbors [NEIGHBOR]", "neighbors in full", show_bgp_neighbors},
    Command{
        "show ip bgp neighbors NEIGHBOR received-routes|routes|advertised-routes|held-back-routes",
        kRoutesOfNeighbor, show_neighbor_routes},
    Command{"show bgp [vrf all|default] summary", "all neighbors, one a line", show_bgp_summary},
    Command{"show bgp [vrf all|default] neighbors [NEIGHBOR]", "neighbors in full",
            show_bgp_neighbors},
    Command{"show ip bgp neighbors NEIGHBOR history [COUNT]",
            "what happened to a neighbor (the latest 50 events), and to the router", show_history},
    Command{"show bgp neighbors NEIGHBOR received-routes|routes|advertised-routes|held-back-routes",
            kRoutesOfNeighbor, show_neighbor_routes},
    Command{"show bgp neighbors NEIGHBOR history [COUNT]",
            "what happened to a neighbor (the latest 50 events), and to the router", show_history},
    Command{"show bgp ipv4|ipv6 [unicast]", "the BGP table", show_bgp_table},
    Command{"show bgp ipv4|ipv6 [unicast] PREFIX", "every path of one prefix", show_bgp_route},
    Command{"show bgp ipv4|ipv6 [unicast] PREFIX longer-prefixes", kLonger, show_bgp_table},
    Command{"show bgp [vrf all|default] ipv4|ipv6 [unicast] summary", "neighbors, one a line",
            show_bgp_summary},
    Command{"show bgp ipv4|ipv6 [unicast] neighbors [NEIGHBOR]", "neighbors in full",
            show_bgp_neighbors},
    Command{"show bgp [vrf default] ipv4|ipv6 [unicast] neighbors NEIGHBOR "
            "received-routes|routes|advertised-routes|held-back-routes",
            kRoutesOfNeighbor, show_neighbor_routes},
    Command{"show bgp ipv4|ipv6 [unicast] neighbors NEIGHBOR history [COUNT]",
            "what happened to a neighbor (the latest 50 events), and to the router", show_history},
    Command{"show ip|ipv6 route [bgp|static|connected|kernel] [PREFIX]",
            "the forwarding table, and what the kernel made of it", show_routes},
    Command{"show ip|ipv6 route [bgp|static|connected|kernel] PREFIX longer-prefixes", kLonger,
            show_routes},
    Command{"show bfd peers [brief|counters]", "the BFD sessions that run", show_bfd_peers},
    Command{"show interface [INTERFACE]", "interfaces and their addresses", show_interface},
    Command{"show running-config", "the configuration in force, without its secrets",
            show_running_config},
    Command{"show failover-test", "the failover test under way, or the last one",
            show_failover_test},
    Command{"watch [SECONDS] COMMAND",
            "a show command again and again (every 2 s) until Ctrl-C; on a terminal in place",
            watch},
    Command{"show version", "which dxrouted, since when, where", show_version},
    Command{"why PREFIX",
            "where a prefix (or the longest match of an address) goes and why: paths that lost or "
            "cannot be used, neighbors that are not told, what the kernel has",
            why_prefix},
    Command{"why down NEIGHBOR",
            "what ended a neighbor's last session, how long it was away, what to do", why_down},
    Command{"monitor [neighbor NEIGHBOR]", "what happens, as it happens, until Ctrl-C", monitor},
    Command{"support [FILE]",
            "one archive (tar.gz) for whoever is to help: all shows, histories, doctor, the host's "
            "network; without secrets",
            support},
    Command{"policy test NEIGHBOR in|out [PREFIX|all] [policy POLICY]",
            "run a neighbor's import or export policy, or another one, over one route rule by "
            "rule, or over the whole table (all); changes nothing",
            policy_test},
    Command{"clear ip bgp *|NEIGHBOR [soft [in|out]]",
            "end a session, or only apply policies again (soft)", clear_bgp},
    Command{"clear bgp [ipv4|ipv6 [unicast]] *|NEIGHBOR [soft [in|out]]",
            "end a session, or only apply policies again (soft)", clear_bgp},
    Command{"reload", "read the configuration file again", reload},
    Command{"config check FILE", "every mistake in a configuration; changes nothing", config_check},
    Command{"config diff FILE",
            "what a configuration would change, what each change does to sessions, and what it "
            "does to the routes of each neighbor",
            config_diff},
    Command{"config apply FILE {confirm DURATION, comment TEXT}",
            "make FILE the configuration; with `confirm` the one before it returns after that "
            "time unless `config confirm` comes, also after a crash",
            config_apply},
    Command{"config confirm", "what was applied with `confirm` is to stay", config_confirm},
    Command{"config abort", "what was applied with `confirm` is taken back at once", config_abort},
    Command{"config history", "the last 50 configurations: when, who, how", config_history},
    Command{"config show NUMBER", "a configuration of the history, without its secrets",
            config_show},
    Command{"config rollback NUMBER {confirm DURATION, comment TEXT}",
            "make one of the history the configuration again; password files stay as they are",
            config_rollback},
    Command{"drain NEIGHBOR [wait DURATION]",
            "lead the traffic away from a neighbor, then end its session (after 10s, and when the "
            "traffic has moved)",
            drain},
    Command{"undrain NEIGHBOR", "give a drained neighbor back; ends a failover test of it, too",
            undrain},
    Command{"failover-test NEIGHBOR {expect-backup NEIGHBOR, for DURATION, force}",
            "take a neighbor away (for 10s), measure how its traffic moves, and give it back; "
            "refused where routes have no other way, unless `force`",
            failover_test},
    Command{"doctor [NEIGHBOR]", "walk the path to a neighbor, or to all, and say what is wrong",
            doctor},
    Command{
        "import aws FILE [and FILE] {to DIRECTORY, interface INTERFACE, networks PREFIXES, "
        "force}",
        "a router from `aws directconnect describe-virtual-interfaces` or `aws ec2 "
        "describe-vpn-connections` (JSON, or their XML): dxrouted.yaml, keys and networkd units "
        "in DIRECTORY (dxrouted-import); needs no dxrouted",
        import_aws},
    Command{"import frr FILE {to DIRECTORY, force}",
            "a configuration from FRR's `show running-config`, with an account of every line that "
            "could not be translated",
            import_frr},
    Command{"import cisco FILE {to DIRECTORY, force}", "the same from that of Cisco IOS",
            import_cisco},
    Command{"export aws NEIGHBOR",
            "the virtual interface of a neighbor as `--cli-input-json` of `aws directconnect "
            "create-…-virtual-interface` (`create-bgp-peer` for its second address family), "
            "without the key",
            export_aws},
    Command{
        "verify aws FILE [neighbor NEIGHBOR]",
        "the routes that AWS accepted and advertises (`aws directconnect "
        "list-virtual-interface-routes`) against what was sent and received; exits with 1 where "
        "they differ",
        verify_aws},
    Command{"completion bash|zsh",
            "print what makes that shell complete the words of dxctl; needs no dxrouted",
            completion},
};

struct WordHelp {
    std::string_view word;
    std::string_view help;
};

constexpr std::array kWordHelp{
    WordHelp{"show", "what the router knows and does; of `config` an entry of its history"},
    WordHelp{"why", "where a prefix goes, and why; why a neighbor went down"},
    WordHelp{"down", "what ended the last session"},
    WordHelp{
        "history",
        "the newest last: what happened to a neighbor, or the configurations, when and by whom"},
    WordHelp{"monitor", "what happens, as it happens"},
    WordHelp{"support", "gather everything for whoever is to help"},
    WordHelp{"policy", "policies; behind `policy test` which one to run instead of the neighbor's"},
    WordHelp{"test", "run a policy over routes, without an effect"},
    WordHelp{"all", "the whole table; behind `vrf` every VRF: the default one"},
    WordHelp{"clear", "end sessions or apply policies again"},
    WordHelp{"reload", "read the configuration file again"},
    WordHelp{"config", "check, compare, apply and take back configurations"},
    WordHelp{"check", "every mistake in a configuration"},
    WordHelp{"diff", "what it would change, and do"},
    WordHelp{"apply", "make it the configuration"},
    WordHelp{"confirm", "what waits is to stay; behind `apply` how long it may wait for that"},
    WordHelp{"abort", "take back at once what waits for its confirmation"},
    WordHelp{"rollback", "make one of the history the configuration again"},
    WordHelp{"comment", "why, for the history"},
    WordHelp{"drain", "take a neighbor out of use without a lost packet"},
    WordHelp{"undrain", "give a drained neighbor back; ends a failover test of it, too"},
    WordHelp{"failover-test", "take a neighbor away for a while and measure"},
    WordHelp{"expect-backup", "who is to take over all of its routes"},
    WordHelp{"for", "how long it stays away"},
    WordHelp{"wait", "how long the traffic has to move before the session ends"},
    WordHelp{"doctor", "walk the path to a neighbor and say what is wrong"},
    WordHelp{"import", "make a configuration from another program's or AWS's"},
    WordHelp{"export", "print what is configured in another's form"},
    WordHelp{"verify", "compare what the other side shows with ours"},
    WordHelp{"watch", "a show command again and again"},
    WordHelp{"completion", "what makes a shell complete the words of dxctl"},
    WordHelp{"bash", "for /usr/share/bash-completion/completions/dxctl"},
    WordHelp{"zsh", "for a directory of $fpath, as _dxctl"},
    WordHelp{"neighbor", "whose routes they are; of `monitor` whose events"},
    WordHelp{"aws", "AWS Direct Connect and VPN, in the JSON of AWS's command line"},
    WordHelp{"frr", "FRR's running configuration"},
    WordHelp{"cisco", "Cisco IOS's running configuration"},
    WordHelp{"and", "a second file, for the same router"},
    WordHelp{"to", "where the output goes (a new directory dxrouted-import)"},
    WordHelp{"networks", "the prefixes that AWS may send to us"},
    WordHelp{"force",
             "overwrite what an earlier import left; test though routes have no other way"},
    WordHelp{"ip", "IPv4"},
    WordHelp{"ipv4", "IPv4"},
    WordHelp{"ipv6", "IPv6"},
    WordHelp{"unicast", "unicast routes (the only ones)"},
    WordHelp{"bgp", "BGP"},
    WordHelp{"vrf", "the VRF; there is only the default one"},
    WordHelp{"default", "the default VRF"},
    WordHelp{"summary", "neighbors, one a line"},
    WordHelp{"neighbors", "neighbors in full, and their routes"},
    WordHelp{"received-routes", "all that the neighbor sent, before the import policy"},
    WordHelp{"routes", "what of it is used, after the import policy"},
    WordHelp{"advertised-routes", "what the neighbor is sent"},
    WordHelp{"held-back-routes", "what prefix-limit out keeps from the neighbor"},
    WordHelp{"route", "the forwarding table"},
    WordHelp{"static", "configured routes"},
    WordHelp{"connected", "networks of our interfaces"},
    WordHelp{"kernel", "routes of other programs"},
    WordHelp{"bfd", "BFD"},
    WordHelp{"peers", "the BFD sessions that run"},
    WordHelp{"brief", "one line a session"},
    WordHelp{"counters", "what was sent and received, and how often it came up and went down"},
    WordHelp{"interface",
             "interfaces with their addresses, or (`import`) the one that a connection ends on"},
    WordHelp{"running-config", "the configuration in force"},
    WordHelp{"version", "which dxrouted, since when"},
    WordHelp{"soft", "keep the session; apply the policies again"},
    WordHelp{"in", "what the neighbor sent"},
    WordHelp{"out", "what the neighbor is sent"},
    WordHelp{"longer-prefixes", "this prefix and those within it"},
    WordHelp{"PREFIX", "a prefix (10.0.0.0/16) or an address (10.0.0.1)"},
    WordHelp{kEveryNeighbor, "every neighbor"},
    WordHelp{"NEIGHBOR", "a neighbor's address or name"},
    WordHelp{"POLICY", "a policy's name, accept-all or reject-all"},
    WordHelp{"INTERFACE", "an interface's name; for `import` also dxcon-a=eth0,dxcon-b=eth1"},
    WordHelp{"FILE", "a file's name; for `import` and `config` also - for stdin"},
    WordHelp{"NUMBER", "of an entry of `config history`"},
    WordHelp{"TEXT", "a text, in quotes if it has blanks"},
    WordHelp{"DIRECTORY", "a directory's name"},
    WordHelp{"PREFIXES", "prefixes: 10.20.0.0/16,2001:db8:20::/48"},
    WordHelp{"SECONDS", "how long to wait between two times"},
    WordHelp{"COMMAND", "a show command"},
    WordHelp{"COUNT", "how many of the latest"},
    WordHelp{"DURATION", "300ms, 30s, 3m"},
    WordHelp{"json", "as JSON"},
    WordHelp{"wide", "more columns"},
};

// Of two rows for a word the second would never be seen.
constexpr bool each_word_once() {
    for (const auto& row : kWordHelp)
        if (std::ranges::count(kWordHelp, row.word, &WordHelp::word) != 1) return false;
    return true;
}

static_assert(each_word_once());

}  // namespace

std::span<const Command> commands() {
    return kCommands;
}

std::string_view word_help(std::string_view word) {
    for (const auto& each : kWordHelp)
        if (each.word == word) return each.help;
    return {};
}

bool is_show(const Command& command) {
    return command.pattern.starts_with("show ");
}

std::string_view Invocation::family() const {
    if (match.has("ipv6")) return "ipv6";
    if (match.has("ip") || match.has("ipv4")) return "ipv4";
    return "all";
}

std::string Invocation::frr_form() const {
    std::string query;
    if (match.has("unicast")) query += "&safi=unicast";
    if (match.has("vrf") && match.has("all")) query += "&vrf=all";
    return query;
}

std::string_view Invocation::argument() const {
    return match.arguments.empty() ? std::string_view{} : match.arguments.front();
}

std::string_view Invocation::argument_after(std::string_view word) const {
    for (std::size_t i = 0; i + 1 < match.words.size(); ++i)
        if (!match.is_argument[i] && match.words[i] == word && match.is_argument[i + 1])
            return match.words[i + 1];
    return {};
}

bool passed_on_as_json(Invocation& call, const std::string& target) {
    if (!call.json) return false;
    call.client.stream(target, [&](std::string_view piece) {
        call.out.write(piece);
        return call.out.is_open();
    });
    return true;
}

}  // namespace dx::cli
