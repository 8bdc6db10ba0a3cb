// KEEPALIVE, NOTIFICATION and ROUTE-REFRESH: the messages without inner structure.
// RFC 4271 4.4 and 4.5, 2918, 7313. OPEN and UPDATE have files of their own.
#include "libbgp/wire/message.hpp"

#include <algorithm>

#include "libbgp/wire/byte_reader.hpp"
#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/header.hpp"

namespace dx::bgp {

namespace {

constexpr std::size_t kNotificationFixedSize = kHeaderSize + 2;
constexpr std::size_t kRouteRefreshSize = 4;

constexpr bool is_known(RefreshSubtype subtype) {
    return subtype <= RefreshSubtype::End;
}

// RFC 7313 5: the length of a demarcation must be right, an unknown subtype is nobody's business;
// a request, and what is too short to have a subtype, stay with RFC 4271 6.1.
Decoded<std::optional<RouteRefresh>> refuse_length(const MessageView& message) {
    constexpr std::size_t kSubtypeAt = 2;
    const auto subtype = message.body.size() > kSubtypeAt ? RefreshSubtype{message.body[kSubtypeAt]}
                                                          : RefreshSubtype::Request;
    if (subtype == RefreshSubtype::Request) return bad_message_length(message.whole.size());
    if (!is_known(subtype)) return std::optional<RouteRefresh>{};
    return notification(RefreshError::InvalidMessageLength,
                        {message.whole.begin(), message.whole.end()});
}

}  // namespace

Notification decode_notification(Bytes body) {
    ByteReader reader(body);
    Notification notification;
    notification.code = ErrorCode{reader.u8()};
    notification.subcode = reader.u8();
    const Bytes data = reader.rest();
    notification.data.assign(data.begin(), data.end());
    return notification;
}

Decoded<std::optional<RouteRefresh>> decode_route_refresh(const MessageView& message,
                                                          const WireContext& context) {
    if (message.body.size() != kRouteRefreshSize) return refuse_length(message);
    ByteReader reader(message.body);
    RouteRefresh refresh;
    refresh.afi_safi.afi = reader.u16();
    const RefreshSubtype subtype{reader.u8()};
    refresh.afi_safi.safi = reader.u8();
    if (!context.enhanced_refresh) return std::optional(refresh);
    if (!is_known(subtype)) return std::optional<RouteRefresh>{};
    refresh.subtype = subtype;
    return std::optional(refresh);
}

void encode_keepalive(Buffer& out) {
    ByteWriter writer(out);
    end_message(begin_message(MessageType::Keepalive, writer), writer);
}

// Data that does not fit is cut at the size that every peer takes.
void encode_notification(const Notification& notification, Buffer& out) {
    ByteWriter writer(out);
    const auto message = begin_message(MessageType::Notification, writer);
    writer.u8(static_cast<std::uint8_t>(notification.code));
    writer.u8(notification.subcode);
    const Bytes data = notification.data;
    writer.bytes(data.first(std::min(data.size(), kMaxMessageSize - kNotificationFixedSize)));
    end_message(message, writer);
}

void encode_route_refresh(const RouteRefresh& refresh, Buffer& out) {
    ByteWriter writer(out);
    const auto message = begin_message(MessageType::RouteRefresh, writer);
    writer.u16(refresh.afi_safi.afi);
    writer.u8(static_cast<std::uint8_t>(refresh.subtype));
    writer.u8(refresh.afi_safi.safi);
    end_message(message, writer);
}

}  // namespace dx::bgp
