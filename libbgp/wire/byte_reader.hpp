// Reads network-order fields from bytes: read or fail. Once a read goes past the end, it and all
// that follow give zeros and ok() is false, so a decoder reads its fields and asks once.
#pragma once

#include <cstdint>
#include <span>

#include "libbgp/wire/types.hpp"

namespace dx::bgp {

class ByteReader {
public:
    explicit ByteReader(Bytes bytes) : left_(bytes) {}

    bool ok() const { return ok_; }

    bool empty() const { return left_.empty(); }

    std::size_t size() const { return left_.size(); }

    Bytes take(std::size_t count) {
        if (count > left_.size()) {
            ok_ = false;
            left_ = {};
            return {};
        }
        const Bytes taken = left_.first(count);
        left_ = left_.subspan(count);
        return taken;
    }

    Bytes rest() { return take(left_.size()); }

    std::uint8_t u8() { return number<std::uint8_t>(); }

    std::uint16_t u16() { return number<std::uint16_t>(); }

    std::uint32_t u32() { return number<std::uint32_t>(); }

    std::uint64_t u64() { return number<std::uint64_t>(); }

private:
    template <class T>
    T number() {
        T value = 0;
        for (const auto byte : take(sizeof(T)))
            value = static_cast<T>((std::uint64_t{value} << 8) | byte);
        return value;
    }

    Bytes left_;
    bool ok_ = true;
};

}  // namespace dx::bgp
