// What filters the routes of all neighbors at once. dxrouted's policies are a neighbor's: where
// such a filter cannot be put into each of them, they let nothing pass.
#pragma once

#include <string_view>
#include <vector>

#include "cli/import/ios.hpp"
#include "cli/import/ios_line.hpp"
#include "cli/import/ios_route_maps.hpp"
#include "cli/import/model.hpp"

namespace dx::importing {

class IosGeneralFilters {
public:
    explicit IosGeneralFilters(LineAccount& account) : account_(account) {}

    void take_distribute_list(const IosLine& line);  // distribute-list … in|out
    void take_aggregate(const IosLine& line);        // aggregate-address PREFIX …

    // What keeps routes out of the kernel: table-map NAME; ip protocol bgp route-map NAME. Often it
    // keeps none out, and says their preferred source.
    void take_install_filter(const IosLine& line, std::string_view map);

    // After the neighbors have their policies.
    void finish(IosRouteMaps& maps, Configuration& out);

private:
    struct InstallFilter {
        const IosLine* line;
        std::string_view map;
    };

    void close(bool in, Configuration& out);
    void take_source(const IosLine& line, std::string_view map, const IosRouteMaps& maps,
                     Configuration& out);
    void suppress(IosRouteMaps& maps, Configuration& out);

    LineAccount& account_;
    std::vector<const IosLine*> distribute_lists_;
    std::vector<const IosLine*> aggregates_;  // those that hold back what they cover
    std::vector<InstallFilter> install_filters_;
};

}  // namespace dx::importing
