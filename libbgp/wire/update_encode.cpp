// UPDATEs for sending. All messages of one call are the same but for their prefixes, so what stands
// before and behind these is written once. MP_REACH_NLRI and MP_UNREACH_NLRI come first among the
// attributes (RFC 7606 5.1).
#include <array>
#include <cassert>

#include "libbgp/wire/attribute.hpp"
#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/header.hpp"
#include "libbgp/wire/message.hpp"
#include "libbgp/wire/nlri.hpp"

namespace dx::bgp {

namespace {

// An UPDATE's body around its prefixes.
struct Frame {
    // A length field: where it is in `before`, and how many octets it counts besides the prefixes.
    struct Length {
        std::size_t at = 0;
        std::size_t besides = 0;
    };

    static constexpr std::size_t kUsualSize = 256;

    Frame() { before.reserve(kUsualSize); }

    std::span<Length> lengths() { return std::span(length_fields).first(length_count); }

    std::span<const Length> lengths() const { return std::span(length_fields).first(length_count); }

    Buffer before;
    Bytes behind;
    std::array<Length, 2> length_fields;
    std::size_t length_count = 0;
};

class FrameWriter {
public:
    explicit FrameWriter(Frame& frame) : frame_(frame), writer_(frame.before) {}

    ByteWriter& out() { return writer_; }

    // A length of two octets: it counts what `before` holds from there to its end, the prefixes,
    // and `behind` octets more.
    void length(std::size_t behind) {
        frame_.length_fields[frame_.length_count++] = {writer_.position(), behind};
        writer_.u16(0);
    }

    // To be called when all is written.
    void finish() {
        constexpr std::size_t kLengthSize = 2;
        for (auto& [at, besides] : frame_.lengths())
            besides += writer_.position() - at - kLengthSize;
    }

private:
    Frame& frame_;
    ByteWriter writer_;
};

void begin_mp_attribute(std::uint8_t type, net::Family family, FrameWriter& writer) {
    const auto afi_safi = AfiSafi::unicast(family);
    writer.out().u8(attribute_flag::kOptional | attribute_flag::kExtendedLength);
    writer.out().u8(type);
    writer.length(0);
    writer.out().u16(afi_safi.afi);
    writer.out().u8(afi_safi.safi);
}

// Total Path Attribute Length.
constexpr std::array<std::uint8_t, 2> kNoAttributesAtAll{0, 0};

Frame withdrawal_frame(net::Family family) {
    Frame frame;
    FrameWriter writer(frame);
    if (family == net::Family::Ipv4) {
        writer.length(0);
        frame.behind = kNoAttributesAtAll;
    } else {
        writer.out().u16(0);  // nothing in Withdrawn Routes
        writer.length(0);
        begin_mp_attribute(attribute_type::kMpUnreach, family, writer);
    }
    writer.finish();
    return frame;
}

void write_mp_next_hop(const NextHop& next_hop, ByteWriter& writer) {
    const auto length = writer.reserve_u8();
    writer.bytes(next_hop.address.bytes());
    if (next_hop.link_local) writer.bytes(next_hop.link_local->bytes());
    writer.fill_u8(length);
    writer.u8(0);  // reserved
}

// Views `attributes`.
Frame announcement_frame(net::Family family, const EncodedAttributes& attributes,
                         const NextHop& next_hop) {
    Frame frame;
    FrameWriter writer(frame);
    auto& out = writer.out();
    out.u16(0);  // nothing in Withdrawn Routes
    if (family == net::Family::Ipv4) {
        out.u16(static_cast<std::uint16_t>(attributes.bytes.size()));
        const auto begin = out.position();
        out.bytes(attributes.bytes);
        out.set_bytes(begin + *attributes.next_hop_at, next_hop.address.bytes());
    } else {
        frame.behind = attributes.bytes;
        writer.length(frame.behind.size());
        begin_mp_attribute(attribute_type::kMpReach, family, writer);
        write_mp_next_hop(next_hop, out);
        writer.finish();
    }
    return frame;
}

// Whole prefixes off the front of `prefixes`, as many as fit into `room`.
Bytes take_fitting(Bytes& prefixes, std::size_t room) {
    auto end = prefixes.size();
    if (end > room) {
        end = 0;
        for (auto next = end; next <= room; next += nlri_size(prefixes[next]))
            end = next;
    }
    const auto taken = prefixes.first(end);
    prefixes = prefixes.subspan(end);
    return taken;
}

// One UPDATE with these prefixes.
void write_update(const Frame& frame, Bytes prefixes, ByteWriter& writer) {
    const auto message = begin_message(MessageType::Update, writer);
    const auto body = writer.position();
    writer.bytes(frame.before);
    writer.bytes(prefixes);
    for (const auto& length : frame.lengths())
        writer.set_u16(body + length.at, length.besides + prefixes.size());
    writer.bytes(frame.behind);
    end_message(message, writer);
}

// False, and nothing written, if there is no room for the longest prefix of the family.
bool write_updates(const Frame& frame, const NlriView& prefixes, const WireContext& context,
                   Buffer& out) {
    const auto around = kHeaderSize + frame.before.size() + frame.behind.size();
    const auto longest = 1 + net::address_bytes(prefixes.family());
    if (around + longest > context.max_message_size) return false;
    ByteWriter writer(out);
    for (auto left = prefixes.bytes(); !left.empty();)
        write_update(frame, take_fitting(left, context.max_message_size - around), writer);
    return true;
}

Buffer nlri_of(std::span<const net::Prefix> prefixes) {
    Buffer nlri;
    for (const auto& prefix : prefixes) {
        nlri.push_back(prefix.length());
        const auto octets = prefix.address().bytes().first(nlri_size(prefix.length()) - 1);
        nlri.insert(nlri.end(), octets.begin(), octets.end());
    }
    return nlri;
}

}  // namespace

void encode_end_of_rib(net::Family family, Buffer& out) {
    ByteWriter writer(out);
    write_update(withdrawal_frame(family), {}, writer);
}

void encode_withdrawals(const NlriView& prefixes, const WireContext& context, Buffer& out) {
    write_updates(withdrawal_frame(prefixes.family()), prefixes, context, out);
}

void encode_withdrawals(net::Family family, std::span<const net::Prefix> prefixes,
                        const WireContext& context, Buffer& out) {
    const auto nlri = nlri_of(prefixes);
    encode_withdrawals(NlriView(family, nlri), context, out);
}

bool encode_announcements(const NlriView& prefixes, const EncodedAttributes& attributes,
                          const NextHop& next_hop, const WireContext& context, Buffer& out) {
    const auto family = prefixes.family();
    assert(next_hop.address.family() == family);
    return write_updates(announcement_frame(family, attributes, next_hop), prefixes, context, out);
}

bool encode_announcements(const NlriView& prefixes, const PathAttributes& attributes,
                          const WireContext& context, Buffer& out) {
    EncodedAttributes encoded;
    encode_attributes(attributes, prefixes.family(), context, encoded);
    return encode_announcements(prefixes, encoded, attributes.next_hop, context, out);
}

bool encode_announcements(net::Family family, std::span<const net::Prefix> prefixes,
                          const PathAttributes& attributes, const WireContext& context,
                          Buffer& out) {
    const auto nlri = nlri_of(prefixes);
    return encode_announcements(NlriView(family, nlri), attributes, context, out);
}

}  // namespace dx::bgp
