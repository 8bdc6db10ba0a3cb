// UPDATEs for sending. All messages of one call are the same but for their prefixes, so what stands
// before and behind these is written once. MP_REACH_NLRI and MP_UNREACH_NLRI come first among the
// attributes (RFC 7606 5.1).
#include <cassert>

#include "libbgp/wire/attribute.hpp"
#include "libbgp/wire/attribute_encoders.hpp"
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
        std::size_t at;
        std::size_t besides;
    };

    Buffer before;
    Buffer behind;
    std::vector<Length> lengths;
};

class FrameWriter {
public:
    explicit FrameWriter(Frame& frame) : frame_(frame), writer_(frame.before) {}

    ByteWriter& out() { return writer_; }

    // A length of two octets: it counts what `before` holds from there to its end, the prefixes,
    // and `behind` octets more.
    void length(std::size_t behind) {
        frame_.lengths.push_back({writer_.position(), behind});
        writer_.u16(0);
    }

    // To be called when all is written.
    void finish() {
        constexpr std::size_t kLengthSize = 2;
        for (auto& [at, besides] : frame_.lengths)
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

Frame withdrawal_frame(net::Family family) {
    Frame frame;
    FrameWriter writer(frame);
    if (family == net::Family::Ipv4) {
        writer.length(0);
        ByteWriter(frame.behind).u16(0);  // no attributes
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

Frame announcement_frame(net::Family family, const PathAttributes& attributes,
                         const WireContext& context) {
    Frame frame;
    FrameWriter writer(frame);
    writer.out().u16(0);  // nothing in Withdrawn Routes
    if (family == net::Family::Ipv4) {
        const auto length = writer.out().reserve_u16();
        encode_attributes({attributes, context, family}, frame.before);
        writer.out().fill_u16(length);
    } else {
        encode_attributes({attributes, context, family}, frame.behind);
        writer.length(frame.behind.size());
        begin_mp_attribute(attribute_type::kMpReach, family, writer);
        write_mp_next_hop(attributes.next_hop, writer.out());
        writer.finish();
    }
    return frame;
}

void write_prefix(const net::Prefix& prefix, ByteWriter& writer) {
    writer.u8(prefix.length());
    writer.bytes(prefix.address().bytes().first(nlri_size(prefix) - 1));
}

// One UPDATE with as many of `prefixes` as fit into `room`; returns what is left of them.
std::span<const net::Prefix> write_update(const Frame& frame, std::span<const net::Prefix> prefixes,
                                          std::size_t room, ByteWriter& writer) {
    const auto message = begin_message(MessageType::Update, writer);
    const auto body = writer.position();
    writer.bytes(frame.before);
    const auto nlri = writer.position();
    while (!prefixes.empty() && writer.position() - nlri + nlri_size(prefixes.front()) <= room) {
        write_prefix(prefixes.front(), writer);
        prefixes = prefixes.subspan(1);
    }
    const auto nlri_length = writer.position() - nlri;
    for (const auto& length : frame.lengths)
        writer.set_u16(body + length.at, length.besides + nlri_length);
    writer.bytes(frame.behind);
    end_message(message, writer);
    return prefixes;
}

// False, and nothing written, if there is no room for the longest prefix of the family.
bool write_updates(const Frame& frame, net::Family family, std::span<const net::Prefix> prefixes,
                   const WireContext& context, Buffer& out) {
    const auto around = kHeaderSize + frame.before.size() + frame.behind.size();
    const auto longest = 1 + net::address_bytes(family);
    if (around + longest > context.max_message_size) return false;
    ByteWriter writer(out);
    while (!prefixes.empty())
        prefixes = write_update(frame, prefixes, context.max_message_size - around, writer);
    return true;
}

}  // namespace

void encode_end_of_rib(net::Family family, Buffer& out) {
    ByteWriter writer(out);
    write_update(withdrawal_frame(family), {}, 0, writer);
}

void encode_withdrawals(net::Family family, std::span<const net::Prefix> prefixes,
                        const WireContext& context, Buffer& out) {
    write_updates(withdrawal_frame(family), family, prefixes, context, out);
}

bool encode_announcements(net::Family family, std::span<const net::Prefix> prefixes,
                          const PathAttributes& attributes, const WireContext& context,
                          Buffer& out) {
    assert(attributes.next_hop.address.family() == family);
    return write_updates(announcement_frame(family, attributes, context), family, prefixes, context,
                         out);
}

}  // namespace dx::bgp
