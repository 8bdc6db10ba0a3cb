// OPEN: the fixed fields and the optional parameters. RFC 4271 4.2 and 6.2, 5492, 9072.
// The capabilities inside are in capabilities.cpp.
#include "libbgp/wire/open.hpp"

#include "libbgp/wire/byte_reader.hpp"
#include "libbgp/wire/capabilities.hpp"
#include "libbgp/wire/header.hpp"
#include "libbgp/wire/message.hpp"

namespace dx::bgp {

namespace {

constexpr std::uint8_t kVersion = 4;
constexpr std::uint8_t kCapabilitiesParameter = 2;  // RFC 5492; the only one that is not deprecated
constexpr std::uint8_t kExtendedLength = 255;       // RFC 9072: as length and as parameter type
constexpr std::size_t kFixedSize = 10;              // up to and with Optional Parameters Length

struct OptionalParameters {
    Bytes bytes;
    bool extended = false;  // RFC 9072: each has a length of two octets
};

// What stands behind the fixed fields, if its length is exactly what the message holds.
std::optional<OptionalParameters> find_parameters(std::uint8_t length, Bytes rest) {
    // RFC 9072 2: the type tells; a non-zero length, whatever it is, is then to be ignored.
    const bool extended = length != 0 && !rest.empty() && rest[0] == kExtendedLength;
    ByteReader reader(rest);
    if (extended) reader.u8();
    const std::size_t expected = extended ? reader.u16() : length;
    if (!reader.ok() || reader.size() != expected) return std::nullopt;
    return OptionalParameters{reader.rest(), extended};
}

std::optional<Notification> decode_parameters(const OptionalParameters& parameters,
                                              Capabilities& capabilities) {
    ByteReader reader(parameters.bytes);
    while (!reader.empty()) {
        const auto type = reader.u8();
        const Bytes value = reader.take(parameters.extended ? reader.u16() : reader.u8());
        if (!reader.ok()) return notification(OpenError::Unspecific);
        if (type != kCapabilitiesParameter)
            return notification(OpenError::UnsupportedOptionalParameter);
        if (!decode_capabilities(value, capabilities)) return notification(OpenError::Unspecific);
    }
    return std::nullopt;
}

void encode_parameters(const Capabilities& capabilities, ByteWriter& writer) {
    Buffer values;
    ByteWriter value_writer(values);
    encode_capabilities(capabilities, value_writer);
    if (values.empty()) return writer.u8(0);

    const std::size_t total = 2 + values.size();
    if (total <= 0xff) {
        writer.u8(static_cast<std::uint8_t>(total));
        writer.u8(kCapabilitiesParameter);
        writer.u8(static_cast<std::uint8_t>(values.size()));
    } else {  // RFC 9072 2
        writer.u8(kExtendedLength);
        writer.u8(kExtendedLength);
        writer.u16(static_cast<std::uint16_t>(3 + values.size()));
        writer.u8(kCapabilitiesParameter);
        writer.u16(static_cast<std::uint16_t>(values.size()));
    }
    writer.bytes(values);
}

}  // namespace

Decoded<Open> decode_open(Bytes body) {
    if (body.size() < kFixedSize) return bad_message_length(kHeaderSize + body.size());
    ByteReader reader(body);
    Open open;
    open.version = reader.u8();
    // RFC 4271 6.2: the data is the largest version that we support.
    if (open.version != kVersion) return notification(OpenError::UnsupportedVersion, {0, kVersion});
    open.my_as = reader.u16();
    open.hold_time = std::chrono::seconds(reader.u16());
    open.identifier = RouterId{reader.u32()};
    const auto length = reader.u8();
    const auto parameters = find_parameters(length, reader.rest());
    if (!parameters) return notification(OpenError::Unspecific);
    if (auto error = decode_parameters(*parameters, open.capabilities)) return *std::move(error);
    return open;
}

void encode_open(const Open& open, Buffer& out) {
    ByteWriter writer(out);
    const auto message = begin_message(MessageType::Open, writer);
    writer.u8(open.version);
    writer.u16(open.my_as);
    writer.u16(static_cast<std::uint16_t>(open.hold_time.count()));
    writer.u32(open.identifier.value);
    encode_parameters(open.capabilities, writer);
    end_message(message, writer);
}

}  // namespace dx::bgp
