// What AWS shows of a family's routes against what we sent and received. Knows neither where the
// two came from nor how a difference is told.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "cli/aws_route_list.hpp"

namespace dx::cli {

// A route as it was sent or received here.
struct OurRoute {
    std::string as_path;
    AwsCommunities communities;  // AWS's own: it shows no others
};

using OurRoutesByPrefix = std::map<std::string, OurRoute>;

struct OurRoutes {
    OurRoutesByPrefix sent;
    OurRoutesByPrefix received;
};

// An attribute of a route that both sides have; "" where one has none.
struct AttributeDifference {
    std::string ours;
    std::string aws;
};

// By the attribute's key in AWS's JSON.
using AttributeDifferences = std::map<std::string, AttributeDifference>;

struct RouteDifference {
    // What one side alone has, and what AWS says of it besides.
    std::map<std::string, std::string> sent_alone;  // not accepted by AWS
    std::map<std::string, std::string> accepted_alone;
    std::map<std::string, std::string> advertised_alone;
    std::map<std::string, std::string> received_alone;
    // What both have, with other attributes.
    std::map<std::string, AttributeDifferences> accepted_otherwise;
    std::map<std::string, AttributeDifferences> advertised_otherwise;

    std::size_t count() const;  // of routes
};

// Directions and attributes are compared where AWS's list has them.
RouteDifference compare(const AwsRoutes& aws, AwsDirections directions, const OurRoutes& ours);

}  // namespace dx::cli
