// Bytes -> value, one function an attribute. Each says by its return what RFC 7606 does with a
// malformed one; a value is only stored if nothing is wrong with it.
#pragma once

#include "libbgp/wire/attribute_table.hpp"

namespace dx::bgp {

using Finding = std::optional<Complaint>;  // none: nothing is wrong

Finding decode_origin(const RawAttribute& attribute, DecodingState& state);
Finding decode_as_path_attribute(const RawAttribute& attribute, DecodingState& state);
Finding decode_next_hop(const RawAttribute& attribute, DecodingState& state);
Finding decode_med(const RawAttribute& attribute, DecodingState& state);
Finding decode_local_pref(const RawAttribute& attribute, DecodingState& state);
Finding decode_atomic_aggregate(const RawAttribute& attribute, DecodingState& state);
Finding decode_aggregator(const RawAttribute& attribute, DecodingState& state);
Finding decode_communities(const RawAttribute& attribute, DecodingState& state);
Finding decode_originator_id(const RawAttribute& attribute, DecodingState& state);
Finding decode_cluster_list(const RawAttribute& attribute, DecodingState& state);
Finding decode_mp_reach(const RawAttribute& attribute, DecodingState& state);
Finding decode_mp_unreach(const RawAttribute& attribute, DecodingState& state);
Finding decode_extended_communities(const RawAttribute& attribute, DecodingState& state);
Finding decode_as4_path(const RawAttribute& attribute, DecodingState& state);
Finding decode_as4_aggregator(const RawAttribute& attribute, DecodingState& state);
Finding decode_ipv6_extended_communities(const RawAttribute& attribute, DecodingState& state);
Finding decode_aigp(const RawAttribute& attribute, DecodingState& state);
Finding decode_large_communities(const RawAttribute& attribute, DecodingState& state);
Finding decode_only_to_customer(const RawAttribute& attribute, DecodingState& state);

// Whether a next hop can be a host at all (RFC 4271 6.3): not unspecified, loopback, multicast or
// IPv4 class E.
bool is_host_address(const net::IpAddress& address);

}  // namespace dx::bgp
