#include "cli/import/yaml.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/import/addresses.hpp"
#include "cli/import/yaml_flow.hpp"
#include "cli/import/yaml_limits.hpp"

namespace dx::importing {
namespace {

// A word of the language, or a flag: never quoted.
std::string word(bool flag) {
    return flag ? "true" : "false";
}

bool is_empty(const Value& value) {
    const auto* const text = std::get_if<std::string>(&value);
    return text && text->empty();
}

constexpr std::size_t kWidth = 100;
constexpr std::size_t kLongestText = 255;  // bytes that dxrouted takes as a description

Texts wrapped(std::string_view text, std::size_t width) {
    Texts lines;
    while (text.size() > width) {
        auto end = text.rfind(' ', width);
        if (end == text.npos || end == 0) end = std::min(text.find(' '), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    lines.emplace_back(text);
    return lines;
}

// Lines of the file; what is not there is not written.
class Lines {
public:
    void line(std::string_view text) {
        text_ += text;
        text_ += '\n';
    }

    void gap() { text_ += '\n'; }

    void comments(std::string_view indent, const Texts& lines) {
        for (const auto& each : lines)
            for (const auto& part : wrapped(one_line(each), kWidth - indent.size() - 2))
                line(fmt::format("{}#{}{}", indent, part.empty() ? "" : " ", part));
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

// The keys of one neighbor: `- ` before the first, the rest below it.
class NeighborLines {
public:
    explicit NeighborLines(Lines& out) : out_(out) {}

    void key(std::string_view name, const std::string& value) {
        if (value.empty()) return;
        out_.line(fmt::format("  {} {}: {}", first_ ? "-" : " ", name, value));
        first_ = false;
    }

    void number(std::string_view name, std::uint64_t value) {
        if (value != 0) key(name, std::to_string(value));
    }

    void text(std::string_view name, const std::string& value) {
        if (!value.empty()) key(name, yaml_scalar(value));
    }

private:
    Lines& out_;
    bool first_ = true;
};

std::string timers_of(const Neighbor& neighbor) {
    Texts parts;
    const auto add = [&](std::string_view name, std::optional<unsigned> seconds) {
        if (seconds) parts.push_back(fmt::format("{}: {}s", name, *seconds));
    };
    add("hold", neighbor.hold);
    add("keepalive", neighbor.keepalive);
    add("connect-retry", neighbor.connect_retry);
    return parts.empty() ? "" : fmt::format("{{{}}}", fmt::join(parts, ", "));
}

std::string bfd_of(const Neighbor& neighbor) {
    if (!neighbor.bfd) return {};
    const auto& bfd = *neighbor.bfd;
    if (!bfd.on || bfd.interval_ms == 0) return word(bfd.on);
    return fmt::format("{{interval: {}ms, multiplier: {}}}", bfd.interval_ms, bfd.multiplier);
}

std::string shutdown_of(const Neighbor& neighbor) {
    if (!neighbor.shutdown) return {};
    return neighbor.shutdown->empty()
               ? word(true)
               : yaml_scalar(one_line(*neighbor.shutdown).substr(0, kLongestText));
}

void write_neighbor(const Neighbor& neighbor, Lines& out) {
    out.comments("  ", neighbor.comments);
    NeighborLines lines(out);
    lines.text("name", neighbor.name);
    lines.text("address", neighbor.address);
    lines.text("description", one_line(neighbor.description).substr(0, kLongestText));
    lines.number("remote-as", neighbor.remote_as);
    lines.text("local-address", neighbor.local_address);
    lines.text("interface", neighbor.interface);
    if (!neighbor.key.empty()) lines.text("password-file", key_file_of(neighbor));
    if (!neighbor.families.empty()) lines.key("families", flow_list(neighbor.families));
    lines.text("profile", neighbor.profile);
    if (neighbor.passive) lines.key("passive", word(true));
    lines.key("shutdown", shutdown_of(neighbor));
    lines.number("multihop", neighbor.multihop);
    if (neighbor.ttl_security) lines.key("ttl-security", word(true));
    if (!is_empty(neighbor.bgp_role)) lines.key("bgp-role", flow(neighbor.bgp_role));
    lines.number("allow-own-as", neighbor.allow_own_as);
    if (neighbor.next_hop_self) lines.key("next-hop-self", word(*neighbor.next_hop_self));
    lines.key("timers", timers_of(neighbor));
    lines.key("bfd", bfd_of(neighbor));
    lines.text("graceful-restart", neighbor.graceful_restart);
    lines.key("prefix-limit", flow_limits(neighbor));
    lines.text("import", neighbor.import_policy);
    lines.text("export", neighbor.export_policy);
    out.comments("    ", neighbor.hints);
}

void write_head(const Configuration& from, Lines& out) {
    out.line(std::string(kMadeByImport) + one_line(from.title) + ".");
    out.line("# Read it before it is used; check it with: dxrouted --check --config dxrouted.yaml");
    out.gap();
    out.line("router:");
    out.line(fmt::format("  asn: {}", from.asn));
    if (!from.router_id.empty()) out.line("  router-id: " + from.router_id);
}

void write_networks(const Configuration& from, Lines& out) {
    if (from.networks.empty() && from.network_comments.empty()) return;
    out.gap();
    out.comments("", from.network_comments);
    if (from.networks.empty()) return out.line("networks: []");
    out.line("networks:");
    for (const auto& [prefix, when_route] : from.networks)
        out.line(when_route ? fmt::format("  - {{prefix: {}, when: route}}", yaml_scalar(prefix))
                            : "  - " + yaml_scalar(prefix));
}

void write_redistribution(const Configuration& from, Lines& out) {
    if (from.redistribute.empty()) return;
    out.gap();
    out.line("redistribute:");
    for (const auto& [source, policy] : from.redistribute)
        out.line(fmt::format("  {}: {{policy: {}}}", source, yaml_scalar(policy)));
}

void write_neighbors(const Configuration& from, Lines& out) {
    out.gap();
    if (from.neighbors.empty()) return out.line("neighbors: []");
    out.line("neighbors:");
    for (std::size_t i = 0; i < from.neighbors.size(); ++i) {
        if (i != 0) out.gap();
        write_neighbor(from.neighbors[i], out);
    }
}

void write_sets(std::string_view name, const std::vector<NamedSet>& sets, Lines& out) {
    if (sets.empty()) return;
    out.gap();
    out.line(fmt::format("{}:", name));
    for (const auto& set : sets) {
        out.comments("  ", set.comments);
        if (set.items.empty()) {
            out.line(fmt::format("  {}: []", yaml_scalar(set.name)));
            continue;
        }
        out.line(fmt::format("  {}:", yaml_scalar(set.name)));
        for (const auto& item : set.items)
            out.line("    - " + yaml_scalar(item));
    }
}

void write_rule(const Rule& rule, Lines& out) {
    if (!rule.comment.empty()) out.comments("    ", {rule.comment});
    auto start = std::string("    - ");
    const auto line = [&](const std::string& text) {
        out.line(start + text);
        start.assign(start.size(), ' ');
    };
    if (!rule.match.empty()) line("match: " + flow_map(rule.match));
    if (!rule.set.empty()) line("set: " + flow_map(rule.set));
    if (!rule.then.empty()) line("then: " + rule.then);
}

void write_policies(const Configuration& from, Lines& out) {
    if (from.policies.empty()) return;
    out.gap();
    out.line(
        "# Rules are asked in order; the first that matches and says `then` decides. What no rule");
    out.line("# decides is rejected.");
    out.line("policies:");
    for (const auto& policy : from.policies) {
        out.comments("  ", policy.comments);
        if (policy.rules.empty())
            out.line(fmt::format("  {}: []", yaml_scalar(policy.name)));
        else
            out.line(fmt::format("  {}:", yaml_scalar(policy.name)));
        for (const auto& rule : policy.rules)
            write_rule(rule, out);
    }
}

std::string static_route_text(const StaticRoute& route) {
    Texts parts{"prefix: " + yaml_scalar(route.prefix)};
    if (!route.via.empty()) parts.push_back("via: " + yaml_scalar(route.via));
    if (!route.interface.empty()) parts.push_back("interface: " + yaml_scalar(route.interface));
    if (route.blackhole) parts.emplace_back("blackhole: true");
    if (route.distance != 0) parts.push_back(fmt::format("distance: {}", route.distance));
    if (route.bfd) parts.emplace_back("bfd: true");
    return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

void write_static_routes(const Configuration& from, Lines& out) {
    if (from.static_routes.empty()) return;
    out.gap();
    out.line("static-routes:");
    for (const auto& route : from.static_routes)
        out.line("  - " + static_route_text(route) +
                 (route.comment.empty() ? "" : "  # " + one_line(route.comment)));
}

void write_forwarding(const Configuration& from, Lines& out) {
    const bool multipath = from.maximum_paths > 1 || !from.path_comments.empty();
    const bool restarts = std::ranges::any_of(from.neighbors, [](const Neighbor& neighbor) {
        return neighbor.graceful_restart == "full";
    });
    Texts sources;
    for (const auto& address : from.source)
        if (!address.empty())
            sources.push_back(
                fmt::format("{}: {}", is_ipv6(address) ? "ipv6" : "ipv4", yaml_scalar(address)));
    if (!multipath && !restarts && sources.empty()) return;
    out.gap();
    out.line("fib:");
    if (multipath) {
        out.comments("  ", from.path_comments);
        out.line(fmt::format("  maximum-paths: {}", from.maximum_paths));
    }
    if (!sources.empty()) out.line(fmt::format("  source: {{{}}}", fmt::join(sources, ", ")));
    if (restarts) out.line("  on-stop: keep  # graceful-restart: full");
}

}  // namespace

std::string key_file_of(const Neighbor& neighbor) {
    auto name = neighbor.name.empty() ? neighbor.address : neighbor.name;
    std::ranges::replace_if(
        name, [](unsigned char c) { return !std::isalnum(c) && c != '.' && c != '_'; }, '-');
    return "keys/" + name + ".key";
}

std::string to_yaml(const Configuration& configuration) {
    Lines out;
    write_head(configuration, out);
    write_networks(configuration, out);
    write_redistribution(configuration, out);
    write_neighbors(configuration, out);
    write_sets("prefix-sets", configuration.prefix_sets, out);
    write_sets("community-sets", configuration.community_sets, out);
    write_sets("as-path-sets", configuration.as_path_sets, out);
    write_policies(configuration, out);
    write_static_routes(configuration, out);
    write_forwarding(configuration, out);
    return out.take();
}

}  // namespace dx::importing
