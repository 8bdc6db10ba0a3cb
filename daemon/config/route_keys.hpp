// Routes that do not come from neighbors: `networks`, `redistribute`, `static-routes`.
#pragma once

#include <optional>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/key.hpp"

namespace dx::config {

// A list of PREFIX or {prefix: PREFIX, when: route}.
struct NetworksKind {
    using Value = std::vector<Network>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);
    static Schema schema();
};

Keys<Redistribute> redistribute_keys();

struct StaticRoutesKind {
    using Value = std::vector<StaticRoute>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);
    static Schema schema();
};

}  // namespace dx::config
