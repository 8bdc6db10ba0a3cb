// The XML that AWS puts into its JSON, or that was saved alone.
#pragma once

#include <string>

#include <boost/property_tree/ptree_fwd.hpp>

namespace dx::importing {

// Throws Unreadable on what is no XML, or too much of it: the parser is recursive.
boost::property_tree::ptree parse_xml(const std::string& text, const std::string& where);

// The element at `path` ("customer_gateway.bgp"), or an empty one.
const boost::property_tree::ptree& child_of(const boost::property_tree::ptree& tree,
                                            const char* path);

}  // namespace dx::importing
