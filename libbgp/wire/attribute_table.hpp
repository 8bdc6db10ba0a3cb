// The attributes that we know, one row each: to add one, add its row, its decoder and its encoder.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libbgp/wire/attribute.hpp"
#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

// What a decoder found wrong with an attribute, and what RFC 7606 does about it.
struct Complaint {
    ErrorAction action{};
    UpdateError error{};
    std::string text;  // goes on after the attribute's name: "has the value 7"
};

// What the decoders of one UPDATE write to.
struct DecodingState {
    const WireContext& context;
    Update& update;
    bool reachable = false;      // MP_REACH_NLRI encodes prefixes, be it of a family that we ignore
    bool empty_unreach = false;  // an MP_UNREACH_NLRI of a negotiated family, without a prefix
    // From a 2-octet speaker; merged when all attributes are there (RFC 6793 4.2.3).
    std::optional<AsPath> as4_path{};
    std::optional<Aggregator> as4_aggregator{};
    std::vector<RawAttribute> passed_on{};  // becomes PathAttributes::unknown
};

struct EncodingInput {
    const PathAttributes& attributes;
    const WireContext& context;
    net::Family family;
};

// From whom an attribute is taken. One that is for within an AS only is discarded when it comes
// from an external neighbor, whatever else is wrong with it (RFC 7606 7.5, 7.9, 7.10).
enum class From : std::uint8_t { Anybody, InternalOnly };

struct AttributeRow {
    std::uint8_t type;
    std::string_view name;
    std::uint8_t flags;       // Optional and Transitive as its RFC defines them
    ErrorAction wrong_flags;  // RFC 7606 3 c, if the attribute's own RFC says nothing else
    std::optional<Complaint> (*decode)(const RawAttribute& attribute, DecodingState& state);
    // Writes the value; false where there is none. Null: it is not encoded from PathAttributes.
    bool (*encode)(const EncodingInput& input, ByteWriter& value);
    From from = From::Anybody;
};

std::span<const AttributeRow> attribute_table();  // by ascending type

const AttributeRow* find_attribute_row(std::uint8_t type);  // null: unknown

std::string attribute_name(std::uint8_t type);

// The bit of PathAttributes::partial that stands for a row.
std::uint32_t partial_bit(const AttributeRow& row);

}  // namespace dx::bgp
