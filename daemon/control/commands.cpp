// POST /v1/clear, /v1/reload, /v1/drain and /v1/undrain. Done is 200; refused is 409 with the
// reason; a configuration with errors is 422 with each of them.
#include <array>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "daemon/control/find_neighbor.hpp"
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

using Outcome = CommandResult::Outcome;

unsigned status_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::Done: return 200;
        case Outcome::Refused: return 409;
        case Outcome::Misconfigured: break;
    }
    return 422;
}

Reply result_reply(const CommandResult& result) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1);
    json.member(result.outcome == Outcome::Done ? "text" : "error", result.text);
    json.key("diagnostics").begin_array();
    for (const auto& line : result.diagnostics)
        json.value(line);
    json.end_array().end_object();
    auto reply = json_reply(std::move(body));
    reply.status = status_of(result.outcome);
    return reply;
}

using Object = boost::json::object;

// A member that is a string; none where it is absent or null.
OrRefusal<std::optional<std::string>> text_member(const Object& object, std::string_view name) {
    const auto* const member = object.if_contains(name);
    if (!member || member->is_null()) return std::optional<std::string>{};
    if (!member->is_string()) return Refusal{std::string(name) + " is a string"};
    return std::optional{std::string(member->as_string())};
}

struct SoftWord {
    std::string_view word;
    ClearRequest::Kind kind;
};

constexpr std::array kSoftWords{
    SoftWord{"both", ClearRequest::Kind::Soft},
    SoftWord{"in", ClearRequest::Kind::SoftIn},
    SoftWord{"out", ClearRequest::Kind::SoftOut},
};

OrRefusal<ClearRequest::Kind> clear_kind(const Object& object) {
    const auto soft = text_member(object, "soft");
    if (!soft) return soft.error();
    if (!*soft) return ClearRequest::Kind::Hard;
    for (const auto& [word, kind] : kSoftWords)
        if (**soft == word) return kind;
    return Refusal{"soft is in, out or both"};
}

OrRefusal<std::optional<net::Family>> clear_family(const Object& object) {
    const auto text = text_member(object, "family");
    if (!text) return text.error();
    if (!*text) return std::optional<net::Family>{};
    for (const auto family : bgp::kFamilies)
        if (**text == net::to_string(family)) return std::optional{family};
    return Refusal{"family is ipv4 or ipv6"};
}

OrRefusal<std::optional<std::string>> clear_neighbor(const Object& object,
                                                     const RouterQueries& queries) {
    const auto wanted = text_member(object, "neighbor");
    if (!wanted) return wanted.error();
    if (!*wanted) return Refusal{"neighbor is missing: a name, an address, or * for all"};
    if (**wanted == "*") return std::optional<std::string>{};
    const auto found = find_neighbor(queries, **wanted);
    if (!found) return found.error();
    return std::optional{found->name};
}

OrRefusal<Object> body_object(const Call& call) {
    boost::system::error_code error;
    auto parsed = boost::json::parse(call.request.body, error);
    if (error || !parsed.is_object()) return Refusal{"the body is to be a JSON object"};
    return std::move(parsed.get_object());
}

OrRefusal<ClearRequest> clear_request(const Call& call) {
    const auto object = body_object(call);
    if (!object) return object.error();
    const auto neighbor = clear_neighbor(*object, call.queries);
    if (!neighbor) return neighbor.error();
    const auto kind = clear_kind(*object);
    if (!kind) return kind.error();
    const auto family = clear_family(*object);
    if (!family) return family.error();
    return ClearRequest{*neighbor, *family, *kind};
}

// Where one neighbor is meant and not all.
OrRefusal<NeighborView> one_neighbor(const Object& object, const RouterQueries& queries) {
    const auto wanted = text_member(object, "neighbor");
    if (!wanted) return wanted.error();
    if (!*wanted) return Refusal{"neighbor is missing: a name or an address"};
    return find_neighbor(queries, **wanted);
}

// A duration under the API's keys that end in Msecs.
OrRefusal<std::optional<Milliseconds>> milliseconds_member(const Object& object,
                                                           std::string_view name,
                                                           Milliseconds max) {
    const auto* const member = object.if_contains(name);
    if (!member || member->is_null()) return std::optional<Milliseconds>{};
    boost::system::error_code error;
    const auto number = member->to_number<std::int64_t>(error);
    if (error || number < 0 || number > max.count())
        return Refusal{std::string(name) + " is a number from 0 to " + std::to_string(max.count())};
    return std::optional{Milliseconds(number)};
}

OrRefusal<DrainRequest> drain_request(const Call& call) {
    constexpr Milliseconds kMaxWait = std::chrono::hours(1);
    const auto object = body_object(call);
    if (!object) return object.error();
    const auto neighbor = one_neighbor(*object, call.queries);
    if (!neighbor) return neighbor.error();
    const auto wait = milliseconds_member(*object, "waitMsecs", kMaxWait);
    if (!wait) return wait.error();
    DrainRequest request;
    request.neighbor = neighbor->name;
    if (*wait) request.wait = **wait;
    return request;
}

OrRefusal<NeighborView> undrain_request(const Call& call) {
    const auto object = body_object(call);
    if (!object) return object.error();
    return one_neighbor(*object, call.queries);
}

}  // namespace

Reply post_clear(const Call& call) {
    const auto request = clear_request(call);
    if (!request) return error_reply(request.error());
    return result_reply(call.commands.clear(*request));
}

Reply post_drain(const Call& call) {
    const auto request = drain_request(call);
    if (!request) return error_reply(request.error());
    return result_reply(call.commands.drain(*request));
}

Reply post_undrain(const Call& call) {
    const auto neighbor = undrain_request(call);
    if (!neighbor) return error_reply(neighbor.error());
    return result_reply(call.commands.undrain(neighbor->name));
}

Reply post_reload(const Call& call) {
    return result_reply(call.commands.reload());
}

}  // namespace dx::control
