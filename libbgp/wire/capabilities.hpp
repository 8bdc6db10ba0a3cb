// The capabilities of an OPEN: code, length, value. RFC 5492, and one RFC a row in the .cpp.
#pragma once

#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/open.hpp"

namespace dx::bgp {

// Reads one Capabilities optional parameter into `capabilities`; a later parameter adds to it.
// False where the bytes are not a list of capabilities, or one that we know has a wrong length.
bool decode_capabilities(Bytes parameter, Capabilities& capabilities);

void encode_capabilities(const Capabilities& capabilities, ByteWriter& writer);

}  // namespace dx::bgp
