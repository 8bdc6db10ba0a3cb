// The 19 octets before every message: marker, length, type. RFC 4271 4.1.
#pragma once

#include <optional>

#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/notification.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

inline constexpr std::size_t kMarkerSize = 16;

// RFC 4271 6.1: the data is the erroneous Length field.
Notification bad_message_length(std::size_t length);

// What is wrong with a header, of which the octets received so far are given: the marker is looked
// at as it comes, the rest when it is complete.
std::optional<Notification> check_header(Bytes header, const WireContext& context);

// The Length field of a header that was checked.
std::size_t message_length(Bytes header);

// Writes a header whose length end_message() fills in.
std::size_t begin_message(MessageType type, ByteWriter& writer);
void end_message(std::size_t begin, ByteWriter& writer);

}  // namespace dx::bgp
