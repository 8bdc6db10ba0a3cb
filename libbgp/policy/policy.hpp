// Import and export policies: rules in order over one route. Pure: a route in, a verdict out.
// RFC 8212 (no policy, nothing passes) is the caller's: it has no Policy to ask then.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libbgp/wire/path_attributes.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

struct PolicyTrace;  // rule by rule: what matched, what was set; for `policy test` and `why`

// The route as a policy sees it.
struct PolicyInput {
    const net::Prefix& prefix;
    const PathAttributes& attributes;
    // Import: the neighbor it came from. Export: the neighbor it was learnt from; none for our own.
    std::optional<net::IpAddress> neighbor;
};

struct PolicyVerdict {
    bool accepted = false;
    std::optional<PathAttributes> changed;  // only where a rule set something that differs
};

class Policy {
public:
    virtual ~Policy() = default;

    virtual const std::string& name() const = 0;
    virtual PolicyVerdict evaluate(const PolicyInput& input,
                                   PolicyTrace* trace = nullptr) const = 0;

    // True if no rule looks at the prefix: the verdict is then the same for all routes that share
    // attributes and neighbor, and may be kept.
    virtual bool ignores_prefix() const = 0;
};

using PolicyPtr = std::shared_ptr<const Policy>;

PolicyPtr accept_all();
PolicyPtr reject_all();

}  // namespace dx::bgp
