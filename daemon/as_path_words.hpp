// What an AS path has to do with a path's fate, in words: `why` says them. AS_SETs, which RFC 9774
// does away with but others still send, are named, for one counts as a single AS and hides who the
// first is. Pure.
#pragma once

#include <string>

#include "libbgp/wire/path_attributes.hpp"

namespace dx::daemon {

// "our own AS 65000 is 1 times in the AS path, within an AS_SET (allow-own-as 0)"
std::string loop_words(const bgp::AsPath& path, bgp::AsNumber own, unsigned allowed);

// What the path begins with instead of the neighbor's AS.
std::string first_as_words(const bgp::AsPath& path, bgp::AsNumber neighbor);

// Behind two lengths that were compared: " (an AS_SET counts as one)", or nothing.
std::string set_words(const bgp::AsPath& own, const bgp::AsPath* other);

}  // namespace dx::daemon
