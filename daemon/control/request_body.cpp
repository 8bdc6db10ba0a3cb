#include "daemon/control/request_body.hpp"

#include <boost/json/parse.hpp>

#include "daemon/control/find_neighbor.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {

namespace {

using Object = boost::json::object;
using Outcome = CommandResult::Outcome;

unsigned status_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::Done: return 200;
        case Outcome::Refused: return 409;
        case Outcome::Misconfigured: break;
    }
    return 422;
}

}  // namespace

Reply result_reply(const CommandResult& result) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1);
    json.member(result.outcome == Outcome::Done ? "text" : "error", result.text);
    json.key("diagnostics").begin_array();
    for (const auto& line : result.diagnostics)
        json.value(line);
    json.end_array();
    if (result.without_another_way)
        json.member("routesWithoutAnotherWay", *result.without_another_way);
    json.end_object();
    auto reply = json_reply(std::move(body));
    reply.status = status_of(result.outcome);
    return reply;
}

OrRefusal<Object> body_object(const Call& call) {
    boost::system::error_code error;
    auto parsed = boost::json::parse(call.request.body, error);
    if (error || !parsed.is_object()) return Refusal{"the body is to be a JSON object"};
    return std::move(parsed.get_object());
}

// A member that is a string; none where it is absent or null.
OrRefusal<std::optional<std::string>> text_member(const Object& object, std::string_view name) {
    const auto* const member = object.if_contains(name);
    if (!member || member->is_null()) return std::optional<std::string>{};
    if (!member->is_string()) return Refusal{std::string(name) + " is a string"};
    return std::optional{std::string(member->as_string())};
}

OrRefusal<NeighborView> neighbor_member(const Object& object, std::string_view name,
                                        const RouterQueries& queries) {
    const auto wanted = text_member(object, name);
    if (!wanted) return wanted.error();
    if (!*wanted) return Refusal{std::string(name) + " is missing: a name or an address"};
    return find_neighbor(queries, **wanted);
}

OrRefusal<bool> flag_member(const Object& object, std::string_view name) {
    const auto* const member = object.if_contains(name);
    if (!member || member->is_null()) return false;
    if (!member->is_bool()) return Refusal{std::string(name) + " is true or false"};
    return member->get_bool();
}

OrRefusal<std::optional<Milliseconds>> milliseconds_member(const Object& object,
                                                           std::string_view name,
                                                           const DurationRange& range) {
    const auto* const member = object.if_contains(name);
    if (!member || member->is_null()) return std::optional<Milliseconds>{};
    boost::system::error_code error;
    const auto number = member->to_number<std::int64_t>(error);
    if (error || !range.contains(Milliseconds(number)))
        return Refusal{std::string(name) + " is a number from " +
                       std::to_string(range.min.count()) + " to " +
                       std::to_string(range.max.count())};
    return std::optional{Milliseconds(number)};
}

}  // namespace dx::control
