#include "cli/aws_compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dx::cli {
namespace {

std::map<std::string, std::string> ours_alone(const OurRoutesByPrefix& ours,
                                              const AwsRoutesByPrefix& theirs) {
    std::map<std::string, std::string> alone;
    for (const auto& [prefix, route] : ours)
        if (!theirs.contains(prefix)) alone.emplace(prefix, "");
    return alone;
}

std::map<std::string, std::string> theirs_alone(const AwsRoutesByPrefix& theirs,
                                                const OurRoutesByPrefix& ours) {
    std::map<std::string, std::string> alone;
    for (const auto& [prefix, route] : theirs)
        if (!ours.contains(prefix)) alone.emplace(prefix, route.details);
    return alone;
}

AttributeDifferences attributes(const AwsRoute& theirs, const OurRoute& ours) {
    AttributeDifferences all;
    if (theirs.as_path && *theirs.as_path != ours.as_path)
        all["asPath"] = {ours.as_path, *theirs.as_path};
    if (theirs.communities && *theirs.communities != ours.communities)
        all["communities"] = {fmt::format("{}", fmt::join(ours.communities, " ")),
                              fmt::format("{}", fmt::join(*theirs.communities, " "))};
    return all;
}

std::map<std::string, AttributeDifferences> otherwise(const AwsRoutesByPrefix& theirs,
                                                      const OurRoutesByPrefix& ours) {
    std::map<std::string, AttributeDifferences> all;
    for (const auto& [prefix, route] : theirs) {
        const auto own = ours.find(prefix);
        if (own == ours.end()) continue;
        if (auto found = attributes(route, own->second); !found.empty())
            all.emplace(prefix, std::move(found));
    }
    return all;
}

}  // namespace

std::size_t RouteDifference::count() const {
    return sent_alone.size() + accepted_alone.size() + advertised_alone.size() +
           received_alone.size() + accepted_otherwise.size() + advertised_otherwise.size();
}

RouteDifference compare(const AwsRoutes& aws, AwsDirections directions, const OurRoutes& ours) {
    RouteDifference out;
    if (directions.accepted) {
        out.sent_alone = ours_alone(ours.sent, aws.accepted);
        out.accepted_alone = theirs_alone(aws.accepted, ours.sent);
        out.accepted_otherwise = otherwise(aws.accepted, ours.sent);
    }
    if (directions.advertised) {
        out.advertised_alone = theirs_alone(aws.advertised, ours.received);
        out.received_alone = ours_alone(ours.received, aws.advertised);
        out.advertised_otherwise = otherwise(aws.advertised, ours.received);
    }
    return out;
}

}  // namespace dx::cli
