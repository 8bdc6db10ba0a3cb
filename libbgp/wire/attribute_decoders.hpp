// Bytes -> value, one function an attribute. Each says by its return what RFC 7606 does with a
// malformed one; a value is only stored if nothing is wrong with it.
#pragma once

#include "libbgp/wire/attribute_table.hpp"

namespace dx::bgp {

using Finding = std::optional<Complaint>;  // none: nothing is wrong

namespace decode {

Finding origin(const RawAttribute& attribute, DecodingState& state);
Finding as_path(const RawAttribute& attribute, DecodingState& state);
Finding next_hop(const RawAttribute& attribute, DecodingState& state);
Finding med(const RawAttribute& attribute, DecodingState& state);
Finding local_pref(const RawAttribute& attribute, DecodingState& state);
Finding atomic_aggregate(const RawAttribute& attribute, DecodingState& state);
Finding aggregator(const RawAttribute& attribute, DecodingState& state);
Finding communities(const RawAttribute& attribute, DecodingState& state);
Finding originator_id(const RawAttribute& attribute, DecodingState& state);
Finding cluster_list(const RawAttribute& attribute, DecodingState& state);
Finding mp_reach(const RawAttribute& attribute, DecodingState& state);
Finding mp_unreach(const RawAttribute& attribute, DecodingState& state);
Finding extended_communities(const RawAttribute& attribute, DecodingState& state);
Finding as4_path(const RawAttribute& attribute, DecodingState& state);
Finding as4_aggregator(const RawAttribute& attribute, DecodingState& state);
Finding ipv6_extended_communities(const RawAttribute& attribute, DecodingState& state);
Finding aigp(const RawAttribute& attribute, DecodingState& state);
Finding large_communities(const RawAttribute& attribute, DecodingState& state);
Finding only_to_customer(const RawAttribute& attribute, DecodingState& state);

}  // namespace decode

// Whether a next hop can be a host at all (RFC 4271 6.3): what is wrong with it wherever it stands.
// That it is ours, or its subnet's broadcast address, only those can tell who know the addresses.
bool is_host_address(const net::IpAddress& address);

}  // namespace dx::bgp
