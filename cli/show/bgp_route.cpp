// `show ip bgp PREFIX`: every path of a prefix, and for each loser the step at which it lost.
#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {
namespace {

std::size_t best_place(const boost::json::array& paths) {
    for (std::size_t i = 0; i < paths.size(); ++i)
        if (has(paths[i].as_object(), "bestpath")) return i + 1;
    return 0;
}

void print_advertised_to(const Object& route, Output& out) {
    const auto& neighbors = child(route, "advertisedTo");
    if (neighbors.empty()) {
        out.write("  Not advertised to any peer\n");
        return;
    }
    out.write("  Advertised to:\n   ");
    for (const auto& [name, nothing] : neighbors)
        out.print(" {}", std::string_view(name));
    out.write("\n");
}

void print_origin_of(const Object& path, Output& out) {
    const auto& hops = list(path, "nexthops");
    const Object none;
    const auto& hop = hops.empty() ? none : hops.front().as_object();
    const auto& peer = child(path, "peer");
    const auto router_id = text(peer, "routerId");
    const bool local = flag(path, "sourced");
    out.print("    {}{} from {} ({})\n", text(hop, "ip"),
              !has(hop, "accessible") || flag(hop, "accessible") || local ? "" : " (inaccessible)",
              local ? "local" : text(peer, "peerId"), router_id.empty() ? "0.0.0.0" : router_id);
    if (hops.size() > 1) out.print("    ({}) (used)\n", text(hops.back().as_object(), "ip"));
}

void print_attributes(const Object& path, Output& out) {
    out.print("      Origin {}", text(path, "origin"));
    const auto value = [&](std::string_view key, std::string_view name) {
        if (has(path, key)) out.print(", {} {}", name, number(path, key));
    };
    value("metric", "metric");
    value("locPrf", "localpref");
    value("weight", "weight");
    out.write(flag(path, "valid") ? ", valid" : ", invalid");
    if (flag(path, "sourced"))
        out.write(", sourced, local");
    else
        out.print(", {}", text(child(path, "peer"), "type"));
    for (const auto* word : {"multipath", "backup", "stale"})
        if (flag(path, word)) out.print(", {}", word);
}

std::string because(std::string_view step, std::string_view values) {
    if (values.empty()) return std::string(step);
    return fmt::format("{}: {}", step, values);
}

void print_decision(const Object& path, Output& out) {
    if (has(path, "bestpath")) {
        const auto& best = child(path, "bestpath");
        const auto reason = because(text(best, "selectionReason"), text(best, "values"));
        out.write(reason.empty() ? ", best\n" : fmt::format(", best ({})\n", reason));
        return;
    }
    out.write("\n");
    if (const auto why = text(path, "rejectedBy"); !why.empty())
        out.print("      Not used: {}\n", why);
    if (const auto& lost = child(path, "notBest"); !lost.empty())
        out.print("      Not best: {}\n", because(text(lost, "step"), text(lost, "values")));
}

void print_communities(const Object& path, Output& out) {
    const auto line = [&](std::string_view key, std::string_view name) {
        if (const auto& members = child(path, key); !members.empty())
            out.print("      {}: {}\n", name, text(members, "string"));
    };
    line("community", "Community");
    line("extendedCommunity", "Extended Community");
    line("largeCommunity", "Large Community");
    if (has(path, "linkBandwidthMbps"))
        out.print("      Link bandwidth: {:.6g} Mbit/s\n",
                  path.at("linkBandwidthMbps").to_number<double>());
    if (has(path, "learntOver")) out.print("      Learnt over: {}\n", text(path, "learntOver"));
    if (has(path, "originatorId")) out.print("      Originator: {}\n", text(path, "originatorId"));
    if (has(path, "otc")) out.print("      Only-To-Customer: {}\n", number(path, "otc"));
}

void print_path(const Object& path, Output& out) {
    const auto as_path = text(child(path, "aspath"), "string");
    out.print("  {}", as_path.empty() ? "Local" : as_path);
    if (has(path, "aggregatorAs"))
        out.print(", (aggregated by {} {})", number(path, "aggregatorAs"),
                  text(path, "aggregatorId"));
    out.write("\n");
    print_origin_of(path, out);
    print_attributes(path, out);
    print_decision(path, out);
    if (const auto until = text(path, "kept"); !until.empty())
        out.print("      Stale: {}\n", until);
    if (const auto why = text(path, "returning"); !why.empty())
        out.print("      Not used yet where another path leads: {}\n", why);
    print_communities(path, out);
    out.print("      Last update: {}", text(child(path, "lastUpdate"), "string"));
}

}  // namespace

void show_bgp_route(Invocation& call) {
    const auto argument = call.argument();
    const bool prefix = argument.find('/') != std::string_view::npos;
    const auto target = fmt::format("/v1/bgp/routes?family={}&{}={}", call.family(),
                                    prefix ? "prefix" : "address", percent_encoded(argument));
    if (passed_on_as_json(call, target)) return;
    const auto route = parse_object(call.client.get(target));
    const auto& paths = list(route, "paths");
    auto& out = call.out;
    out.print("BGP routing table entry for {}, version {}\n", text(route, "prefix"),
              number(route, "version"));
    const auto best = best_place(paths);
    out.print("Paths: ({} available, {}, table default)\n", paths.size(),
              best == 0 ? "no best path" : fmt::format("best #{}", best));
    print_advertised_to(route, out);
    if (const auto why = text(route, "notInstalled"); !why.empty())
        out.print("  Not installed: {}\n", why);
    for (const auto& path : paths)
        print_path(path.as_object(), out);
}

}  // namespace dx::cli
