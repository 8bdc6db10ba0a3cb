// Numbers in texts.
#pragma once

#include <cstdint>
#include <string_view>

#include "libfib/net/as_number.hpp"

namespace dx::importing {

// `text` as a whole number of decimal digits; 0 if it is none, or does not fit.
std::uint32_t to_number(std::string_view text);

// True for a keepalive and a hold time that dxrouted takes, in seconds: RFC 4271 4.2.
bool are_timers(std::string_view keepalive, std::string_view hold);

// What is used of a keepalive: no more than a third of the hold time, RFC 4271 10.
unsigned used_keepalive(unsigned keepalive, unsigned hold);

// An AS number, as 65000 or 1.10; 0 if it is none.
std::uint32_t parse_as(std::string_view text);

using net::is_legacy_amazon_as;
using net::is_private_as;
using net::kAmazonPublicAs;

bool is_usable_as(std::uint32_t as);  // not one of those that no neighbor may have

}  // namespace dx::importing
