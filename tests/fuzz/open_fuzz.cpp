// An OPEN's body: what was understood is the same after it has been encoded and decoded again.
#include <cstdlib>

#include "libbgp/wire/message.hpp"

using namespace dx::bgp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > kMaxMessageSize - kHeaderSize) return 0;
    auto open = decode_open(Bytes(data, size));
    if (!open) {
        if (open.error().code == ErrorCode::UpdateMessage) std::abort();
        return 0;
    }
    open->capabilities.conflicting_roles = false;  // said by two capabilities; we send one
    Buffer out;
    encode_open(*open, out);
    const auto again = decode_open(Bytes(out).subspan(kHeaderSize));
    if (!again || *again != *open) std::abort();
    return 0;
}
