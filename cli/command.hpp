// A command of dxctl: what it is called, what it says of itself, what it does.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/client.hpp"
#include "cli/command_tree.hpp"
#include "cli/output.hpp"

namespace dx::cli {

class Interpreter;

struct Invocation {
    const Match& match;
    Client& client;
    Interpreter& interpreter;  // for a command inside the command
    Output& out;
    bool json = false;
    bool wide = false;

    // "ipv4" or "ipv6" where the words say so, else "all".
    std::string_view family() const;

    // What FRR's JSON depends on besides: "&safi=unicast&vrf=all", as far as the words say so.
    std::string frr_form() const;

    // The argument, or "" where it was left out.
    std::string_view argument() const;

    // The argument that follows `word`, or "" where that was left out.
    std::string_view argument_after(std::string_view word) const;
};

struct Command {
    std::string_view pattern;  // see command_tree.hpp
    std::string_view help;
    void (*run)(Invocation&);
};

std::span<const Command> commands();

// What a word says in the shell's `?`: "neighbors", "PREFIX"; "" for one that says enough.
std::string_view word_help(std::string_view word);

// True where the words `json` and `wide` may follow.
bool is_show(const Command& command);

// The part of the forwarding table that the words of `show ip|ipv6 route` are about: a target.
std::string route_table_target(const Match& match);

// The body of `target` as it is, if JSON is wanted; true if it was.
bool passed_on_as_json(Invocation& call, const std::string& target);

// Prints what a POST answered: the diagnostics and the text, or as JSON.
void print_result(Invocation& call, const std::string& reply);

// The commands; each in the file of its noun under show/.
void show_bgp_summary(Invocation& call);
void show_bgp_table(Invocation& call);
void show_bgp_route(Invocation& call);
void show_bgp_neighbors(Invocation& call);
void show_neighbor_routes(Invocation& call);
void show_routes(Invocation& call);
void show_bfd_peers(Invocation& call);
void show_interface(Invocation& call);
void show_running_config(Invocation& call);
void show_version(Invocation& call);
void why_prefix(Invocation& call);
void why_down(Invocation& call);
void show_history(Invocation& call);
void monitor(Invocation& call);
void support(Invocation& call);
void policy_test(Invocation& call);
void config_check(Invocation& call);
void config_diff(Invocation& call);
void config_apply(Invocation& call);
void config_rollback(Invocation& call);
void config_confirm(Invocation& call);
void config_abort(Invocation& call);
void config_history(Invocation& call);
void config_show(Invocation& call);
void clear_bgp(Invocation& call);
void reload(Invocation& call);
void drain(Invocation& call);
void undrain(Invocation& call);
void failover_test(Invocation& call);
void show_failover_test(Invocation& call);
void doctor(Invocation& call);
void import_aws(Invocation& call);
void import_frr(Invocation& call);
void import_cisco(Invocation& call);
void export_aws(Invocation& call);
void verify_aws(Invocation& call);
void watch(Invocation& call);
void completion(Invocation& call);

}  // namespace dx::cli
