// The wire forms of AS_PATH and AS4_PATH, and how the two make one path. RFC 4271 4.3 b, 6793.
#pragma once

#include <optional>

#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

enum class AsWidth : std::uint8_t { TwoOctets = 2, FourOctets = 4 };

// RFC 7606 7.2: why the segments are malformed; none if they are not. AS 0 counts (RFC 7607).
std::optional<const char*> find_as_path_error(Bytes value, AsWidth width);

bool has_confederation_segment(const AsPath& path);
AsPath without_confederation_segments(const AsPath& path);

// The value must have passed find_as_path_error().
AsPath decode_as_path(Bytes value, AsWidth width);

// In two octets, an AS that does not fit becomes AS_TRANS.
void encode_as_path(const AsPath& path, AsWidth width, ByteWriter& writer);

// RFC 6793 4.2.3: the path that a 2-octet speaker cut down, with the AS4_PATH that came along.
AsPath merge_as4_path(const AsPath& path, const AsPath& as4_path);

// RFC 6793 4.2.2: whether an AS4_PATH must go along with a path in two octets.
bool needs_as4_path(const AsPath& path);

}  // namespace dx::bgp
