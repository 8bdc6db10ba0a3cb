// What AWS shows of a virtual interface's routes against what we sent and received.
#pragma once

#include <map>
#include <set>
#include <string>

#include "cli/output.hpp"

namespace dx::cli {

// Routes of one family on AWS's side, with what AWS says of each besides its prefix.
struct AwsRoutes {
    std::map<std::string, std::string> accepted;    // from us
    std::map<std::string, std::string> advertised;  // to us
};

// The output of `aws directconnect list-virtual-interface-routes`, or several pages of it one
// behind the other. Throws Failure.
struct AwsRouteList {
    std::string virtual_interface;
    AwsRoutes ipv4;
    AwsRoutes ipv6;
    bool has_more = false;  // the last page is missing
};

AwsRouteList parse_aws_routes(const std::string& text, const std::string& file);

struct OurRoutes {
    std::set<std::string> sent;
    std::set<std::string> received;
};

// Prints what differs; how many routes do.
std::size_t print_difference(const AwsRoutes& aws, const OurRoutes& ours, Output& out);

}  // namespace dx::cli
