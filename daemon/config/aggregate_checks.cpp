// One function a rule, each with its reason in the message; the table at the end says which run.
#include "daemon/config/aggregate_checks.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "libbgp/wire/exclusive_communities.hpp"

namespace dx::config {
namespace {

// Those of one family, where they stand.
struct Listed {
    net::Prefix prefix;
    const Node* item = nullptr;
};

struct Checked {
    Reader& reader;
    const Neighbor& neighbor;
    net::Family family;
    const OutboundLimit& limit;
    const Node& key;  // what stands behind `aggregate`
    std::vector<Listed> aggregates;

    void error(const Listed& of, const std::string& text) const {
        reader.problem(*of.item, "'" + of.prefix.to_string() + "' " + text);
    }

    void warning(const Listed& of, const std::string& text) const {
        reader.warning(of.item->at, "aggregate: '" + of.prefix.to_string() + "' " + text);
    }
};

void none_within_another(const Checked& c) {
    for (const auto& inner : c.aggregates)
        for (const auto& outer : c.aggregates) {
            const bool earlier = &outer < &inner;
            if (&outer == &inner || !outer.prefix.contains(inner.prefix)) continue;
            if (outer.prefix == inner.prefix && !earlier) continue;
            c.error(inner, outer.prefix == inner.prefix
                               ? "is there twice (expected each once)"
                               : "lies within " + outer.prefix.to_string() +
                                     " (expected aggregates that do not overlap)");
            break;
        }
}

void routes_have_a_place(const Checked& c) {
    if (c.aggregates.size() < c.limit.max) return;
    c.reader.problem(c.key, std::to_string(c.aggregates.size()) + " " +
                                std::string(net::to_string(c.family)) +
                                " aggregates, each with a place of its own, leave none to routes "
                                "(expected fewer than max, " +
                                std::to_string(c.limit.max) + ")");
}

void session_carries_them(const Checked& c) {
    if (c.neighbor.families.contains(c.family)) return;
    for (const auto& aggregate : c.aggregates)
        c.warning(aggregate, "is of a family that the session does not carry (expected " +
                                 std::string(net::to_string(c.family)) +
                                 " among its families, or none of them here)");
}

// What neighbors tell may be covered too, so that it is no error; and where nothing of ours is
// listed, that is what there is.
void covers_something(const Checked& c) {
    const auto& config = c.reader.config();
    if (config.networks.empty() || !(config.redistribute == Redistribute{})) return;
    for (const auto& aggregate : c.aggregates)
        if (std::ranges::none_of(config.networks, [&](const Network& network) {
                return aggregate.prefix.contains(network.prefix);
            }))
            c.warning(aggregate,
                      "covers none of the networks, and takes a place of the limit all the same "
                      "(expected one that does, unless it is for what other neighbors announce)");
}

// As it would go there: a route of ours.
bool passes(const Neighbor& neighbor, const net::Prefix& prefix) {
    bgp::PathAttributes attributes;
    attributes.next_hop.address = net::IpAddress::any(prefix.family());
    attributes.origin = bgp::Origin::Igp;
    attributes.atomic_aggregate = true;
    bgp::add_defaults(neighbor.sent_communities, attributes);
    return neighbor.export_policy->evaluate({prefix, attributes, {}}).accepted;
}

void export_lets_them_out(const Checked& c) {
    if (!c.neighbor.export_policy) return;  // nothing passes, and that is said already
    for (const auto& aggregate : c.aggregates) {
        const bool out = passes(c.neighbor, aggregate.prefix);
        if (!out)
            c.warning(aggregate, "is rejected by the export policy " +
                                     c.neighbor.export_policy->name() +
                                     ", so what it covers is held back (expected a rule that "
                                     "accepts it)");
        else if (aggregate.prefix.is_default() && c.neighbor.profile == Profile::AwsPublic)
            c.error(aggregate,
                    "is the default route, and on a public virtual interface AWS takes "
                    "only prefixes that are ours (expected none that is wider)");
    }
}

constexpr void (*kChecks[])(const Checked&) = {none_within_another, routes_have_a_place,
                                               session_carries_them, covers_something,
                                               export_lets_them_out};

void check_family(Reader& reader, const Neighbor& neighbor, net::Family family,
                  const OutboundLimit& limit, const Node& key) {
    Checked checked{reader, neighbor, family, limit, key, {}};
    for (std::size_t i = 0; i < limit.aggregates.size(); ++i)
        if (limit.aggregates[i].family() == family)
            checked.aggregates.push_back(
                {limit.aggregates[i], key.is_list() ? &key.items[i] : &key});
    if (checked.aggregates.empty()) return;
    for (const auto check : kChecks)
        check(checked);
}

// The list for one family: its own, or the one for both.
const Node* aggregates_of(const Node& neighbor, net::Family family, bool& own) {
    const auto* limits = neighbor.find("prefix-limit");
    const auto* out = limits ? limits->find("out") : nullptr;
    own = out && (out->find("ipv4") || out->find("ipv6"));
    if (own) out = out->find(net::to_string(family));
    return out ? out->find("aggregate") : nullptr;
}

}  // namespace

void check_aggregates(Reader& reader, const Node& neighbor_map, const Neighbor& neighbor) {
    for (const auto family : bgp::kFamilies) {
        bool own = false;
        const auto* key = aggregates_of(neighbor_map, family, own);
        const auto& limit = neighbor.prefix_limit.out[family];
        if (!key || !limit || limit->aggregates.empty()) continue;
        const Reader::InKey in_key(reader, "aggregate");
        check_family(reader, neighbor, family, *limit, *key);
        if (!own) continue;
        for (const auto& prefix : limit->aggregates)
            if (prefix.family() != family)
                reader.problem(*key, "'" + prefix.to_string() +
                                         "' is of the other family (expected " +
                                         std::string(net::to_string(family)) + " prefixes here)");
    }
}

}  // namespace dx::config
