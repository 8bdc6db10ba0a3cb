// Policies: rules of match, set and then, read into the values of libbgp/policy.
#pragma once

#include <map>
#include <string>

#include "daemon/config/kinds.hpp"

namespace dx::config {

// The policies of a Config; sets, neighbors' names and our AS number are known by then.
struct PoliciesKind {
    using Value = std::map<std::string, bgp::PolicyPtr>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);
    static Schema schema();
};

}  // namespace dx::config
