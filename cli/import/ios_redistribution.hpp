// `redistribute SOURCE …` of both address families: one policy for each source.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "cli/import/ios.hpp"
#include "cli/import/ios_line.hpp"
#include "cli/import/ios_route_maps.hpp"
#include "cli/import/model.hpp"

namespace dx::importing {

class IosRedistribution {
public:
    IosRedistribution(Dialect dialect, LineAccount& account)
        : account_(account), leaves_out_default_(dialect == Dialect::Cisco) {}

    // redistribute SOURCE [metric NUMBER] [route-map NAME], in any order.
    void take(const IosLine& line, bool ipv6);

    // IOS redistributes a default route with `default-information originate` only; FRR always.
    void originate_default() { leaves_out_default_ = false; }

    void finish(IosRouteMaps& maps, Configuration& out);

private:
    struct Source {
        std::string name;
        std::array<const IosLine*, 2> lines{};  // IPv4, IPv6; null: not in that family
    };

    std::string family_policy(const IosLine& line, const IosRouteMaps& maps);
    std::string policy(const Source& source, IosRouteMaps& maps);

    LineAccount& account_;
    bool leaves_out_default_;
    std::vector<Source> sources_;
};

}  // namespace dx::importing
