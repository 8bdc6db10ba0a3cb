// `why down NEIGHBOR`: what became of its last session, from its history. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>

#include "cli/fields.hpp"

namespace dx::cli {

// One sentence. `neighbor` is as in /v1/bgp/neighbors/N, `now` in milliseconds since 1970,
// `configurations` the entries of /v1/config/history.
std::string why_down_text(std::string_view name, const Object& neighbor,
                          const boost::json::array& events, std::int64_t now,
                          const boost::json::array& configurations = {});

}  // namespace dx::cli
