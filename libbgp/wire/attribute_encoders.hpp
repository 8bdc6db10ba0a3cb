// Value -> bytes, one function an attribute: writes the value, or returns false if there is none.
#pragma once

#include "libbgp/wire/attribute_table.hpp"

namespace dx::bgp {

bool encode_origin(const EncodingInput& input, ByteWriter& value);
bool encode_as_path_attribute(const EncodingInput& input, ByteWriter& value);
bool encode_next_hop(const EncodingInput& input, ByteWriter& value);
bool encode_med(const EncodingInput& input, ByteWriter& value);
bool encode_local_pref(const EncodingInput& input, ByteWriter& value);
bool encode_atomic_aggregate(const EncodingInput& input, ByteWriter& value);
bool encode_aggregator(const EncodingInput& input, ByteWriter& value);
bool encode_communities(const EncodingInput& input, ByteWriter& value);
bool encode_originator_id(const EncodingInput& input, ByteWriter& value);
bool encode_cluster_list(const EncodingInput& input, ByteWriter& value);
bool encode_extended_communities(const EncodingInput& input, ByteWriter& value);
bool encode_as4_path(const EncodingInput& input, ByteWriter& value);
bool encode_as4_aggregator(const EncodingInput& input, ByteWriter& value);
bool encode_large_communities(const EncodingInput& input, ByteWriter& value);
bool encode_only_to_customer(const EncodingInput& input, ByteWriter& value);

// All attributes but MP_REACH_NLRI, in ascending order of type, unknown ones among them.
void encode_attributes(const EncodingInput& input, std::vector<std::uint8_t>& out);

}  // namespace dx::bgp
