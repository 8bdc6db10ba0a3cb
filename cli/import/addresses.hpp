// Addresses and prefixes as sources write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dx::importing {

// "10.0.0.1/30", taken apart.
struct InterfaceAddress {
    std::string address;
    unsigned length = 0;
};

std::optional<InterfaceAddress> parse_interface_address(std::string_view text);

bool is_address(std::string_view text);

// An address in its usual form; any other text as it is.
std::string canonical_address(std::string_view text);

bool is_ipv6(std::string_view text);

// Also with the interface behind it, as IOS has it: FE80::1%Gi0/1.
bool is_ipv6_link_local(std::string_view text);

// "10.0.0.0/16" of "10.0.1.2/16": without host bits; none if it is no prefix.
std::optional<std::string> parse_prefix(std::string_view text);

// The bits that a prefix names, "00001010" of 10.0.0.0/8; "" if it is no prefix.
std::string prefix_bits(std::string_view prefix);

// "255.255.0.0" is 16; none if it is no mask.
std::optional<unsigned> mask_length(std::string_view mask);

// "10.0.0.0/16", or "10.0.0.0" with `mask`, or where that is "" with the length of its class; none
// if it is no prefix.
std::optional<std::string> network_prefix(std::string_view address, std::string_view mask);

// True if the prefix `outer` contains `inner` or is the same.
bool contains(std::string_view outer, std::string_view inner);

}  // namespace dx::importing
