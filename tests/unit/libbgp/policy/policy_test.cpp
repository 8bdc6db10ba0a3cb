#include "libbgp/policy/policy.hpp"

#include <array>

#include "tests/support/catch.hpp"

namespace dx::bgp {
namespace {

using net::IpAddress, net::Prefix;

const Prefix kPrefix = *Prefix::parse("10.0.0.0/16");

PathAttributes route() {
    PathAttributes attributes;
    attributes.next_hop.address = *IpAddress::parse("192.0.2.1");
    attributes.origin = Origin::Igp;
    attributes.med = 50;
    attributes.local_pref = 200;
    attributes.as_path = AsPath::sequence(std::array<AsNumber, 2>{64512, 65001});
    attributes.communities = {Community::of(65000, 1)};
    return attributes;
}

PolicyRule rule(std::optional<PolicyAction> then) {
    PolicyRule rule;
    rule.then = then;
    return rule;
}

PolicyVerdict run(std::vector<PolicyRule> rules, const PathAttributes& attributes = route(),
                  std::optional<IpAddress> neighbor = IpAddress::parse("192.0.2.1")) {
    return Policy("p", std::move(rules)).evaluate({kPrefix, attributes, neighbor});
}

// Whether a rule with this match accepts `route()`.
bool holds(const PolicyMatch& match,
           std::optional<IpAddress> neighbor = IpAddress::parse("192.0.2.1")) {
    auto only = rule(PolicyAction::Accept);
    only.match = match;
    return run({only}, route(), neighbor).accepted;
}

// What a rule with this set makes of `route()`.
PathAttributes after(const PolicySet& set) {
    auto only = rule(PolicyAction::Accept);
    only.set = set;
    const auto verdict = run({only});
    REQUIRE(verdict.accepted);
    return verdict.changed.value_or(route());
}

PrefixSetPtr prefixes(std::string_view text) {
    return std::make_shared<const PrefixSet>("", std::vector{*parse_prefix_pattern(text)});
}

CommunitySetPtr<Community> communities(std::string_view text) {
    return std::make_shared<const CommunitySet<Community>>(
        "", std::vector{*CommunityPattern<Community>::parse(text)});
}

AsPathSetPtr path(std::string_view text) {
    return std::make_shared<const AsPathSet>("", std::vector{*AsPathExpression::parse(text)});
}

}  // namespace

TEST_CASE("a policy without rules rejects") {
    CHECK(!run({}).accepted);
}

TEST_CASE("the first rule with a then decides") {
    CHECK(run({rule(PolicyAction::Accept), rule(PolicyAction::Reject)}).accepted);
    CHECK(!run({rule(PolicyAction::Reject), rule(PolicyAction::Accept)}).accepted);
}

TEST_CASE("a rule without then sets and goes on; what none decides is rejected") {
    auto sets = rule(std::nullopt);
    sets.set.local_pref = 7;
    const auto accepted = run({sets, rule(PolicyAction::Accept)});
    CHECK(accepted.accepted);
    CHECK(accepted.changed->local_pref == 7);
    const auto rejected = run({sets});
    CHECK(!rejected.accepted);
    CHECK(!rejected.changed);
}

TEST_CASE("later rules see what earlier ones have set") {
    auto sets = rule(std::nullopt);
    sets.set.as_path_prepend = {65000};
    sets.set.med = MedChange{MedChange::Operation::Set, 5};
    auto asks = rule(PolicyAction::Accept);
    asks.match.as_path = path("^65000_");
    asks.match.med = NumberRange{5, 5};
    CHECK(run({sets, asks}).accepted);
    auto before = rule(std::nullopt);
    before.match.as_path = path("^64512_");  // the path's text is asked for before it changes
    CHECK(run({before, sets, asks}).accepted);
}

TEST_CASE("nothing has changed if what is set is there already") {
    auto sets = rule(PolicyAction::Accept);
    sets.set.local_pref = 200;
    sets.set.community.add = {Community::of(65000, 1)};
    CHECK(!run({sets}).changed);
}

TEST_CASE("each condition holds or not by its value") {
    const auto with = [](auto set) {
        PolicyMatch match;
        set(match);
        return holds(match);
    };
    CHECK(with([](auto&) {}));
    CHECK(with([](auto& m) { m.prefix = prefixes("10.0.0.0/8 le 16"); }));
    CHECK(!with([](auto& m) { m.prefix = prefixes("10.0.0.0/8"); }));
    CHECK(with([](auto& m) { m.next_hop = prefixes("192.0.2.0/24 le 32"); }));
    CHECK(!with([](auto& m) { m.next_hop = prefixes("192.0.2.0/24"); }));
    CHECK(with([](auto& m) { m.as_path = path("_65001$"); }));
    CHECK(!with([](auto& m) { m.as_path = path("^65001"); }));
    CHECK(with([](auto& m) { m.as_path_length = NumberRange{2, 2}; }));
    CHECK(!with([](auto& m) { m.as_path_length = NumberRange{3, 9}; }));
    CHECK(with([](auto& m) { m.origin_as = {1, 65001}; }));
    CHECK(!with([](auto& m) { m.origin_as = {64512}; }));
    CHECK(with([](auto& m) { m.med = NumberRange{50, 60}; }));
    CHECK(!with([](auto& m) { m.med = NumberRange{51, 60}; }));
    CHECK(with([](auto& m) { m.local_pref = NumberRange{0, 200}; }));
    CHECK(!with([](auto& m) { m.local_pref = NumberRange{0, 199}; }));
    CHECK(with([](auto& m) { m.origin = Origin::Igp; }));
    CHECK(!with([](auto& m) { m.origin = Origin::Egp; }));
    using Match = CommunityMatch<Community>;
    CHECK(with([](auto& m) { m.community = Match{Quantifier::Any, communities("65000:*")}; }));
    CHECK(!with([](auto& m) { m.community = Match{Quantifier::Any, communities("65000:2")}; }));
    CHECK(!with([](auto& m) { m.community = Match{Quantifier::None, communities("65000:*")}; }));
    CHECK(with([](auto& m) { m.community = Match{Quantifier::None, communities("65000:2")}; }));
}

TEST_CASE("all conditions of a rule must hold") {
    PolicyMatch match;
    match.prefix = prefixes("10.0.0.0/16");
    match.origin = Origin::Igp;
    CHECK(holds(match));
    match.med = NumberRange{1, 1};
    CHECK(!holds(match));
}

TEST_CASE("a rule for a neighbor tells its routes from others and from our own") {
    PolicyMatch match;
    match.neighbor = NeighborMatch{{*IpAddress::parse("192.0.2.1")}, false};
    CHECK(holds(match));
    CHECK(!holds(match, IpAddress::parse("192.0.2.2")));
    CHECK(!holds(match, std::nullopt));
    match.neighbor->local = true;
    CHECK(holds(match, std::nullopt));
}

TEST_CASE("an absent MED counts as 0 and an absent LOCAL_PREF as 100") {
    auto bare = route();
    bare.med.reset();
    bare.local_pref.reset();
    auto asks = rule(PolicyAction::Accept);
    asks.match.med = NumberRange{0, 0};
    asks.match.local_pref = NumberRange{100, 100};
    CHECK(run({asks}, bare).accepted);
}

TEST_CASE("each attribute is set as asked") {
    PolicySet set;
    set.local_pref = 300;
    set.origin = Origin::Incomplete;
    set.next_hop = IpAddress::parse("192.0.2.9");
    set.as_path_prepend = {1, 2};
    const auto changed = after(set);
    CHECK(changed.local_pref == 300);
    CHECK(changed.origin == Origin::Incomplete);
    CHECK(changed.next_hop.address == *IpAddress::parse("192.0.2.9"));
    CHECK(changed.as_path.to_string() == "1 2 64512 65001");
}

TEST_CASE("a next hop of the other family is not set") {
    PolicySet set;
    set.next_hop = IpAddress::parse("2001:db8::1");
    CHECK(after(set) == route());
}

TEST_CASE("a MED is set, moved within its bounds, or removed") {
    using Operation = MedChange::Operation;
    const auto med = [](Operation operation, std::uint32_t value) {
        PolicySet set;
        set.med = MedChange{operation, value};
        return after(set).med;
    };
    CHECK(med(Operation::Set, 9) == 9);
    CHECK(med(Operation::Add, 9) == 59);
    CHECK(med(Operation::Add, UINT32_MAX) == UINT32_MAX);
    CHECK(med(Operation::Subtract, 9) == 41);
    CHECK(med(Operation::Subtract, 51) == 0);
    CHECK(!med(Operation::Remove, 0));
}

TEST_CASE("communities are replaced, removed by pattern, and added, sorted and each once") {
    const auto result = [](CommunityChange<Community> change) {
        PolicySet set;
        set.community = std::move(change);
        const auto view = after(set).communities;
        return std::vector<Community>(view.begin(), view.end());
    };
    const auto one = Community::of(65000, 1), two = Community::of(65000, 2);
    const auto low = Community::of(1, 1);
    CHECK(result({.replace = std::vector{two}, .remove = {}, .add = {}}) == std::vector{two});
    CHECK(result({.replace = {}, .remove = {}, .add = {two, low, two}}) ==
          std::vector{low, one, two});
    CHECK(result({.replace = {}, .remove = communities("65000:*"), .add = {}}).empty());
    CHECK(result({.replace = {}, .remove = communities("65000:*"), .add = {two}}) ==
          std::vector{two});
    CHECK(result({.replace = std::vector<Community>(), .remove = {}, .add = {}}).empty());
}

TEST_CASE("of the communities of which AWS takes one a prefix, the added one stands instead") {
    const auto added = [](Community to, Community what) {
        auto attributes = route();
        attributes.communities = {Community::of(65000, 1), to};
        auto only = rule(PolicyAction::Accept);
        only.set.community.add = {what};
        return run({only}, attributes).changed->communities;
    };
    using List = CompactArray<Community>;
    const auto own = Community::of(65000, 1);
    const auto high = Community::of(7224, 7300), low = Community::of(7224, 7100);
    const auto region = Community::of(7224, 9100), continent = Community::of(7224, 9200);
    CHECK(added(high, low) == List{low, own});
    CHECK(added(region, continent) == List{continent, own});
    CHECK(added(high, continent) == List{high, continent, own});
    CHECK(added(high, own) == List{high, own});
}

TEST_CASE("large and extended communities are set in the same way") {
    PolicySet set;
    set.large_community.add = {LargeCommunity{65000, 1, 2}};
    set.extended_community.add = {*parse_extended_community("rt:65000:100")};
    const auto changed = after(set);
    CHECK(changed.large_communities.size() == 1);
    CHECK(changed.extended_communities.size() == 1);
    CHECK(changed.communities == route().communities);
}

TEST_CASE("a policy ignores the prefix unless a rule asks for it") {
    CHECK(Policy("p", {rule(PolicyAction::Accept)}).ignores_prefix());
    auto asks = rule(PolicyAction::Accept);
    asks.match.prefix = prefixes("10.0.0.0/8");
    CHECK(!Policy("p", {rule(PolicyAction::Accept), asks}).ignores_prefix());
    auto hop = rule(PolicyAction::Accept);
    hop.match.next_hop = prefixes("10.0.0.0/8");
    CHECK(Policy("p", {hop}).ignores_prefix());
}

TEST_CASE("the built-in policies accept and reject everything, and change nothing") {
    const auto attributes = route();
    const PolicyInput input{kPrefix, attributes, std::nullopt};
    CHECK(accept_all()->evaluate(input).accepted);
    CHECK(!accept_all()->evaluate(input).changed);
    CHECK(!reject_all()->evaluate(input).accepted);
    CHECK(accept_all()->name() == "accept-all");
    CHECK(accept_all()->ignores_prefix());
}

TEST_CASE("a trace tells rule by rule what matched, what not and why, and what was set") {
    auto first = rule(PolicyAction::Reject);
    first.match.prefix = prefixes("0.0.0.0/0");
    auto second = rule(std::nullopt);
    second.match.origin = Origin::Igp;
    second.set.local_pref = 300;
    second.set.as_path_prepend = {65000};
    second.set.community.add = {community::kNoExport};
    auto third = rule(PolicyAction::Accept);
    third.match.as_path = path("^65000_");
    PolicyTrace trace;
    const auto attributes = route();
    const Policy policy("p", {first, second, third, rule(PolicyAction::Reject)});
    CHECK(policy.evaluate({kPrefix, attributes, std::nullopt}, &trace).accepted);

    REQUIRE(trace.steps.size() == 3);
    CHECK(!trace.steps[0].matched);
    CHECK(trace.steps[0].conditions ==
          std::vector<std::string>{"prefix: 10.0.0.0/16 does not match 0.0.0.0/0"});
    CHECK(trace.steps[1].matched);
    CHECK(!trace.steps[1].then);
    CHECK(trace.steps[1].sets ==
          std::vector<std::string>{"local-pref: 200 -> 300",
                                   "as-path: 64512 65001 -> 65000 64512 65001",
                                   "community: 65000:1 -> 65000:1 no-export"});
    CHECK(trace.steps[2].rule == 2);
    CHECK(trace.steps[2].then == PolicyAction::Accept);
}

TEST_CASE("policies compare by what they say") {
    const auto make = [](std::string_view pattern) {
        auto only = rule(PolicyAction::Accept);
        only.match.prefix = prefixes(pattern);
        only.match.community = CommunityMatch<Community>{Quantifier::Any, communities("1:1")};
        only.set.community.remove = communities("1:2");
        return Policy("p", {only});
    };
    CHECK(make("10.0.0.0/8") == make("10.0.0.0/8"));
    CHECK(!(make("10.0.0.0/8") == make("10.0.0.0/9")));
}

}  // namespace dx::bgp
