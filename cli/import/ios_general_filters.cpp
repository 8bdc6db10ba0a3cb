#include "cli/import/ios_general_filters.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/families.hpp"
#include "cli/import/ios_reasons.hpp"
#include "cli/import/prefix_pattern.hpp"

namespace dx::importing {
namespace {

bool has_word(const IosLine& line, std::string_view word) {
    return std::ranges::find(line.words, word) != line.words.end();
}

// The prefixes that are longer than that of the line; "" if there are none, none if it cannot be
// read.
std::optional<std::string> covered_by(const IosLine& line) {
    const auto prefix = network_prefix(line.word(1), line.word(2));
    if (!prefix) return std::nullopt;
    const auto length = parse_interface_address(*prefix)->length;
    const auto longer = make_pattern(*prefix, is_ipv6(*prefix), length + 1, 0);
    return longer ? longer->text() : std::string();
}

}  // namespace

void IosGeneralFilters::take_distribute_list(const IosLine& line) {
    distribute_lists_.push_back(&line);
}

void IosGeneralFilters::take_aggregate(const IosLine& line) {
    if (has_word(line, "summary-only") || has_word(line, "suppress-map"))
        aggregates_.push_back(&line);
    else
        give_reason(IosPlace::Router, line, 0, account_);
}

void IosGeneralFilters::take_install_filter(const IosLine& line, std::string_view map) {
    install_filters_.push_back({&line, map});
}

void IosGeneralFilters::close(bool in, Configuration& out) {
    for (auto& neighbor : out.neighbors)
        (in ? neighbor.import_policy : neighbor.export_policy) = "reject-all";
}

// An aggregate is not there, and what it holds back is not announced for that.
void IosGeneralFilters::suppress(IosRouteMaps& maps, Configuration& out) {
    Texts covered;
    for (const auto* line : aggregates_) {
        const auto longer = covered_by(*line);
        account_.skip(*line,
                      longer ? "dxrouted does not aggregate: announce the prefix under networks. "
                               "What it covers is held back, as it was there"
                             : fmt::format("its prefix could not be read: {}", kNothingPasses));
        if (!longer) return close(false, out);
        if (!longer->empty()) covered.push_back(*longer);
    }
    for (auto& neighbor : out.neighbors) {
        const bool internal = neighbor.remote_as == out.asn;
        const auto policy = neighbor.export_policy.empty() && internal ? std::string("accept-all")
                                                                       : neighbor.export_policy;
        const auto only = only_family(neighbor);
        Texts own;
        std::ranges::copy_if(covered, std::back_inserter(own), [&](const std::string& pattern) {
            return !only || *only == is_ipv6(pattern);
        });
        if (policy.empty() || policy == "reject-all" || own.empty()) continue;
        const Rule rule{"aggregate-address: what it covers", {{"prefix", own}}, {}, "reject"};
        neighbor.export_policy = maps.behind(rule, policy, "summary-only");
    }
}

// What it says of all routes, since it keeps none out.
void IosGeneralFilters::take_source(const IosLine& line, std::string_view map,
                                    const IosRouteMaps& maps, Configuration& out) {
    const auto* const set = maps.source_line(map);
    if (!set)
        return account_.needless(line, "it keeps nothing out of the kernel, and sets no source");
    const auto address = set->word(2);
    out.source[is_ipv6(address)] = address;
    account_.take_back(*set);
    account_.done(line);
}

void IosGeneralFilters::finish(IosRouteMaps& maps, Configuration& out) {
    suppress(maps, out);
    for (const auto* line : distribute_lists_) {
        account_.skip(*line, fmt::format("it filters all neighbors: {}", kNothingPasses));
        close(has_word(*line, "in"), out);
    }
    for (const auto& [line, map] : install_filters_) {
        if (maps.passes_all(map)) {
            take_source(*line, map, maps, out);
            continue;
        }
        account_.skip(*line, fmt::format("it keeps routes out of the kernel that the neighbors' "
                                         "policies take: {}",
                                         kNothingPasses));
        close(true, out);
    }
}

}  // namespace dx::importing
