// Prefixes on the wire: a length in bits, and as many octets as hold them. RFC 4271 4.3, 4760 5.
#pragma once

#include "libbgp/wire/types.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

// RFC 7606 5.3: no length beyond the family's, and the last prefix ends where the field ends.
bool is_well_formed_nlri(net::Family family, Bytes bytes);

// The octets of one prefix, length included; at most 1 + address_bytes(family).
constexpr std::size_t nlri_size(std::uint8_t length) {
    return 1 + (length + 7U) / 8;
}

}  // namespace dx::bgp
