#include "libbgp/wire/attribute_encoders.hpp"

#include <utility>

#include "libbgp/wire/as_path_wire.hpp"
#include "libbgp/wire/message.hpp"

namespace dx::bgp {

namespace {

constexpr std::size_t kAttributeHeaderSize = 3;  // flags, type, a length of one octet

bool encode_optional(std::optional<std::uint32_t> number, ByteWriter& value) {
    if (number) value.u32(*number);
    return number.has_value();
}

bool fits_two_octets(AsNumber as) {
    return as <= 0xffff;
}

// The flags, the type, a length of one octet if that is enough, and what `write` writes, if it
// writes.
template <class Write>
void encode_attribute(std::uint8_t flags, std::uint8_t type, ByteWriter& writer, Write&& write) {
    constexpr std::size_t kFlagsAndType = 2;
    const auto begin = writer.position();
    writer.u8(flags);
    writer.u8(type);
    const auto length = writer.reserve_u8();
    if (!write()) return writer.truncate(begin);
    const auto size = writer.position() - length;
    if (size <= 0xff) return writer.fill_u8(length);
    writer.widen(begin + kFlagsAndType);
    writer.set_u8(begin, flags | attribute_flag::kExtendedLength);
    writer.fill_u16(length + 1);
}

// Passed on attributes of types below `limit`, taken off the front of `left`.
void encode_unknown_below(unsigned limit, Bytes& left, ByteWriter& writer) {
    while (!left.empty() && left[1] < limit) {
        const auto attribute = take_attribute(left);
        const std::uint8_t flags = attribute->flags & ~attribute_flag::kExtendedLength;
        encode_attribute(flags, attribute->type, writer, [&] {
            writer.bytes(attribute->value);
            return true;
        });
    }
}

}  // namespace

namespace encode {

bool origin(const EncodingInput& input, ByteWriter& value) {
    value.u8(static_cast<std::uint8_t>(input.attributes.origin));
    return true;
}

bool as_path(const EncodingInput& input, ByteWriter& value) {
    encode_as_path(input.attributes.as_path,
                   input.context.four_octet_as ? AsWidth::FourOctets : AsWidth::TwoOctets, value);
    return true;  // an empty path is one, too
}

// IPv6 has its next hop in MP_REACH_NLRI.
bool next_hop(const EncodingInput& input, ByteWriter& value) {
    if (input.family != net::Family::Ipv4) return false;
    value.bytes(input.attributes.next_hop.address.bytes());
    return true;
}

bool med(const EncodingInput& input, ByteWriter& value) {
    return encode_optional(input.attributes.med, value);
}

bool local_pref(const EncodingInput& input, ByteWriter& value) {
    return encode_optional(input.attributes.local_pref, value);
}

bool atomic_aggregate(const EncodingInput& input, ByteWriter&) {
    return input.attributes.atomic_aggregate;  // without a value
}

bool aggregator(const EncodingInput& input, ByteWriter& value) {
    const auto& aggregator = input.attributes.aggregator;
    if (!aggregator) return false;
    if (input.context.four_octet_as)
        value.u32(aggregator->as);
    else
        value.u16(static_cast<std::uint16_t>(fits_two_octets(aggregator->as) ? aggregator->as
                                                                             : kAsTrans));
    value.u32(aggregator->address.value);
    return true;
}

bool communities(const EncodingInput& input, ByteWriter& value) {
    for (const auto community : input.attributes.communities)
        value.u32(community.value);
    return !input.attributes.communities.empty();
}

bool originator_id(const EncodingInput& input, ByteWriter& value) {
    if (!input.attributes.originator_id) return false;
    value.u32(input.attributes.originator_id->value);
    return true;
}

bool cluster_list(const EncodingInput& input, ByteWriter& value) {
    for (const auto cluster : input.attributes.cluster_list)
        value.u32(cluster);
    return !input.attributes.cluster_list.empty();
}

bool extended_communities(const EncodingInput& input, ByteWriter& value) {
    const auto& attributes = input.attributes;
    for (const auto community : attributes.extended_communities)
        value.u64(community.value);
    if (attributes.aws_link != AwsLink::None) value.u64(community_of(attributes.aws_link).value);
    return !attributes.extended_communities.empty() || attributes.aws_link != AwsLink::None;
}

// RFC 6793 4.2.2: towards a 2-octet speaker, where two octets lose something.
bool as4_path(const EncodingInput& input, ByteWriter& value) {
    if (input.context.four_octet_as || !needs_as4_path(input.attributes.as_path)) return false;
    encode_as_path(input.attributes.as_path, AsWidth::FourOctets, value);
    return true;
}

bool as4_aggregator(const EncodingInput& input, ByteWriter& value) {
    const auto& aggregator = input.attributes.aggregator;
    if (input.context.four_octet_as || !aggregator || fits_two_octets(aggregator->as)) return false;
    value.u32(aggregator->as);
    value.u32(aggregator->address.value);
    return true;
}

bool large_communities(const EncodingInput& input, ByteWriter& value) {
    for (const auto& community : input.attributes.large_communities) {
        value.u32(community.global);
        value.u32(community.local1);
        value.u32(community.local2);
    }
    return !input.attributes.large_communities.empty();
}

bool only_to_customer(const EncodingInput& input, ByteWriter& value) {
    return encode_optional(input.attributes.only_to_customer, value);
}

}  // namespace encode

void encode_attributes(const PathAttributes& attributes, net::Family family,
                       const WireContext& context, EncodedAttributes& encoded) {
    const EncodingInput input{attributes, context, family};
    encoded = {std::move(encoded.bytes), {}};
    encoded.bytes.clear();
    ByteWriter writer(encoded.bytes);
    Bytes unknown = attributes.unknown.view();
    for (const auto& row : attribute_table()) {
        if (!unknown.empty()) encode_unknown_below(row.type, unknown, writer);
        if (!row.encode) continue;
        const bool partial = attributes.partial && (attributes.partial & partial_bit(row));
        const std::uint8_t flags = row.flags | (partial ? attribute_flag::kPartial : 0);
        const auto begin = writer.position();
        encode_attribute(flags, row.type, writer, [&] { return row.encode(input, writer); });
        if (row.type == attribute_type::kNextHop && writer.position() != begin)
            encoded.next_hop_at = begin + kAttributeHeaderSize;
    }
    encode_unknown_below(256, unknown, writer);
}

}  // namespace dx::bgp
