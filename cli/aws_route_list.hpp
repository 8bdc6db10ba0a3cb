// What AWS shows of a virtual interface's routes, out of its JSON.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dx::cli {

using AwsCommunities = std::set<std::string>;

// What AWS says of a route besides its prefix.
struct AwsRoute {
    std::string details;  // all of it, for people
    std::optional<std::string> as_path;
    std::optional<AwsCommunities> communities;  // AWS's own: those of others are not compared
};

using AwsRoutesByPrefix = std::map<std::string, AwsRoute>;

// Routes of one family.
struct AwsRoutes {
    AwsRoutesByPrefix accepted;    // from us
    AwsRoutesByPrefix advertised;  // to us
};

// What a list has: one that was asked for with a filter may have one direction alone.
struct AwsDirections {
    bool accepted = false;
    bool advertised = false;
};

struct AwsRouteList {
    std::string virtual_interface;
    AwsDirections directions;  // an empty list is of both
    AwsRoutes ipv4;
    AwsRoutes ipv6;
    bool has_more = false;  // the last page is missing
};

// Those of `text` ("7224:7300 65535:65281") that AWS shows.
AwsCommunities aws_communities_in(std::string_view text);

// The output of `aws directconnect list-virtual-interface-routes`, or several pages of it one
// behind the other. Throws Failure.
AwsRouteList parse_aws_routes(const std::string& text, const std::string& file);

}  // namespace dx::cli
