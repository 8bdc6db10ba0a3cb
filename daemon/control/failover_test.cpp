// GET and POST /v1/failover-test: the drill that is under way, or the last one.
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"
#include "daemon/control/request_body.hpp"

namespace dx::control {
namespace {

OrRefusal<FailoverTestRequest> failover_test_request(const Call& call) {
    const auto object = body_object(call);
    if (!object) return object.error();
    const auto neighbor = neighbor_member(*object, "neighbor", call.queries);
    if (!neighbor) return neighbor.error();
    FailoverTestRequest request;
    request.neighbor = neighbor->name;
    request.by = call.request.client;
    if (object->contains("expectedBackup")) {
        const auto backup = neighbor_member(*object, "expectedBackup", call.queries);
        if (!backup) return backup.error();
        request.expected_backup = backup->name;
    }
    const auto lasts = milliseconds_member(*object, "forMsecs", kFailoverTestLength);
    if (!lasts) return lasts.error();
    if (*lasts) request.lasts = **lasts;
    const auto force = flag_member(*object, "force");
    if (!force) return force.error();
    request.force = *force;
    return request;
}

void write(const FailoverTestView& test, JsonWriter& json) {
    const auto at = [&](std::string_view key, const std::optional<Microseconds>& time) {
        if (time) json.member(key, std::chrono::duration<double, std::milli>(*time).count());
    };
    json.member("neighbor", test.neighbor);
    if (test.expected_backup) json.member("expectedBackup", *test.expected_backup);
    json.member("forMsecs", test.lasts.count());
    at("movedMsecs", test.moved);
    if (test.moved) {
        json.member("routes", test.routes).member("stranded", test.stranded);
        json.key("movedTo").begin_object();
        for (const auto& [name, routes] : test.moved_to)
            json.member(name, routes);
        json.end_object();
    }
    at("givenBackMsecs", test.given_back);
    at("establishedMsecs", test.established);
    at("backInUseMsecs", test.back_in_use);
    json.member("over", test.over);
    if (test.over) json.member("passed", test.fault.empty());
    if (!test.fault.empty()) json.member("fault", test.fault);
}

}  // namespace

Reply get_failover_test(const Call& call) {
    const auto test = call.queries.failover_test();
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1);
    if (test) write(*test, json);
    json.end_object();
    return json_reply(std::move(body));
}

Reply post_failover_test(const Call& call) {
    const auto request = failover_test_request(call);
    if (!request) return error_reply(request.error());
    return later<CommandResult>([&to = call.commands, request = *request](
                                    auto answer) { to.failover_test(request, answer); },
                                result_reply);
}

}  // namespace dx::control
