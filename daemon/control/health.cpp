// GET /v1/health: what is amiss with the daemon itself.
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {

Reply get_health(const Call& call) {
    const auto health = call.queries.health();
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1).key("stateFiles").begin_array();
    for (const auto& file : health.state_files) {
        json.begin_object().member("name", file.name);
        if (!file.trouble.empty()) json.member("trouble", file.trouble);
        json.end_object();
    }
    json.end_array().key("listeners").begin_array();
    for (const auto& listener : health.listeners) {
        json.begin_object().member("protocol", listener.protocol).member("where", listener.where);
        if (!listener.trouble.empty()) json.member("trouble", listener.trouble);
        json.end_object();
    }
    json.end_array().end_object();
    return json_reply(std::move(body));
}

}  // namespace dx::control
