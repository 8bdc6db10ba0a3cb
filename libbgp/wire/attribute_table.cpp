#include "libbgp/wire/attribute_table.hpp"

#include <algorithm>
#include <array>

#include "libbgp/wire/attribute_decoders.hpp"
#include "libbgp/wire/attribute_encoders.hpp"
#include "libbgp/wire/byte_reader.hpp"

namespace dx::bgp {

namespace {

using namespace attribute_type;

constexpr std::uint8_t kWellKnown = attribute_flag::kTransitive;
constexpr std::uint8_t kOptional = attribute_flag::kOptional;
constexpr std::uint8_t kOptionalTransitive =
    attribute_flag::kOptional | attribute_flag::kTransitive;

constexpr auto kDiscard = ErrorAction::AttributeDiscard;
constexpr auto kWithdraw = ErrorAction::TreatAsWithdraw;
constexpr auto kReset = ErrorAction::SessionReset;

// clang-format off
constexpr std::array kRows{
    AttributeRow{kOrigin, "ORIGIN", kWellKnown, kWithdraw, decode_origin, encode_origin},
    AttributeRow{kAsPath, "AS_PATH", kWellKnown, kWithdraw, decode_as_path_attribute, encode_as_path_attribute},
    AttributeRow{kNextHop, "NEXT_HOP", kWellKnown, kWithdraw, decode_next_hop, encode_next_hop},
    AttributeRow{kMed, "MULTI_EXIT_DISC", kOptional, kWithdraw, decode_med, encode_med},
    AttributeRow{kLocalPref, "LOCAL_PREF", kWellKnown, kWithdraw, decode_local_pref, encode_local_pref},
    AttributeRow{kAtomicAggregate, "ATOMIC_AGGREGATE", kWellKnown, kWithdraw, decode_atomic_aggregate, encode_atomic_aggregate},
    AttributeRow{kAggregator, "AGGREGATOR", kOptionalTransitive, kWithdraw, decode_aggregator, encode_aggregator},
    AttributeRow{kCommunities, "COMMUNITIES", kOptionalTransitive, kWithdraw, decode_communities, encode_communities},
    AttributeRow{kOriginatorId, "ORIGINATOR_ID", kOptional, kWithdraw, decode_originator_id, encode_originator_id},
    AttributeRow{kClusterList, "CLUSTER_LIST", kOptional, kWithdraw, decode_cluster_list, encode_cluster_list},
    AttributeRow{kMpReach, "MP_REACH_NLRI", kOptional, kReset, decode_mp_reach, nullptr},        // RFC 7606 5.3
    AttributeRow{kMpUnreach, "MP_UNREACH_NLRI", kOptional, kReset, decode_mp_unreach, nullptr},  // RFC 7606 5.3
    AttributeRow{kExtendedCommunities, "EXTENDED COMMUNITIES", kOptionalTransitive, kWithdraw, decode_extended_communities, encode_extended_communities},
    AttributeRow{kAs4Path, "AS4_PATH", kOptionalTransitive, kWithdraw, decode_as4_path, encode_as4_path},
    AttributeRow{kAs4Aggregator, "AS4_AGGREGATOR", kOptionalTransitive, kWithdraw, decode_as4_aggregator, encode_as4_aggregator},
    AttributeRow{kIpv6ExtendedCommunities, "IPV6 EXTENDED COMMUNITIES", kOptionalTransitive, kWithdraw, decode_ipv6_extended_communities, nullptr},
    AttributeRow{kAigp, "AIGP", kOptional, kDiscard, decode_aigp, nullptr},                      // RFC 7311 3
    AttributeRow{kLargeCommunities, "LARGE_COMMUNITY", kOptionalTransitive, kWithdraw, decode_large_communities, encode_large_communities},
    AttributeRow{kOnlyToCustomer, "ONLY_TO_CUSTOMER", kOptionalTransitive, kWithdraw, decode_only_to_customer, encode_only_to_customer},
};
// clang-format on

static_assert(std::ranges::is_sorted(kRows, {}, &AttributeRow::type));
static_assert(kRows.size() <= 32, "PathAttributes::partial has a bit for each");

constexpr std::uint8_t kNoRow = 0xff;

// From type to row without a search: this is done for every attribute of every UPDATE.
constexpr auto kRowOfType = [] {
    std::array<std::uint8_t, 256> rows{};
    rows.fill(kNoRow);
    for (std::size_t i = 0; i < kRows.size(); ++i)
        rows[kRows[i].type] = static_cast<std::uint8_t>(i);
    return rows;
}();

}  // namespace

std::span<const AttributeRow> attribute_table() {
    return kRows;
}

const AttributeRow* find_attribute_row(std::uint8_t type) {
    const auto row = kRowOfType[type];
    return row == kNoRow ? nullptr : &kRows[row];
}

std::string attribute_name(std::uint8_t type) {
    const auto* row = find_attribute_row(type);
    return row ? std::string(row->name) : "attribute " + std::to_string(type);
}

std::uint32_t partial_bit(const AttributeRow& row) {
    return std::uint32_t{1} << kRowOfType[row.type];
}

std::optional<RawAttribute> take_attribute(Bytes& left) {
    ByteReader reader(left);
    RawAttribute attribute;
    attribute.flags = reader.u8();
    attribute.type = reader.u8();
    const bool extended = attribute.has(attribute_flag::kExtendedLength);
    attribute.value = reader.take(extended ? reader.u16() : reader.u8());
    if (!reader.ok()) return std::nullopt;
    attribute.whole = left.first(left.size() - reader.size());
    left = reader.rest();
    return attribute;
}

}  // namespace dx::bgp
