// `show running-config`: the YAML in force.
#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {

void show_running_config(Invocation& call) {
    if (passed_on_as_json(call, "/v1/config/running")) return;
    const auto config = parse_object(call.client.get("/v1/config/running"));
    const auto yaml = text(config, "text");
    call.out.write(yaml);
    if (!yaml.ends_with('\n')) call.out.write("\n");
}

}  // namespace dx::cli
