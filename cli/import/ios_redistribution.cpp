#include "cli/import/ios_redistribution.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dx::importing {
namespace {

// The route map, wherever it stands; "" if there is none.
std::string_view map_of(const IosLine& line) {
    for (std::size_t at = 2; at + 1 < line.words.size(); ++at)
        if (line.word(at) == "route-map") return line.word(at + 1);
    return {};
}

// What the line says besides.
std::string beside_map(const IosLine& line) {
    Texts others;
    for (std::size_t at = 2; at < line.words.size(); ++at)
        if (line.word(at) == "route-map" && at + 1 < line.words.size())
            ++at;
        else
            others.push_back(line.words[at]);
    return fmt::format("{}", fmt::join(others, " "));
}

}  // namespace

void IosRedistribution::take(const IosLine& line, bool ipv6) {
    const auto name = line.word(1);
    if (name != "connected" && name != "static" && name != "kernel")
        return account_.skip(line, "dxrouted redistributes connected, static and kernel routes");
    account_.done(line);
    auto known = std::ranges::find(sources_, name, &Source::name);
    if (known == sources_.end()) known = sources_.insert(known, Source{std::string(name)});
    known->lines[ipv6] = &line;
}

// What passes of the family that the line is of.
std::string IosRedistribution::family_policy(const IosLine& line, const IosRouteMaps& maps) {
    const auto map = map_of(line);
    auto policy = map.empty() ? std::string("accept-all") : maps.policy(map);
    if (policy.empty()) {
        account_.skip(line, "its route map is not in the file");
        return "reject-all";
    }
    Texts changes;
    if (!map.empty() && leaves_out_default_)
        changes.emplace_back("without default routes, as IOS has it");
    if (const auto beside = beside_map(line); !beside.empty())
        changes.push_back(fmt::format("without \"{}\"", beside));
    if (!changes.empty()) account_.changed(line, fmt::format("{}", fmt::join(changes, "; ")));
    return policy;
}

// A line is of one family there and of both here, and a map says nothing of the family that it does
// not stand in, which dxrouted would take along.
std::string IosRedistribution::policy(const Source& source, IosRouteMaps& maps) {
    std::array<std::string, 2> of{"reject-all", "reject-all"};
    for (std::size_t family = 0; family < of.size(); ++family)
        if (const auto* const line = source.lines[family]) of[family] = family_policy(*line, maps);
    const auto& [ipv4, ipv6] = of;
    const bool plain = ipv4 == ipv6 && ipv4 != "accept-all";
    if (plain && (!leaves_out_default_ || ipv4 == "reject-all")) return ipv4;
    auto policy = maps.of_families(ipv4, ipv6);
    if (leaves_out_default_) {
        policy.comments.emplace_back(
            "IOS redistributes no default route without default-information originate");
        policy.rules.insert(policy.rules.begin(),
                            Rule{"", {{"prefix", Texts{"0.0.0.0/0", "::/0"}}}, {}, "reject"});
    }
    return maps.add_policy(std::move(policy), fmt::format("redistribute-{}", source.name));
}

void IosRedistribution::finish(IosRouteMaps& maps, Configuration& out) {
    for (const auto& source : sources_)
        if (auto passed = policy(source, maps); passed != "reject-all")
            out.redistribute.push_back({source.name, std::move(passed)});
}

}  // namespace dx::importing
