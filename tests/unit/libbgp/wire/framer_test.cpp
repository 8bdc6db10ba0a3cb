#include <algorithm>

#include "libbgp/wire/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;

namespace {

const Buffer kMarker(16, 0xff);

Buffer header(std::size_t length, std::uint8_t type) {
    return kMarker +
           Buffer{static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length), type};
}

void feed(Framer& framer, Bytes bytes) {
    const auto space = framer.space();
    REQUIRE(space.size() >= bytes.size());
    std::ranges::copy(bytes, space.begin());
    framer.commit(bytes.size());
}

// What the framer says to these bytes on a fresh session: an error, or none.
std::optional<Notification> error_of(const Buffer& bytes, const WireContext& context = {}) {
    Framer framer;
    framer.negotiated(context);
    feed(framer, bytes);
    const auto next = framer.next();
    if (!next || next->has_value()) return std::nullopt;
    return next->error();
}

WireContext extended() {
    WireContext context;
    context.max_message_size = kMaxExtendedMessageSize;
    return context;
}

}  // namespace

TEST_CASE("a message is delivered once its last octet has come") {
    Buffer keepalive;
    encode_keepalive(keepalive);
    Framer framer;
    for (const auto octet : keepalive) {
        CHECK_FALSE(framer.next());
        feed(framer, Bytes(&octet, 1));
    }
    const auto message = framer.next();
    REQUIRE(message.has_value());
    REQUIRE(message->has_value());
    CHECK((*message)->type == MessageType::Keepalive);
    CHECK((*message)->body.empty());
    CHECK_FALSE(framer.next());
}

TEST_CASE("peeking shows the next whole message and leaves it there") {
    Buffer bytes;
    encode_keepalive(bytes);
    encode_end_of_rib(dx::net::Family::Ipv4, bytes);
    Framer framer;
    CHECK_FALSE(framer.peek());
    feed(framer, Bytes(bytes).first(bytes.size() - 1));
    REQUIRE(framer.peek());
    CHECK(framer.peek()->type == MessageType::Keepalive);
    REQUIRE(framer.next().value().has_value());
    CHECK_FALSE(framer.peek());  // not whole yet
    feed(framer, Bytes(bytes).last(1));
    CHECK(framer.peek()->type == MessageType::Update);
    CHECK((*framer.next())->type == MessageType::Update);

    feed(framer, Buffer(19, 0));
    CHECK_FALSE(framer.peek());  // no marker
    CHECK(framer.next()->has_error());
}

TEST_CASE("messages that come together are delivered in their order") {
    Framer framer;
    feed(framer, header(19, 4) + header(23, 2) + hex("0000 0000") + header(21, 3) + hex("06 02"));
    CHECK((*framer.next())->type == MessageType::Keepalive);
    const auto update = framer.next();
    CHECK((*update)->type == MessageType::Update);
    CHECK((*update)->body.size() == 4);
    CHECK((*update)->whole.size() == 23);
    CHECK((*framer.next())->type == MessageType::Notification);
    CHECK_FALSE(framer.next());
}

TEST_CASE("a long stream passes through, whatever the size of the reads") {
    Buffer stream;
    for (int i = 0; i < 300; ++i)
        stream = stream + header(4096, 2) + Buffer(4077, 0);
    Framer framer;
    std::size_t count = 0;
    const auto whole = Bytes(stream);
    for (std::size_t at = 0; at < whole.size();) {
        const auto space = framer.space();
        const auto size = std::min({space.size(), whole.size() - at, std::size_t{50'021}});
        feed(framer, whole.subspan(at, size));
        at += size;
        for (auto message = framer.next(); message; message = framer.next()) {
            REQUIRE(message->has_value());
            ++count;
        }
    }
    CHECK(count == 300);
}

TEST_CASE("a marker that is not all ones is Connection Not Synchronized, at its first octet") {
    auto bytes = header(19, 4);
    bytes[15] = 0xfe;
    CHECK(error_of(bytes) == notification(HeaderError::ConnectionNotSynchronized));
    CHECK(error_of(hex("47")) == notification(HeaderError::ConnectionNotSynchronized));
}

TEST_CASE("a length that its type cannot have is Bad Message Length, told by the header alone") {
    const auto [length, type] = GENERATE(table<int, int>({
        {0, 4},
        {18, 4},
        {18, 9},  // the length is judged before the type
        {20, 4},  // a KEEPALIVE is its header
        {28, 1},
        {22, 2},
        {20, 3},
        {22, 5},
        {24, 5},
        {4097, 2},
        {4097, 1},
        {65535, 2},
    }));
    CAPTURE(length, type);
    const auto error =
        error_of(header(static_cast<std::size_t>(length), static_cast<std::uint8_t>(type)));
    REQUIRE(error);
    CHECK(*error ==
          notification(HeaderError::BadMessageLength, {static_cast<std::uint8_t>(length >> 8),
                                                       static_cast<std::uint8_t>(length)}));
}

TEST_CASE("the least and the greatest length of each type pass") {
    const auto [length, type] = GENERATE(
        table<int, int>({{29, 1}, {4096, 1}, {23, 2}, {4096, 2}, {21, 3}, {19, 4}, {23, 5}}));
    CHECK_FALSE(
        error_of(header(static_cast<std::size_t>(length), static_cast<std::uint8_t>(type))));
}

TEST_CASE("an unknown type is Bad Message Type with the type") {
    CHECK(error_of(header(19, 0)) == notification(HeaderError::BadMessageType, {0}));
    CHECK(error_of(header(40, 6)) == notification(HeaderError::BadMessageType, {6}));
    CHECK(error_of(header(19, 255)) == notification(HeaderError::BadMessageType, {255}));
}

TEST_CASE("with extended messages all but OPEN and KEEPALIVE may be long") {
    CHECK_FALSE(error_of(header(65535, 2), extended()));
    CHECK_FALSE(error_of(header(65535, 3), extended()));
    CHECK(error_of(header(4097, 1), extended()) ==
          notification(HeaderError::BadMessageLength, {0x10, 0x01}));
    CHECK(error_of(header(4097, 4), extended()) ==
          notification(HeaderError::BadMessageLength, {0x10, 0x01}));
}

TEST_CASE("a message of the greatest size fits beside what was read with it") {
    Framer framer;
    framer.negotiated(extended());
    feed(framer, header(19, 4) + header(65535, 2) + Buffer(100, 0));
    CHECK((*framer.next())->type == MessageType::Keepalive);
    CHECK_FALSE(framer.next());
    for (std::size_t left = 65535 - 19 - 100; left > 0;) {
        const auto size = std::min(left, framer.space().size());
        feed(framer, Buffer(size, 0));
        left -= size;
    }
    const auto message = framer.next();
    REQUIRE(message.has_value());
    CHECK((*message)->whole.size() == 65535);
}

TEST_CASE("a ROUTE-REFRESH of a wrong length is left to its decoder once RFC 7313 is agreed") {
    WireContext context;
    context.enhanced_refresh = true;
    Framer framer;
    framer.negotiated(context);
    feed(framer, header(24, 5) + hex("0001 01 01 00"));
    const auto message = framer.next();
    REQUIRE(message.has_value());
    CHECK((*message)->whole.size() == 24);
}
