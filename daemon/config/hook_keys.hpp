// `hooks`: what is run, or told, when something happens.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/key.hpp"

namespace dx::config {

// "neighbor-down": as in `on`.
std::string_view to_string(HookEvent event);

struct HooksKind {
    using Value = std::vector<Hook>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);
    static Schema schema();
};

// "http://127.0.0.1:8080/path"; none where it is something else.
std::optional<Webhook> parse_webhook(std::string_view url);

// For logs and `show running-config`: "http://127.0.0.1:8080/<hidden>".
std::string shown_url(const Webhook& webhook);

}  // namespace dx::config
