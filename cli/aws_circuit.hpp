// What the running configuration and the interfaces say of a neighbor at AWS: where its session
// runs, which virtual interface it belongs to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "cli/import/yaml_fields.hpp"

namespace dx::cli {

using importing::text_at;

// The one of that name or address. Throws Failure if there is none.
YAML::Node neighbor_in(const YAML::Node& configuration, std::string_view wanted);

// "dxcon-…", where a description has one that begins with `start`, as an import writes it; or "".
std::string identifier_in(const std::string& description, std::string_view start);

// Where a session runs, as far as it is known.
struct Circuit {
    std::string interface;                         // as configured, or found by the addresses
    const boost::json::object* details = nullptr;  // of /v1/interfaces; none: it is not there
    std::string address;                           // ours there, with its length
};

// By the configured interface and address; else by the network that the neighbor is in.
Circuit circuit_of(const YAML::Node& neighbor, const boost::json::object& interfaces);

// The neighbor that a virtual interface was made with, where `neighbor` is its second one: it
// stands above it in the configuration and has the other address family. Null if there is none.
YAML::Node first_of_virtual_interface(const YAML::Node& configuration, const YAML::Node& neighbor,
                                      const boost::json::object& interfaces);

}  // namespace dx::cli
