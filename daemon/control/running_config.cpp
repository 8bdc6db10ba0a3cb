// GET /v1/config/running: the configuration in force, secrets redacted by whoever gives the view.
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {

Reply get_running_config(const Call& call) {
    const auto config = call.queries.running_config();
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1);
    json.member("file", config.file).member("text", config.text).end_object();
    return json_reply(std::move(body));
}

}  // namespace dx::control
