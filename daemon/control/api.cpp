#include "daemon/control/api.hpp"

#include <array>
#include <optional>

#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

struct Endpoint {
    Verb verb;
    std::string_view path;  // "*" stands for one segment
    Reply (*handle)(const Call&);
};

Reply get_index(const Call& call);

constexpr std::array kEndpoints{
    Endpoint{Verb::Get, "/v1", get_index},
    Endpoint{Verb::Get, "/metrics", get_metrics},
    Endpoint{Verb::Get, "/v1/version", get_version},
    Endpoint{Verb::Get, "/v1/health", get_health},
    Endpoint{Verb::Get, "/v1/bfd/peers", get_bfd_peers},
    Endpoint{Verb::Get, "/v1/bgp/summary", get_bgp_summary},
    Endpoint{Verb::Get, "/v1/bgp/routes", get_bgp_routes},
    Endpoint{Verb::Get, "/v1/bgp/neighbors", get_neighbors},
    Endpoint{Verb::Get, "/v1/bgp/neighbors/*", get_neighbor},
    Endpoint{Verb::Get, "/v1/bgp/neighbors/*/received-routes", get_neighbor_received},
    Endpoint{Verb::Get, "/v1/bgp/neighbors/*/routes", get_neighbor_accepted},
    Endpoint{Verb::Get, "/v1/bgp/neighbors/*/advertised-routes", get_neighbor_advertised},
    Endpoint{Verb::Get, "/v1/bgp/neighbors/*/held-back-routes", get_neighbor_held_back},
    Endpoint{Verb::Get, "/v1/bgp/neighbors/*/history", get_neighbor_history},
    Endpoint{Verb::Get, "/v1/events", get_events},
    Endpoint{Verb::Get, "/v1/routes", get_routes},
    Endpoint{Verb::Get, "/v1/why", get_why},
    Endpoint{Verb::Get, "/v1/policy/test", get_policy_test},
    Endpoint{Verb::Get, "/v1/interfaces", get_interfaces},
    Endpoint{Verb::Get, "/v1/config/running", get_running_config},
    Endpoint{Verb::Get, "/v1/config/history", get_config_history},
    Endpoint{Verb::Get, "/v1/config/history/*", get_config_entry},
    Endpoint{Verb::Post, "/v1/config/check", post_config_check},
    Endpoint{Verb::Post, "/v1/config/diff", post_config_diff},
    Endpoint{Verb::Post, "/v1/config/apply", post_config_apply},
    Endpoint{Verb::Post, "/v1/config/confirm", post_config_confirm},
    Endpoint{Verb::Post, "/v1/config/abort", post_config_abort},
    Endpoint{Verb::Post, "/v1/config/rollback", post_config_rollback},
    Endpoint{Verb::Post, "/v1/clear", post_clear},
    Endpoint{Verb::Post, "/v1/reload", post_reload},
    Endpoint{Verb::Post, "/v1/drain", post_drain},
    Endpoint{Verb::Post, "/v1/undrain", post_undrain},
    Endpoint{Verb::Get, "/v1/failover-test", get_failover_test},
    Endpoint{Verb::Post, "/v1/failover-test", post_failover_test},
};

std::string_view to_string(Verb verb) {
    return verb == Verb::Post ? "POST" : "GET";
}

Reply get_index(const Call&) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1).key("endpoints").begin_array();
    for (const auto& endpoint : kEndpoints)
        json.begin_object()
            .member("method", to_string(endpoint.verb))
            .member("path", endpoint.path)
            .end_object();
    json.end_array().end_object();
    return json_reply(std::move(body));
}

// What stood for the stars, or none if the path is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern,
                                              const std::vector<std::string>& path) {
    std::vector<std::string> captured;
    for (const auto& segment : path) {
        if (pattern.empty()) return std::nullopt;
        pattern.remove_prefix(1);  // the slash
        const auto expected = pattern.substr(0, pattern.find('/'));
        if (expected == "*")
            captured.push_back(segment);
        else if (expected != segment)
            return std::nullopt;
        pattern.remove_prefix(expected.size());
    }
    if (!pattern.empty()) return std::nullopt;
    return captured;
}

Reply wrong_verb(Verb right) {
    const bool get = right == Verb::Get;
    auto reply = error_reply(405, get ? "this is read with GET" : "this is done with POST");
    reply.allow = get ? "GET, HEAD" : "POST";
    return reply;
}

}  // namespace

Reply Api::handle(const Request& request, Access access) const {
    std::optional<Verb> right;
    for (const auto& endpoint : kEndpoints) {
        auto captured = match(endpoint.path, request.path);
        if (!captured) continue;
        right = endpoint.verb;
        if (endpoint.verb != request.verb) continue;
        if (access == Access::ReadOnly && endpoint.verb != Verb::Get)
            return error_reply(403, "only the control socket takes commands; this listener shows");
        return endpoint.handle(
            {request, queries_, commands_, configuration_, std::move(*captured)});
    }
    if (right) return wrong_verb(*right);
    return error_reply(404, "there is nothing at this path; GET /v1 lists what there is");
}

}  // namespace dx::control
