// Messages: framing, decoding and encoding. RFC 4271 4 and 6, 2918, 7313, 8654.
// Whatever arrives, decoding gives a value: the message, or the NOTIFICATION that the RFCs ask for.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <boost/system/result.hpp>

#include "libbgp/wire/notification.hpp"
#include "libbgp/wire/open.hpp"
#include "libbgp/wire/types.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

template <class T>
using Decoded = boost::system::result<T, Notification>;

using Buffer = std::vector<std::uint8_t>;

struct MessageView {
    MessageType type{};
    Bytes body;   // without the header
    Bytes whole;  // with it
};

// Cuts a byte stream into messages. Owns the receive buffer; a MessageView is valid until the next
// call of space(), which is to be made only when next() has nothing more.
class Framer {
public:
    Framer();

    std::span<std::uint8_t> space();  // where to read to; never empty
    void commit(std::size_t count);   // `count` bytes were read

    // The next whole message, an error (RFC 4271 6.1; the stream is then unusable), or nothing yet.
    std::optional<Decoded<MessageView>> next();

    // The one that `next` will give, if it is whole and no error.
    std::optional<MessageView> peek() const;

    // What holds for the messages after the OPEN: their greatest size (RFC 8654; OPEN and KEEPALIVE
    // stay at 4096), and whether a ROUTE-REFRESH of a wrong length is decode_route_refresh's to
    // refuse, because the answer holds all of it (RFC 7313).
    void negotiated(const WireContext& context) { context_ = context; }

private:
    Bytes received() const { return {buffer_.get() + begin_, end_ - begin_}; }

    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    WireContext context_;
};

enum class RefreshSubtype : std::uint8_t { Request = 0, Begin = 1, End = 2 };  // RFC 7313

struct RouteRefresh {
    AfiSafi afi_safi;
    RefreshSubtype subtype = RefreshSubtype::Request;

    friend bool operator==(const RouteRefresh&, const RouteRefresh&) = default;
};

Decoded<Open> decode_open(Bytes body);
// In two steps, for a caller that keeps decoded attributes, or in one.
Decoded<UpdateLayout> decode_update_layout(Bytes body);
Decoded<Update> decode_update(const UpdateLayout& layout, const WireContext& context);
Decoded<Update> decode_update(Bytes body, const WireContext& context);
Notification decode_notification(Bytes body);
// None: to be ignored (an unknown subtype, RFC 7313 5). Without RFC 7313 the subtype's octet is
// reserved, and every message is a request.
Decoded<std::optional<RouteRefresh>> decode_route_refresh(const MessageView& message,
                                                          const WireContext& context);

// Each appends one whole message.
void encode_open(const Open& open, Buffer& out);
void encode_keepalive(Buffer& out);
void encode_notification(const Notification& notification, Buffer& out);
void encode_route_refresh(const RouteRefresh& refresh, Buffer& out);
void encode_end_of_rib(net::Family family, Buffer& out);

// Appends UPDATEs, as few as hold them, each full before the next begins.
void encode_withdrawals(const NlriView& prefixes, const WireContext& context, Buffer& out);
void encode_withdrawals(net::Family family, std::span<const net::Prefix> prefixes,
                        const WireContext& context, Buffer& out);

// Path attributes in wire form, for any number of UPDATEs and peers with the same `four_octet_as`:
// all but MP_REACH_NLRI, in ascending order of type.
struct EncodedAttributes {
    Buffer bytes;
    std::optional<std::size_t> next_hop_at{};  // where NEXT_HOP has its value; IPv4 only
};

// Replaces what `encoded` holds.
void encode_attributes(const PathAttributes& attributes, net::Family family,
                       const WireContext& context, EncodedAttributes& encoded);

// The same for prefixes that share `attributes`, with `next_hop` in place of the one that was
// encoded. False, and nothing appended, where the attributes leave no room for even one prefix: the
// caller must withdraw instead.
bool encode_announcements(const NlriView& prefixes, const EncodedAttributes& attributes,
                          const NextHop& next_hop, const WireContext& context, Buffer& out);
bool encode_announcements(const NlriView& prefixes, const PathAttributes& attributes,
                          const WireContext& context, Buffer& out);
bool encode_announcements(net::Family family, std::span<const net::Prefix> prefixes,
                          const PathAttributes& attributes, const WireContext& context,
                          Buffer& out);

}  // namespace dx::bgp
