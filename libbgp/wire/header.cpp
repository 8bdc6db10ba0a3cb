#include "libbgp/wire/header.hpp"

#include <algorithm>
#include <iterator>

#include "libbgp/wire/byte_reader.hpp"

namespace dx::bgp {

namespace {

// RFC 4271 6.1: the sizes a message of a type can have, header included.
struct TypeRow {
    MessageType type;
    std::size_t least;
    std::size_t most;
};

constexpr TypeRow kTypes[] = {
    {MessageType::Open, 29, kMaxMessageSize},  // never extended (RFC 8654 4)
    {MessageType::Update, 23, kMaxExtendedMessageSize},
    {MessageType::Notification, 21, kMaxExtendedMessageSize},
    {MessageType::Keepalive, 19, 19},
    {MessageType::RouteRefresh, 23, 23},
};

// RFC 7313 5: both sides having it, all of a wrong ROUTE-REFRESH goes into the answer, so it is
// read first and refused when it is decoded.
TypeRow row_for(const TypeRow& row, const WireContext& context) {
    if (row.type != MessageType::RouteRefresh || !context.enhanced_refresh) return row;
    return {row.type, kHeaderSize, kMaxExtendedMessageSize};
}

}  // namespace

Notification bad_message_length(std::size_t length) {
    return notification(HeaderError::BadMessageLength, {static_cast<std::uint8_t>(length >> 8),
                                                        static_cast<std::uint8_t>(length)});
}

std::size_t message_length(Bytes header) {
    return ByteReader(header.subspan(kMarkerSize)).u16();
}

std::optional<Notification> check_header(Bytes header, const WireContext& context) {
    const auto marker = header.first(std::min(header.size(), kMarkerSize));
    if (!std::ranges::all_of(marker, [](auto octet) { return octet == 0xff; }))
        return notification(HeaderError::ConnectionNotSynchronized);
    if (header.size() < kHeaderSize) return std::nullopt;

    const auto length = message_length(header);
    if (length < kHeaderSize || length > context.max_message_size)
        return bad_message_length(length);

    const auto type = header[kHeaderSize - 1];
    const auto* known = std::ranges::find(kTypes, MessageType{type}, &TypeRow::type);
    if (known == std::end(kTypes)) return notification(HeaderError::BadMessageType, {type});

    const auto row = row_for(*known, context);
    if (length < row.least || length > row.most) return bad_message_length(length);
    return std::nullopt;
}

std::size_t begin_message(MessageType type, ByteWriter& writer) {
    const auto begin = writer.position();
    for (std::size_t i = 0; i < kMarkerSize; ++i)
        writer.u8(0xff);
    writer.u16(0);
    writer.u8(static_cast<std::uint8_t>(type));
    return begin;
}

void end_message(std::size_t begin, ByteWriter& writer) {
    writer.set_u16(begin + kMarkerSize, writer.position() - begin);
}

}  // namespace dx::bgp
