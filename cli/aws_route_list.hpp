// What AWS shows of a virtual interface's routes, out of its JSON.
#pragma once

#include <map>
#include <string>

namespace dx::cli {

// Prefixes, with what AWS says of each besides.
using AwsRoutesByPrefix = std::map<std::string, std::string>;

// Routes of one family.
struct AwsRoutes {
    AwsRoutesByPrefix accepted;    // from us
    AwsRoutesByPrefix advertised;  // to us
};

struct AwsRouteList {
    std::string virtual_interface;
    AwsRoutes ipv4;
    AwsRoutes ipv6;
    bool has_more = false;  // the last page is missing
};

// The output of `aws directconnect list-virtual-interface-routes`, or several pages of it one
// behind the other. Throws Failure.
AwsRouteList parse_aws_routes(const std::string& text, const std::string& file);

}  // namespace dx::cli
