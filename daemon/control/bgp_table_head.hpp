// What stands before and after the rows of a BGP table, in FRR's keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/control/bgp_table_stream.hpp"
#include "daemon/control/views.hpp"

namespace dx::control {

// `show ip bgp json` and `… neighbors N routes json`: routes.PREFIX[], an array of paths.
std::string table_head(const BgpView& bgp, net::Family family);
BgpTableFormat table_format();

// `… neighbors N received-routes json`, `advertised-routes` and `held-back-routes`; `rows` is
// "receivedRoutes" and so on. What a limit leaves out of what is advertised is counted at its end.
std::string neighbor_table_head(const BgpView& bgp, net::Family family, std::string_view rows);
BgpTableFormat neighbor_table_format(const std::optional<PrefixLimitView>& limit_out);

}  // namespace dx::control
