// GET /v1/policy/test: a policy run over one route, rule by rule, or over a neighbor's part of the
// live table: then a table (README.md) of what the policy in force does otherwise, with the counts
// at its end. In slices, as all tables.
#include <array>
#include <map>
#include <utility>

#include "daemon/control/find_neighbor.hpp"
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/policy_json.hpp"
#include "daemon/control/slice.hpp"

namespace dx::control {
namespace {

using Direction = PolicyTestQuery::Direction;

OrRefusal<PolicyTestQuery> policy_test_query(const Call& call) {
    PolicyTestQuery query;
    const auto name = call.request.parameter("neighbor");
    if (!name) return Refusal{"neighbor is missing: a name or an address"};
    const auto neighbor = find_neighbor(call.queries, *name);
    if (!neighbor) return neighbor.error();
    query.neighbor = neighbor->name;
    const auto direction = call.request.parameter("direction");
    if (direction != "in" && direction != "out") return Refusal{"direction is in or out"};
    query.direction = direction == "in" ? Direction::In : Direction::Out;
    const auto prefix = prefix_parameter(call.request);
    if (!prefix) return prefix.error();
    query.prefix = *prefix;
    if (const auto policy = call.request.parameter("policy")) query.policy = *policy;
    return query;
}

void write_head(const PolicyTestQuery& query, const PolicyTest& test, JsonWriter& json) {
    json.begin_object().member("schema", 1).member("neighbor", query.neighbor);
    json.member("direction", query.direction == Direction::In ? "in" : "out");
    json.member("policy", test.policy).member("inForce", test.in_force);
}

void write_row(const PolicyTestRow& row, JsonWriter& json) {
    json.begin_object();
    if (!row.from.empty()) json.member("from", row.from);
    json.member("accepted", row.accepted).member("acceptedNow", row.accepted_now);
    if (row.rule) json.member("rule", *row.rule);
    if (!row.because.empty()) json.member("because", row.because);
    if (!row.differences.empty()) write_texts("differences", row.differences, json);
    if (row.run) {
        json.key("run");
        write_policy_run(*row.run, json);
        write_texts("changes", row.changes, json);
    }
    json.end_object();
}

Reply one_prefix(const PolicyTestQuery& query, const PolicyTest& test) {
    std::vector<PolicyTestRow> rows;
    while (test.walk->next(1, rows)) {
    }
    if (rows.empty())
        return error_reply(404, query.direction == Direction::In
                                    ? query.neighbor + " has not sent " + query.prefix->to_string()
                                    : "there is no best path for " + query.prefix->to_string());
    std::string body;
    JsonWriter json(body);
    write_head(query, test, json);
    json.key("routes").begin_object().key(query.prefix->to_string());
    write_row(rows.front(), json);
    json.end_object().end_object();
    return json_reply(std::move(body));
}

// What is said at the end.
class Tally {
public:
    explicit Tally(std::vector<int> lines) : lines_(std::move(lines)), by_rule_(lines_.size()) {}

    // True: the policy in force does something else.
    bool add(const PolicyTestRow& row) {
        ++tested_;
        accepted_ += row.accepted ? 1 : 0;
        if (row.rule && *row.rule <= by_rule_.size())
            ++by_rule_[*row.rule - 1][row.accepted ? 0 : 1];
        else if (!row.because.empty())
            ++by_reason_[row.because];
        newly_accepted_ += row.accepted && !row.accepted_now ? 1 : 0;
        newly_rejected_ += !row.accepted && row.accepted_now ? 1 : 0;
        changed_ += row.differences.empty() ? 0 : 1;
        return row.accepted != row.accepted_now || !row.differences.empty();
    }

    void write(JsonWriter& json) const {
        json.member("tested", tested_).member("accepted", accepted_);
        json.member("rejected", tested_ - accepted_).key("byRule").begin_array();
        for (std::size_t i = 0; i < by_rule_.size(); ++i) {
            json.begin_object().member("rule", i + 1);
            if (lines_[i] != 0) json.member("line", lines_[i]);
            json.member("accepted", by_rule_[i][0]).member("rejected", by_rule_[i][1]);
            json.end_object();
        }
        json.end_array().key("otherwise").begin_object();
        for (const auto& [reason, count] : by_reason_)
            json.member(reason, count);
        json.end_object().member("newlyAccepted", newly_accepted_);
        json.member("newlyRejected", newly_rejected_).member("changed", changed_);
    }

private:
    std::vector<int> lines_;
    std::vector<std::array<std::uint64_t, 2>> by_rule_;  // accepted, rejected
    std::map<std::string, std::uint64_t> by_reason_;
    std::uint64_t tested_ = 0, accepted_ = 0;
    std::uint64_t newly_accepted_ = 0, newly_rejected_ = 0, changed_ = 0;
};

class PolicyTestStream : public BodyStream {
public:
    explicit PolicyTestStream(PolicyTest test)
        : walk_(std::move(test.walk)), tally_(std::move(test.lines)) {}

    void next(Answer answer) override {
        std::string piece;
        const bool more = fill_piece(*walk_, batch_, piece, [&](const auto& row) {
            if (tally_.add(row)) append(row, piece);
        });
        if (!more) {
            piece += "},";
            JsonWriter json(piece);
            tally_.write(json);
            piece += "}\n";
        }
        answer(std::move(piece), more);
    }

private:
    void append(const PolicyTestRow& row, std::string& piece) {
        if (std::exchange(begun_, true)) piece += ',';
        JsonWriter json(piece);
        json.key(row.prefix.to_string());
        write_row(row, json);
        piece += '\n';
    }

    std::unique_ptr<PolicyTestWalk> walk_;
    Tally tally_;
    std::vector<PolicyTestRow> batch_;
    bool begun_ = false;
};

}  // namespace

Reply get_policy_test(const Call& call) {
    const auto query = policy_test_query(call);
    if (!query) return error_reply(query.error());
    auto test = call.queries.policy_test(*query);
    if (!test.refused.empty()) return error_reply(404, test.refused);
    if (query->prefix) return one_prefix(*query, test);
    Reply reply;
    JsonWriter json(reply.body);
    write_head(*query, test, json);
    json.key("routes").begin_object();
    reply.body += '\n';
    reply.stream = std::make_unique<PolicyTestStream>(std::move(test));
    return reply;
}

}  // namespace dx::control
