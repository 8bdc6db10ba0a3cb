// GET /v1/events: what happens, as it happens, and the history of one neighbor.
#include <charconv>

#include "daemon/control/find_neighbor.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

OrRefusal<std::size_t> count_parameter(const Request& request) {
    const auto text = request.parameter("count");
    if (!text) return kAll;
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
    if (error != std::errc() || end != text->data() + text->size() || count == 0)
        return Refusal{"count is how many of the latest events, at least 1"};
    return count;
}

}  // namespace

// One event a line, as everything that may be long.
Reply get_neighbor_history(const Call& call) {
    const auto neighbor = find_neighbor(call.queries, call.captured.front());
    if (!neighbor) return error_reply(neighbor.error());
    const auto count = count_parameter(call.request);
    if (!count) return error_reply(count.error());
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1).member("neighbor", neighbor->name);
    json.member("address", neighbor_label(*neighbor)).key("events").begin_array();
    std::string_view separator = "\n";
    for (const auto& event : call.queries.history(neighbor->name, *count)) {
        body += separator;
        body += event;
        separator = ",\n";
    }
    json.end_array().end_object();
    return json_reply(body + '\n');
}

Reply get_events(const Call& call) {
    std::string name;
    if (const auto wanted = call.request.parameter("neighbor")) {
        const auto neighbor = find_neighbor(call.queries, *wanted);
        if (!neighbor) return error_reply(neighbor.error());
        name = neighbor->name;
    }
    Reply reply;
    reply.content_type = "application/x-ndjson";
    reply.stream = call.queries.events(name);
    return reply;
}

}  // namespace dx::control
