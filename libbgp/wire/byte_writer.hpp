// Appends network-order fields to a buffer; a length that stands before what it counts is filled
// in afterwards.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

#include "libbgp/wire/types.hpp"

namespace dx::bgp {

class ByteWriter {
public:
    explicit ByteWriter(std::vector<std::uint8_t>& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(value); }

    void u16(std::uint16_t value) { number(value); }

    void u32(std::uint32_t value) { number(value); }

    void u64(std::uint64_t value) { number(value); }

    void bytes(Bytes values) { out_.insert(out_.end(), values.begin(), values.end()); }

    // Where the next octet goes.
    std::size_t position() const { return out_.size(); }

    // Room for a length of one octet, to be given to fill_u8.
    std::size_t reserve_u8() {
        u8(0);
        return position();
    }

    // The length becomes the number of octets written since it was reserved. What is longer than
    // two octets can say is longer than any message: whoever writes a message measures it whole.
    void fill_u8(std::size_t reserved) {
        assert(position() - reserved <= 0xff);
        out_[reserved - 1] = static_cast<std::uint8_t>(position() - reserved);
    }

    void fill_u16(std::size_t reserved) { set_u16(reserved - 2, position() - reserved); }

    void set_u8(std::size_t at, std::uint8_t value) { out_[at] = value; }

    void set_u16(std::size_t at, std::size_t value) {
        out_[at] = static_cast<std::uint8_t>(value >> 8);
        out_[at + 1] = static_cast<std::uint8_t>(value);
    }

    void set_bytes(std::size_t at, Bytes values) {
        std::copy(values.begin(), values.end(), out_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    // Makes a length of one octet one of two; the rest moves up.
    void widen(std::size_t at) { out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(at), 0); }

    // Takes back what was written from `end` on.
    void truncate(std::size_t end) { out_.resize(end); }

private:
    template <class T>
    void number(T value) {
        std::uint8_t octets[sizeof(T)];
        for (std::size_t i = 0; i < sizeof(T); ++i)
            octets[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
        bytes(octets);
    }

    std::vector<std::uint8_t>& out_;
};

}  // namespace dx::bgp
