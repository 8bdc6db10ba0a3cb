// A peer's byte stream: whatever it is, it becomes messages or one error, and what was understood
// survives another trip over the wire.
#include <algorithm>
#include <cstdlib>

#include "libbgp/wire/message.hpp"

using namespace dx::bgp;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

WireContext context_from(std::uint8_t flags) {
    WireContext context;
    context.four_octet_as = (flags & 1) != 0;
    context.external = (flags & 2) != 0;
    context.enhanced_refresh = (flags & 4) != 0;
    if ((flags & 8) != 0) context.families.insert(dx::net::Family::Ipv6);
    if ((flags & 16) != 0) context.max_message_size = kMaxExtendedMessageSize;
    return context;
}

void try_notification(const MessageView& message) {
    const auto notification = decode_notification(message.body);
    require(!describe(notification).empty());
    const auto text = shutdown_communication(notification);
    require(!text || !text->empty());
    if (message.whole.size() > kMaxMessageSize) return;
    Buffer again;
    encode_notification(notification, again);
    require(std::ranges::equal(again, message.whole));
}

void try_refresh(const MessageView& message, const WireContext& context) {
    const auto refresh = decode_route_refresh(message, context);
    if (!refresh || !refresh->has_value()) return;
    Buffer again;
    encode_route_refresh(**refresh, again);
    const Bytes bytes(again);
    const MessageView view{MessageType::RouteRefresh, bytes.subspan(kHeaderSize), bytes};
    require(*decode_route_refresh(view, context) == *refresh);
}

void try_message(const MessageView& message, const WireContext& context) {
    switch (message.type) {
        case MessageType::Open: decode_open(message.body); break;
        case MessageType::Update: decode_update(message.body, context); break;
        case MessageType::Notification: try_notification(message); break;
        case MessageType::Keepalive: require(message.body.empty()); break;
        case MessageType::RouteRefresh: try_refresh(message, context); break;
    }
}

}  // namespace

// The first octet: what was negotiated; the second: how the stream is cut into reads.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto context = context_from(data[0]);
    const std::size_t step = data[1] + std::size_t{1};
    Framer framer;
    framer.negotiated(context);
    for (Bytes left(data + 2, size - 2); !left.empty();) {
        const auto space = framer.space();
        require(!space.empty());
        const auto count = std::min({step, left.size(), space.size()});
        std::ranges::copy(left.first(count), space.begin());
        framer.commit(count);
        left = left.subspan(count);
        for (auto message = framer.next(); message; message = framer.next()) {
            if (message->has_error()) {
                require(message->error().code == ErrorCode::MessageHeader);
                return 0;
            }
            try_message(**message, context);
        }
    }
    return 0;
}
