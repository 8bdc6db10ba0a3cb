#include "cli/import/ios_bgp.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/ios_reasons.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {

void IosBgp::begin(const IosLine& line) {
    template_.clear();
    foreign_family_.clear();
    ipv6_ = false;
    const auto as = parse_as(line.word(2));
    const bool has_other_words = line.words.size() > 3 && line.word(3) != "as-notation";
    closed_ =
        line.negated || !is_usable_as(as) || has_other_words || (out_.asn != 0 && out_.asn != as);
    if (!is_usable_as(as)) return account_.skip(line, "it has no AS number that can be used");
    if (closed_)
        return account_.skip(line,
                             "dxrouted is one router in one table (expected router bgp NUMBER)");
    out_.asn = as;
    account_.done(line);
}

void IosBgp::take(const IosLine& line) {
    if (closed_) return account_.skip(line, "it is below a router that is not taken over");
    if (take_structure(line)) return;
    if (!foreign_family_.empty())
        return account_.skip(
            line, fmt::format("address-family {}: dxrouted has IPv4 and IPv6 unicast, in "
                              "one table",
                              foreign_family_));
    if (!template_.empty()) return peers_.take_template(template_, line, ipv6_);
    const auto first = line.word(0);
    if (first == "neighbor") return peers_.take(line, ipv6_);
    if (begins_with(line, 0, "bgp bestpath as-path multipath-relax"))
        any_path_of_that_length_ = !line.negated;
    if (first == "bgp" || first == "timers" || first == "default-information")
        return take_bgp(line);
    if (first == "network") return take_network(line);
    if (first == "redistribute" && !line.negated) return redistribution_.take(line, ipv6_);
    if (first == "maximum-paths") return take_maximum_paths(line);
    if (!line.negated && take_general_filter(line)) return;
    unknown(line);
}

bool IosBgp::take_general_filter(const IosLine& line) {
    const auto first = line.word(0);
    // IOS's without `filter` only sets something on the routes that are installed.
    const bool filters_table = dialect_ == Dialect::Frr || line.word(2) == "filter";
    if (first == "distribute-list")
        general_filters_.take_distribute_list(line);
    else if (first == "aggregate-address")
        general_filters_.take_aggregate(line);
    else if (first == "table-map" && filters_table)
        general_filters_.take_install_filter(line, line.word(1));
    else
        return false;
    return true;
}

// Lines that begin and end parts: address families, templates.
bool IosBgp::take_structure(const IosLine& line) {
    const auto first = line.word(0);
    if (first == "address-family") {
        begin_family(line);
    } else if (first == "exit-address-family" || first == "exit-vrf") {
        ipv6_ = false;
        foreign_family_.clear();
        account_.done(line);
    } else if (first == "template") {
        template_ = fmt::format("{} {}", line.word(1), line.word(2));
        account_.done(line);
    } else if (first == "exit-peer-session" || first == "exit-peer-policy") {
        template_.clear();
        account_.done(line);
    } else if (first == "exit") {
        account_.done(line);
    } else {
        return false;
    }
    return true;
}

void IosBgp::begin_family(const IosLine& line) {
    template_.clear();
    const bool known = line.word(1) == "ipv4" || line.word(1) == "ipv6";
    const bool plain =
        line.words.size() == 2 || (line.words.size() == 3 && line.word(2) == "unicast");
    ipv6_ = line.word(1) == "ipv6";
    foreign_family_ = known && plain ? "" : std::string(line.rest(1));
    if (!foreign_family_.empty())
        return account_.skip(line, "dxrouted has IPv4 and IPv6 unicast, in one table");
    defaults_.families_are_named = true;
    account_.done(line);
}

