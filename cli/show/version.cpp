// `show version`.
#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {

void show_version(Invocation& call) {
    if (passed_on_as_json(call, "/v1/version")) return;
    const auto version = parse_object(call.client.get("/v1/version"));
    call.out.print("dxrouted {} ({}) on {}, Linux {}\n", text(version, "version"),
                   text(version, "build"), text(version, "hostname"), text(version, "kernel"));
    const auto router_id = text(version, "routerId");
    call.out.print("Router ID {}, local AS number {}\n",
                   router_id.empty() ? "not chosen yet" : router_id, number(version, "as"));
    call.out.print("Up for {}, process {}, configuration {}\n", text(version, "uptime"),
                   number(version, "pid"), text(version, "configFile"));
}

}  // namespace dx::cli
