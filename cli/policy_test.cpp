// `policy test`: one route rule by rule, or the counts over the whole table and what another policy
// would do otherwise.
#include <algorithm>
#include <vector>

#include "cli/command.hpp"
#include "cli/fields.hpp"
#include "cli/policy_text.hpp"
#include "cli/table_reader.hpp"

namespace dx::cli {
namespace {

constexpr std::size_t kMostShown = 50;

std::string_view direction_of(const Object& test) {
    return text(test, "direction") == "in" ? "import" : "export";
}

void print_rule(const Object& rule, Output& out) {
    const auto conditions = joined_texts(list(rule, "conditions"), "; ");
    const auto sets = joined_texts(list(rule, "sets"), ", ");
    const bool matched = flag(rule, "matched");
    out.print("  {}{}: ", rule_name(rule), matched ? "" : " does not match");
    if (!matched) return out.print("{}\n", conditions);
    const auto then = text(rule, "then");
    out.write(then == "accept" ? "accepts" : then == "reject" ? "rejects" : "goes on");
    if (!sets.empty()) out.print(", sets {}", sets);
    out.print(" ({})\n", conditions.empty() ? "matches all" : conditions);
}

void print_run(const Object& run, Output& out) {
    if (const auto before = joined_texts(list(run, "before"), ", "); !before.empty())
        out.print("  before the policy: {}\n", before);
    for (const auto& rule : list(run, "rules"))
        print_rule(rule.as_object(), out);
    if (const auto after = joined_texts(list(run, "after"), ", "); !after.empty())
        out.print("  after the policy: {}\n", after);
}

void print_outcome(const Object& test, const Object& row, Output& out) {
    const auto changes = joined_texts(list(row, "changes"), ", ");
    if (flag(row, "accepted"))
        out.print("Accepted: {}\n", changes.empty() ? "as it came" : changes);
    else
        out.print("Rejected{}: {}\n",
                  list(child(row, "run"), "rules").empty() ? " before a policy is asked" : "",
                  text(row, "because"));
    if (text(test, "policy") == text(test, "inForce")) return;
    const auto other = joined_texts(list(row, "differences"), ", ");
    const auto in_force = text(test, "inForce");
    out.print("In force is {}, which {} it{}\n", in_force.empty() ? "no policy" : in_force,
              flag(row, "acceptedNow") ? "accepts" : "rejects",
              other.empty() ? "" : "; the difference: " + other);
}

void show_one(Invocation& call, const std::string& target) {
    const auto test = parse_object(call.client.get(target));
    for (const auto& [prefix, value] : child(test, "routes")) {
        const auto& row = value.as_object();
        const auto from = text(row, "from");
        const auto policy = text(test, "policy");
        call.out.print("{} from {}, {} {} {}\n", std::string_view(prefix),
                       from.empty() ? "ourselves" : from, direction_of(test),
                       policy.empty() ? "without a" : "policy", policy.empty() ? "policy" : policy);
        print_run(child(row, "run"), call.out);
        print_outcome(test, row, call.out);
    }
}

// --- The whole table.

std::string difference(std::string_view prefix, const Object& row) {
    const bool now = flag(row, "acceptedNow");
    if (flag(row, "accepted") && now)
        return fmt::format("  ~ {}  {}", prefix, joined_texts(list(row, "differences"), ", "));
    const auto rule = has(row, "rule") ? fmt::format("rule {}", number(row, "rule"))
                                       : std::string(text(row, "because"));
    return fmt::format("  {} {}  {}", now ? '-' : '+', prefix, rule);
}

void print_counts(const Object& head, const Object& counts, Output& out) {
    const auto policy = text(head, "policy");
    out.print("{} policy {} of {}: {} routes, {} accepted, {} rejected\n", direction_of(head),
              policy.empty() ? "(none)" : policy, text(head, "neighbor"), number(counts, "tested"),
              number(counts, "accepted"), number(counts, "rejected"));
    for (const auto& each : list(counts, "byRule")) {
        const auto& rule = each.as_object();
        out.print("  {}: {} accepted, {} rejected\n", rule_name(rule), number(rule, "accepted"),
                  number(rule, "rejected"));
    }
    for (const auto& [reason, count] : child(counts, "otherwise"))
        out.print("  {}: {} rejected\n", std::string_view(reason), count.to_number<std::int64_t>());
}

void show_table(Invocation& call, const std::string& target) {
    std::vector<std::string> shown;
    Object head, counts;
    std::size_t differences = 0;
    TableReader reader([&](const Object& object) { head = object; },
                       [&](std::string_view prefix, const boost::json::value& row) {
                           if (++differences <= kMostShown)
                               shown.push_back(difference(prefix, row.as_object()));
                       },
                       [&](const Object& tail) { counts = tail; });
    call.client.stream(target, [&](std::string_view piece) {
        reader.feed(piece);
        return call.out.is_open();
    });
    print_counts(head, counts, call.out);
    if (text(head, "policy") == text(head, "inForce")) return;
    const auto in_force = text(head, "inForce");
    call.out.print("Instead of {}: {} newly accepted, {} newly rejected, {} changed\n",
                   in_force.empty() ? "no policy" : in_force, number(counts, "newlyAccepted"),
                   number(counts, "newlyRejected"), number(counts, "changed"));
    for (const auto& line : shown)
        call.out.print("{}\n", line);
    if (differences > shown.size())
        call.out.print("  and {} more (--json has all)\n", differences - shown.size());
}

}  // namespace

void policy_test(Invocation& call) {
    const bool in = call.match.has("in");
    auto target = fmt::format("/v1/policy/test?neighbor={}&direction={}",
                              percent_encoded(call.argument()), in ? "in" : "out");
    const auto prefix = call.argument_after(in ? "in" : "out");
    if (!prefix.empty()) target += "&prefix=" + percent_encoded(prefix);
    if (const auto policy = call.argument_after("policy"); !policy.empty())
        target += "&policy=" + percent_encoded(policy);
    if (passed_on_as_json(call, target)) return;
    if (prefix.empty())
        show_table(call, target);
    else
        show_one(call, target);
}

}  // namespace dx::cli