void IosBgp::take_bgp(const IosLine& line) {
    const bool on = !line.negated;
    account_.done(line);
    if (begins_with(line, 0, "bgp router-id") && on && is_address(line.word(2))) {
        out_.router_id = line.word(2);
    } else if (begins_with(line, 0, "timers bgp") && on) {
        take_timers(line);
    } else if (begins_with(line, 0, "bgp graceful-restart") && on) {
        if (line.words.size() == 2)
            defaults_.restart_line = &line;
        else
            account_.changed(line,
                             "the times of graceful restart are the neighbor's: restart-time");
    } else if (begins_with(line, 0, "bgp default ipv4-unicast")) {
        defaults_.ipv4_active = on;
    } else if (begins_with(line, 0, "bgp ebgp-requires-policy") ||
               begins_with(line, 0, "bgp safe-ebgp-policy")) {
        defaults_.accept_without_policy = !on;
    } else if (begins_with(line, 0, "bgp shutdown")) {
        defaults_.shutdown.reset();
        if (on) defaults_.shutdown = line.word(2) == "message" ? line.rest(3) : std::string_view();
    } else if (begins_with(line, 0, "default-information originate") && on &&
               dialect_ == Dialect::Cisco) {
        redistribution_.originate_default();
    } else if (begins_with(line, 0, "bgp network import-check")) {
        when_route_ = on;
    } else {
        unknown(line);
    }
}

void IosBgp::take_timers(const IosLine& line) {
    if (!are_timers(line.word(2), line.word(3))) return account_.skip(line, kNoTimers);
    const auto said = to_number(line.word(2)), hold = to_number(line.word(3));
    defaults_.keepalive = used_keepalive(said, hold);
    defaults_.hold = hold;
    if (defaults_.keepalive != said) account_.changed(line, kKeepaliveIsAThird);
}

void IosBgp::unknown(const IosLine& line) {
    if (const auto always = done_always(line, 1); line.negated && !always.empty())
        account_.skip(line, std::string(always));
    else if (line.negated)
        account_.needless(line, "it is off in dxrouted");
    else if (!give_reason(IosPlace::Router, line, 0, account_))
        account_.skip(line, "dxrouted has nothing like it");
}

void IosBgp::take_network(const IosLine& line) {
    const bool mask = line.word(2) == "mask";
    const auto prefix = network_prefix(line.word(1), mask ? line.word(3) : "");
    if (line.negated || !prefix) return account_.skip(line, "it is not network PREFIX");
    if (line.words.size() > (mask ? 4U : 2U))
        return account_.skip(
            line, fmt::format("a network has no \"{}\": announce it by hand, its attributes "
                              "are for export policies",
                              line.rest(mask ? 4 : 2)));
    const auto same = std::ranges::find(out_.networks, *prefix, &Network::prefix);
    if (same == out_.networks.end()) out_.networks.push_back({*prefix, true});
    account_.done(line);
}

void IosBgp::take_maximum_paths(const IosLine& line) {
    const bool internal = line.word(1) == "ibgp" || line.word(1) == "eibgp";
    const auto paths = to_number(line.word(internal ? 2 : 1));
    if (paths == 0 || paths > 64 || line.negated) return account_.skip(line, "it is not 1 to 64");
    out_.maximum_paths = std::max(out_.maximum_paths, paths);
    if (!internal) paths_line_ = &line;
    if (internal)
        account_.changed(line, "dxrouted has one number for eBGP and iBGP");
    else
        account_.done(line);
}

void IosBgp::finish(const std::map<std::string, Texts>& interface_addresses, IosRouteMaps& maps) {
    const PeerContext context{dialect_, out_.asn, interface_addresses, account_};
    peers_.finish(context, defaults_, maps, out_);
    for (auto& network : out_.networks)
        network.when_route = when_route_;
    redistribution_.finish(maps, out_);
    general_filters_.finish(maps, out_);
    finish_paths();
}

// Whether paths share that are as long but by different ASes; and FRR shares by itself.
void IosBgp::finish_paths() {
    std::vector<std::uint32_t> outside;
    for (const auto& neighbor : out_.neighbors)
        if (neighbor.remote_as != out_.asn) outside.push_back(neighbor.remote_as);
    const bool alike =
        std::ranges::adjacent_find(outside, std::ranges::not_equal_to()) == outside.end();
    if (paths_line_) {
        if (!alike && !any_path_of_that_length_)
            account_.changed(*paths_line_,
                             "paths by different ASes share the traffic too, where they are as "
                             "long, as with bestpath as-path multipath-relax");
        return;
    }
    if (dialect_ != Dialect::Frr || outside.size() < 2) return;
    if (!alike && !any_path_of_that_length_) return;
    constexpr unsigned kFrrs = 64;
    out_.maximum_paths = std::max(out_.maximum_paths, kFrrs);
    out_.path_comments.emplace_back("FRR's default: what is as good shares the traffic.");
}

}  // namespace dx::importing
