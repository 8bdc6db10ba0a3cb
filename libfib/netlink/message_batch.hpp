// Netlink requests written one after another into one buffer, for one sendmsg.
//
// A table load builds a million of these messages, so they are written in place: libnl's
// nlmsg_alloc() costs an allocation and a zeroed page for each. Knows the form of netlink messages
// and nothing of routes.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <memory>
#include <span>
#include <type_traits>

#include "libfib/net/ip_address.hpp"

namespace dx::netlink {

class MessageBatch {
public:
    // Below the kernel's default send buffer (net.core.wmem_default), which bounds one sendmsg.
    static constexpr std::size_t kBytes = 128 * 1024;
    // Room that begin() guarantees: the largest request is a route over 64 IPv6 next hops.
    static constexpr std::size_t kLargestMessage = 8 * 1024;

    bool has_room() const { return used_ + kLargestMessage <= kBytes; }

    // Starts a message; only after has_room(). NLM_F_REQUEST is implied.
    template <class Header>
    void begin(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence,
               const Header& header) {
        static_assert(std::is_trivially_copyable_v<Header> && sizeof(Header) % 4 == 0);
        assert(has_room());
        message_ = used_;

        struct {
            nlmsghdr message;
            Header header;
        } start{{0, type, static_cast<std::uint16_t>(flags | NLM_F_REQUEST), sequence, 0}, header};

        append(start);
    }

    void put(std::uint16_t type, std::span<const std::uint8_t> value);

    void put(std::uint16_t type, const net::IpAddress& address) {
        if (address.is_v4())
            put_fixed(type, address.bytes().first<4>());
        else
            put_fixed(type, address.bytes().first<16>());
    }

    void put_u16(std::uint16_t type, std::uint16_t value) {
        append(nlattr{NLA_HDRLEN + sizeof value, type});
        append(std::uint32_t{0});  // the padding
        patch(used_ - sizeof(std::uint32_t), value);
    }

    void put_u32(std::uint16_t type, std::uint32_t value) {
        put_fixed(type, std::span<const std::uint32_t, 1>(&value, 1));
    }

    // An attribute that holds attributes: begin_nest() returns what end_nest() closes.
    std::size_t begin_nest(std::uint16_t type);
    void end_nest(std::size_t nest);

    // Reserves room for a structure that is followed by attributes of its own (struct rtnexthop),
    // and gives back its place, for patch() once the length is known.
    std::size_t position() const { return used_; }

    template <class T>
    void append(const T& value) {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 4 == 0);
        patch(used_, value);
        used_ += sizeof value;
    }

    template <class T>
    void patch(std::size_t position, const T& value) {
        std::memcpy(buffer_.get() + position, &value, sizeof value);
    }

    void end();  // writes the length of the message begun last

    // Asks the kernel to acknowledge the message that was ended last. It works strictly in order
    // and reports every failure anyway, so this vouches for all before it.
    void request_ack();

    void clear() { used_ = count_ = 0; }

    bool empty() const { return count_ == 0; }

    std::size_t count() const { return count_; }

    std::span<const std::byte> bytes() const { return {buffer_.get(), used_}; }

private:
    // An attribute whose size the compiler knows: a route has three or four of them.
    template <class T, std::size_t N>
    void put_fixed(std::uint16_t type, std::span<const T, N> value) {
        static_assert(sizeof(T) * N % 4 == 0);

        struct {
            nlattr header;
            std::array<T, N> value;
        } attribute{{sizeof attribute, type}, {}};

        std::memcpy(attribute.value.data(), value.data(), sizeof attribute.value);
        append(attribute);
    }

    // Its pages cost memory as they are written.
    std::unique_ptr<std::byte[]> buffer_ = std::make_unique_for_overwrite<std::byte[]>(kBytes);
    std::size_t used_ = 0;
    std::size_t message_ = 0;  // where the message begun last starts
    std::size_t count_ = 0;
};

}  // namespace dx::netlink
