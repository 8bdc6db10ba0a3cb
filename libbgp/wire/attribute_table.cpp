#include "libbgp/wire/attribute_table.hpp"

#include <algorithm>
#include <array>
#include <iterator>

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

constexpr AttributeRow kRows[] = {
    {kOrigin, "ORIGIN", kWellKnown, kWithdraw, decode::origin, encode::origin},
    {kAsPath, "AS_PATH", kWellKnown, kWithdraw, decode::as_path, encode::as_path},
    {kNextHop, "NEXT_HOP", kWellKnown, kWithdraw, decode::next_hop, encode::next_hop},
    {kMed, "MULTI_EXIT_DISC", kOptional, kWithdraw, decode::med, encode::med},
    {kLocalPref, "LOCAL_PREF", kWellKnown, kWithdraw, decode::local_pref, encode::local_pref,
     From::InternalOnly},
    {kAtomicAggregate, "ATOMIC_AGGREGATE", kWellKnown, kWithdraw, decode::atomic_aggregate,
     encode::atomic_aggregate},
    {kAggregator, "AGGREGATOR", kOptionalTransitive, kWithdraw, decode::aggregator,
     encode::aggregator},
    {kCommunities, "COMMUNITIES", kOptionalTransitive, kWithdraw, decode::communities,
     encode::communities},
    {kOriginatorId, "ORIGINATOR_ID", kOptional, kWithdraw, decode::originator_id,
     encode::originator_id, From::InternalOnly},
    {kClusterList, "CLUSTER_LIST", kOptional, kWithdraw, decode::cluster_list, encode::cluster_list,
     From::InternalOnly},
    // With wrong flags, the prefixes count as not found: RFC 7606 5.3.
    {kMpReach, "MP_REACH_NLRI", kOptional, kReset, decode::mp_reach, nullptr},
    {kMpUnreach, "MP_UNREACH_NLRI", kOptional, kReset, decode::mp_unreach, nullptr},
    {kExtendedCommunities, "EXTENDED COMMUNITIES", kOptionalTransitive, kWithdraw,
     decode::extended_communities, encode::extended_communities},
    {kAs4Path, "AS4_PATH", kOptionalTransitive, kWithdraw, decode::as4_path, encode::as4_path},
    {kAs4Aggregator, "AS4_AGGREGATOR", kOptionalTransitive, kWithdraw, decode::as4_aggregator,
     encode::as4_aggregator},
    {kIpv6ExtendedCommunities, "IPV6 EXTENDED COMMUNITIES", kOptionalTransitive, kWithdraw,
     decode::ipv6_extended_communities, nullptr},
    {kAigp, "AIGP", kOptional, kDiscard, decode::aigp, nullptr},  // flags: RFC 7311 3
    {kLargeCommunities, "LARGE_COMMUNITY", kOptionalTransitive, kWithdraw,
     decode::large_communities, encode::large_communities},
    {kOnlyToCustomer, "ONLY_TO_CUSTOMER", kOptionalTransitive, kWithdraw, decode::only_to_customer,
     encode::only_to_customer},
};

static_assert(std::ranges::is_sorted(kRows, {}, &AttributeRow::type));
static_assert(std::size(kRows) <= 32, "PathAttributes::partial has a bit for each");

constexpr std::uint8_t kNoRow = 0xff;

// From type to row without a search: this is done for every attribute of every UPDATE.
constexpr auto kRowOfType = [] {
    std::array<std::uint8_t, 256> rows{};
    rows.fill(kNoRow);
    for (std::size_t i = 0; i < std::size(kRows); ++i)
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
