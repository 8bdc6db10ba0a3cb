// A neighbor as the request that makes its virtual interface at AWS, or its second peer there:
// `--cli-input-json`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace dx::cli {

struct VirtualInterfaceRequest {
    std::string command;  // of `aws directconnect`
    boost::json::object body;
    std::vector<std::string> remarks;  // what is missing in it, and what to look at
};

// From the running configuration (YAML) and the interfaces (/v1/interfaces). Throws Failure where
// there is no such neighbor, or it is no virtual interface's.
VirtualInterfaceRequest virtual_interface_request(const std::string& configuration,
                                                  const boost::json::object& interfaces,
                                                  std::string_view neighbor);

// JSON as people read it.
std::string indented(const boost::json::value& value, std::size_t depth = 0);

}  // namespace dx::cli
