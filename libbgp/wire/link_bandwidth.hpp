// The link bandwidth community (draft-ietf-idr-link-bandwidth), which is an extended one: bytes a
// second as an IEEE float behind an AS number. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

// In bytes a second, whatever the float says; none: it is another community.
std::optional<float> link_bandwidth(ExtendedCommunity community);

// "link-bandwidth:64512:1000", in Mbit/s; "transitive-link-bandwidth:…" where the type says that
// it goes on to other ASes. None: another community, or a number that no link has.
std::optional<std::string> link_bandwidth_text(ExtendedCommunity community);
std::optional<ExtendedCommunity> parse_link_bandwidth(std::string_view text);

}  // namespace dx::bgp
