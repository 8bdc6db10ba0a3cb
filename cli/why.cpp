// `why PREFIX`: where a prefix goes in one sentence, then the path of each neighbor and what it
// lost by, whom the best one is told and whom not, and what the kernel has, each with its reason.
#include <algorithm>

#include "cli/command.hpp"
#include "cli/fields.hpp"
#include "cli/policy_text.hpp"

namespace dx::cli {
namespace {

std::string because(std::string_view step, std::string_view values) {
    return values.empty() ? std::string(step) : fmt::format("{}: {}", step, values);
}

bool is_best(const Object& entry) {
    return has(child(entry, "path"), "bestpath");
}

std::string name_of(const Object& entry) {
    const auto& path = child(entry, "path");
    const auto& peer = child(path, "peer");
    if (flag(path, "sourced")) return "ourselves";
    const auto name = text(peer, "name");
    const auto address = text(peer, "peerId");
    if (name.empty() || name == address) return std::string(address);
    return fmt::format("{} ({})", name, address);
}

// --- The kernel's route.

const Object* selected(const Object& why) {
    for (const auto& each : list(why, "forwarding"))
        if (flag(each.as_object(), "selected")) return &each.as_object();
    return nullptr;
}

// What the path's neighbor, which is back, waits for while another way is used; "" if it is used.
std::string_view passed_over(const Object& why, const Object& entry) {
    const auto* const route = selected(why);
    if (route == nullptr) return {};
    const auto name = text(child(child(entry, "path"), "peer"), "name");
    for (const auto& each : list(*route, "nexthops"))
        if (const auto& hop = each.as_object();
            has(hop, "neighbor") && text(hop, "neighbor") == name)
            return text(hop, "passedOver");
    return {};
}

// --- The paths.

// What became of a path: "best (LOCAL_PREF)", "not best: longer AS path: 3 is higher than 2".
std::string decision(const Object& entry) {
    const auto& path = child(entry, "path");
    if (const auto& best = child(path, "bestpath"); !best.empty())
        return fmt::format("best ({})", text(best, "selectionReason"));
    if (const auto& run = child(entry, "importPolicy"); !run.empty())
        return "rejected by the " + rejection("import", run);
    if (const auto why = text(entry, "unusable"); !why.empty())
        return fmt::format("cannot be used: {}", why);
    if (const auto why = text(path, "rejectedBy"); !why.empty())
        return fmt::format("cannot be used: {}", why);
    const auto& lost = child(path, "notBest");
    const auto* const role = flag(path, "multipath") ? "used together with the best one, not best"
                             : flag(path, "backup")  ? "backup, not best"
                                                     : "not best";
    return fmt::format("{}: {}", role, because(text(lost, "step"), text(lost, "values")));
}

std::string verdict(const Object& why, const Object& entry) {
    auto words = decision(entry);
    if (const auto& path = child(entry, "path"); flag(path, "stale"))
        words += fmt::format(", stale{}{}", has(path, "kept") ? ": " : "", text(path, "kept"));
    if (const auto waits = passed_over(why, entry); !waits.empty())
        words += fmt::format(", but not used yet: {}", waits);
    return words;
}

void print_paths(const Object& why, Output& out) {
    const auto& paths = list(why, "paths");
    if (paths.empty()) return out.write("Paths: none, nobody announces it over BGP\n");
    out.write("Paths:\n");
    for (const auto& each : paths) {
        const auto& entry = each.as_object();
        const auto& path = child(entry, "path");
        const auto as_path = text(child(path, "aspath"), "string");
        const auto over = text(path, "learntOver");
        out.print("  {}{}{}{}{}: {}\n", name_of(entry), over.empty() ? "" : ", over ", over,
                  as_path.empty() ? "" : ", AS path ", as_path, verdict(why, entry));
    }
}

std::string export_verdict(const Object& neighbor) {
    const bool waiting = flag(neighbor, "waiting");
    if (flag(neighbor, "advertised")) return waiting ? "yes, on its way" : "yes";
    auto why = std::string(text(neighbor, "because"));
    if (const auto& run = child(neighbor, "exportPolicy"); !run.empty())
        why = rejection("export", run);
    if (const auto detail = text(neighbor, "detail"); !detail.empty())
        why += fmt::format(" ({})", detail);
    return "no: " + why + (waiting ? "; it is being withdrawn" : "");
}

void print_neighbors(const Object& why, Output& out) {
    const auto& paths = list(why, "paths");
    if (paths.empty()) return;
    const auto is_best_path = [](const auto& each) { return is_best(each.as_object()); };
    if (std::ranges::none_of(paths, is_best_path))
        return out.write("Advertised to: nobody, there is no best path\n");
    out.write("Advertised to:\n");
    for (const auto& each : list(why, "neighbors"))
        out.print("  {}: {}\n", text(each.as_object(), "neighbor"),
                  export_verdict(each.as_object()));
}

// --- The kernel.

std::string ways_of(const Object& route, bool backup) {
    std::string ways;
    for (const auto& each : list(route, "nexthops")) {
        const auto& hop = each.as_object();
        if (flag(hop, "backup") != backup || has(hop, "passedOver")) continue;
        const auto interface = text(hop, "interfaceName");
        std::string way(flag(hop, "blackhole") ? "a blackhole" : text(hop, "ip"));
        if (!interface.empty()) way += fmt::format("{}{}", way.empty() ? "" : " on ", interface);
        ways += (ways.empty() ? "" : " and ") + way;
    }
    return ways;
}

std::string install_verdict(const Object& why, const Object& route) {
    const auto state = text(route, "state");
    const auto reason = text(route, "stateText");
    if (state == "installed") return "in the kernel, via " + ways_of(route, false);
    if (state == "queued") return "on its way to the kernel";
    if (!reason.empty()) return fmt::format("not in the kernel: {}", reason);
    const auto* const other = selected(why);
    if (other == nullptr || other == &route) return fmt::format("not in the kernel: {}", state);
    const auto source = text(*other, "protocol");
    if (source == "connected") return "not in the kernel: it is a connected network";
    return fmt::format("not in the kernel: the {} route is preferred (distance {})", source,
                       number(*other, "distance"));
}

void print_forwarding(const Object& why, Output& out) {
    out.write("Forwarding:\n");
    for (const auto& each : list(why, "forwarding")) {
        const auto& route = each.as_object();
        out.print("  {}: {}", text(route, "protocol"), install_verdict(why, route));
        const auto backup = ways_of(route, true);
        out.write(backup.empty() ? "\n" : fmt::format(", backup {}\n", backup));
    }
    if (list(why, "forwarding").empty()) out.write("  nothing: no route has this prefix\n");
}

// --- The sentence.

bool is_chosen(const Object& entry) {
    return is_best(entry) || flag(child(entry, "path"), "multipath");
}

// Whether the traffic goes by the path: the backup's turn comes while all that were chosen wait.
bool is_used(const Object& why, const Object& entry) {
    if (!passed_over(why, entry).empty()) return false;
    if (is_chosen(entry)) return true;
    const auto carries = [&](const auto& each) {
        return is_chosen(each.as_object()) && passed_over(why, each.as_object()).empty();
    };
    return flag(child(entry, "path"), "backup") &&
           std::ranges::none_of(list(why, "paths"), carries);
}

std::string used_names(const Object& why) {
    std::string names;
    for (const auto& each : list(why, "paths"))
        if (const auto& entry = each.as_object(); is_used(why, entry))
            names += (names.empty() ? "" : " and ") + name_of(entry);
    return names;
}

std::string where_it_goes(const Object& why) {
    const auto best = used_names(why);
    const auto* const route = selected(why);
    if (route != nullptr && text(*route, "protocol") != "bgp") {
        const auto source = text(*route, "protocol");
        const auto ways = ways_of(*route, false);
        if (source == "connected") return fmt::format("is the network of {}", ways);
        if (text(*route, "state") != "installed")
            return fmt::format("goes nowhere: its {} route is {}", source,
                               install_verdict(why, *route));
        return fmt::format("goes by a {} route{}", source == "kernel" ? "foreign kernel" : source,
                           ways.empty() ? "" : " via " + ways);
    }
    if (best == "ourselves") return "is ours: announced, with no route of its own here";
    if (route != nullptr && text(*route, "state") == "installed")
        return fmt::format("goes via {}", best.empty() ? ways_of(*route, false) : best);
    if (!best.empty())
        return fmt::format(
            "would go via {}, but is {}", best,
            route == nullptr ? "not in the forwarding table" : install_verdict(why, *route));
    const auto instead = text(why, "goesBy");
    const auto way = instead.empty() ? "goes nowhere" : fmt::format("goes by {} instead", instead);
    if (list(why, "paths").empty())
        return way + (instead.empty() ? ": no route covers it" : ": no route has just this prefix");
    const auto& first = list(why, "paths").front().as_object();
    return fmt::format("{}: {} {}", way, name_of(first), verdict(why, first));
}

// What stands behind it, or why the others do not.
std::string the_others(const Object& why) {
    std::string text;
    for (const auto& each : list(why, "paths")) {
        const auto& entry = each.as_object();
        const bool stale = flag(child(entry, "path"), "stale");  // it may be gone soon
        if ((is_used(why, entry) && !stale) || used_names(why).empty()) continue;
        text += fmt::format("; {} {}", name_of(entry), verdict(why, entry));
    }
    return text;
}

std::string told(const Object& why) {
    if (used_names(why).empty()) return {};
    const auto& neighbors = list(why, "neighbors");
    const auto count = std::ranges::count_if(
        neighbors, [](const auto& each) { return flag(each.as_object(), "advertised"); });
    return fmt::format("; advertised to {} of {} neighbors", count, neighbors.size());
}

}  // namespace

void why_prefix(Invocation& call) {
    const auto argument = call.argument();
    const bool prefix = argument.find('/') != std::string_view::npos;
    const auto target =
        fmt::format("/v1/why?{}={}", prefix ? "prefix" : "address", percent_encoded(argument));
    if (passed_on_as_json(call, target)) return;
    const auto why = parse_object(call.client.get(target));
    auto& out = call.out;
    out.print("{} {}{}{}.\n", text(why, "prefix"), where_it_goes(why), the_others(why), told(why));
    if (const auto longer = text(why, "moreSpecific"); !longer.empty())
        out.print("{} is closer, but cannot be used: why {}\n", longer, longer);
    out.write("\n");
    print_paths(why, out);
    print_neighbors(why, out);
    print_forwarding(why, out);
}

}  // namespace dx::cli
