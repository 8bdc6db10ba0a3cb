// Numbers in texts.
#pragma once

#include <cstdint>
#include <string_view>

namespace dx::importing {

// `text` as a whole number of decimal digits; 0 if it is none, or does not fit.
std::uint32_t to_number(std::string_view text);

// True for a keepalive and a hold time that dxrouted takes, in seconds: RFC 4271 4.2.
bool are_timers(std::string_view keepalive, std::string_view hold);

// What is used of a keepalive: no more than a third of the hold time, RFC 4271 10.
unsigned used_keepalive(unsigned keepalive, unsigned hold);

// An AS number, as 65000 or 1.10; 0 if it is none.
std::uint32_t parse_as(std::string_view text);

inline constexpr std::uint32_t kAmazonPublicAs = 7224;

bool is_private_as(std::uint32_t as);

// What Amazon gave virtual private gateways before June 2018, by region.
bool is_legacy_amazon_as(std::uint32_t as);
bool is_usable_as(std::uint32_t as);  // not one of those that no neighbor may have

}  // namespace dx::importing
