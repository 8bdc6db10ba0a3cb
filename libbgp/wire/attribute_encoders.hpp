// Value -> bytes, one function an attribute: writes the value, or returns false if there is none.
#pragma once

#include "libbgp/wire/attribute_table.hpp"

namespace dx::bgp {

namespace encode {

bool origin(const EncodingInput& input, ByteWriter& value);
bool as_path(const EncodingInput& input, ByteWriter& value);
bool next_hop(const EncodingInput& input, ByteWriter& value);
bool med(const EncodingInput& input, ByteWriter& value);
bool local_pref(const EncodingInput& input, ByteWriter& value);
bool atomic_aggregate(const EncodingInput& input, ByteWriter& value);
bool aggregator(const EncodingInput& input, ByteWriter& value);
bool communities(const EncodingInput& input, ByteWriter& value);
bool originator_id(const EncodingInput& input, ByteWriter& value);
bool cluster_list(const EncodingInput& input, ByteWriter& value);
bool extended_communities(const EncodingInput& input, ByteWriter& value);
bool as4_path(const EncodingInput& input, ByteWriter& value);
bool as4_aggregator(const EncodingInput& input, ByteWriter& value);
bool large_communities(const EncodingInput& input, ByteWriter& value);
bool only_to_customer(const EncodingInput& input, ByteWriter& value);

}  // namespace encode

}  // namespace dx::bgp
