// A BGP table as a JSON object that streams: the head, one route a line, the tail. A client may
// read it line by line (README.md).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/control/http.hpp"
#include "daemon/control/json_writer.hpp"
#include "daemon/control/router_queries.hpp"

namespace dx::control {

struct BgpTableFormat {
    std::function<void(const BgpRouteView&, JsonWriter&)> row;  // the value behind the prefix
    // The end of the document, given how many routes there were and how many of them a policy or
    // limit rejected.
    std::function<std::string(std::uint64_t routes, std::uint64_t rejected)> tail;
};

// `head` ends inside the object that the rows go into, with a newline.
Reply bgp_table_reply(std::string head, std::unique_ptr<BgpWalk> walk, BgpTableFormat format);

}  // namespace dx::control
