// The wire forms of AS_PATH and AS4_PATH, and how the two make one path. RFC 4271 4.3 b, 5065,
// 6793, 9774.
#pragma once

#include <optional>

#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

enum class AsWidth : std::uint8_t { TwoOctets = 2, FourOctets = 4 };

// RFC 7606 7.2: why the segments are malformed; none if they are not. AS 0 counts (RFC 7607), so
// does a set (RFC 9774 3), and so does a confederation segment: nobody is in a confederation with
// us (RFC 5065 5).
std::optional<const char*> find_as_path_error(Bytes value, AsWidth width);

// The same for AS4_PATH, where the segments of a confederation are to be left out (RFC 6793 6), and
// where a set is a matter of its own: it costs the route, the rest the attribute only.
std::optional<const char*> find_as4_path_error(Bytes value);
std::optional<const char*> find_set_in_as4_path(Bytes value);

// The value must have passed the above. Without confederation segments.
AsPath decode_as_path(Bytes value, AsWidth width);

// In two octets, an AS that does not fit becomes AS_TRANS.
void encode_as_path(const AsPath& path, AsWidth width, ByteWriter& writer);

// RFC 6793 4.2.3: the path that a 2-octet speaker cut down, with the AS4_PATH that came along.
AsPath merge_as4_path(const AsPath& path, const AsPath& as4_path);

// RFC 6793 4.2.2: whether an AS4_PATH must go along with a path in two octets.
bool needs_as4_path(const AsPath& path);

}  // namespace dx::bgp
