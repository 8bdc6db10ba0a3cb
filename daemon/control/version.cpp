// GET /v1/version.
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {

Reply get_version(const Call& call) {
    const auto version = call.queries.version();
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1);
    json.member("version", version.version).member("build", version.build);
    json.member("hostname", version.hostname).member("kernel", version.kernel);
    json.member("configFile", version.config_file).member("pid", version.process_id);
    json.member("uptime", age_text(version.uptime)).member("uptimeMsec", version.uptime.count());
    json.member("as", version.local_as);
    if (version.router_id) json.member("routerId", bgp::to_string(*version.router_id));
    json.end_object();
    return json_reply(std::move(body));
}

}  // namespace dx::control
