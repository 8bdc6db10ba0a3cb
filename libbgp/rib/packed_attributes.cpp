#include "libbgp/rib/packed_attributes.hpp"

#include <algorithm>
#include <cstring>

#include "libbgp/rib/packed_layout.hpp"
#include "libbgp/wire/link_bandwidth.hpp"

namespace dx::bgp {

using namespace packed;

namespace {

Origin origin_of(std::uint32_t fields) {
    return static_cast<Origin>(fields >> kOrigin & 3);
}

std::optional<std::uint32_t> number(const std::uint32_t* words, Field field) {
    if (!(words[0] & bit(field))) return std::nullopt;
    return words[1 + numbers_below(field, words[0])];
}

std::span<const std::uint32_t> as_path_of(const std::uint32_t* words) {
    Reader reader(words);
    reader.skip_numbers();
    reader.skip_next_hop();
    return reader.words(kAsPath);
}

std::optional<std::uint32_t> value_of(std::optional<RouterId> id) {
    if (!id) return std::nullopt;
    return id->value;
}

std::optional<RouterId> router_id(std::optional<std::uint32_t> value) {
    if (!value) return std::nullopt;
    return RouterId{*value};
}

}  // namespace

void pack(const PathAttributes& attributes, std::vector<std::uint32_t>& words) {
    Packer packer(words);
    packer.origin(attributes.origin);
    if (attributes.atomic_aggregate) packer.flag(kAtomicAggregate);
    if (attributes.has(community::kLlgrStale)) packer.flag(kLongLivedStale);
    packer.aws_link(attributes.aws_link);
    packer.number(kMed, attributes.med);
    packer.number(kLocalPref, attributes.local_pref);
    packer.number(kOnlyToCustomer, attributes.only_to_customer);
    packer.number(kOriginatorId, value_of(attributes.originator_id));
    if (attributes.partial) packer.number(kPartial, attributes.partial);
    if (const auto& aggregator = attributes.aggregator) {
        packer.number(kAggregatorAs, aggregator->as);
        packer.number(kAggregatorAddress, aggregator->address.value);
    }
    const auto& next_hop = attributes.next_hop;
    if (next_hop.address.is_v6()) packer.flag(kNextHopV6);
    packer.address(next_hop.address);
    if (next_hop.link_local) {
        packer.flag(kLinkLocal);
        packer.address(*next_hop.link_local);
    }
    packer.array(kAsPath, attributes.as_path.words());
    packer.array(kCommunities, attributes.communities.view());
    packer.array(kExtendedCommunities, attributes.extended_communities.view());
    packer.array(kLargeCommunities, attributes.large_communities.view());
    packer.array(kClusterList, attributes.cluster_list.view());
    packer.array(kUnknown, attributes.unknown.view());
}

Origin PackedAttributes::origin() const {
    return origin_of(words_[0]);
}

std::optional<std::uint32_t> PackedAttributes::med() const {
    return number(words_, kMed);
}

std::optional<std::uint32_t> PackedAttributes::local_pref() const {
    return number(words_, kLocalPref);
}

std::optional<RouterId> PackedAttributes::originator_id() const {
    return router_id(number(words_, kOriginatorId));
}

NextHop PackedAttributes::next_hop() const {
    Reader reader(words_);
    reader.skip_numbers();
    return reader.next_hop();
}

std::size_t PackedAttributes::as_path_length() const {
    return AsPath::length_of(as_path_of(words_));
}

std::optional<AsNumber> PackedAttributes::first_as() const {
    return AsPath::first_of(as_path_of(words_));
}

bool PackedAttributes::as_path_contains(AsNumber as) const {
    return AsPath::count_in(as_path_of(words_), as) != 0;
}

std::optional<float> PackedAttributes::link_bandwidth() const {
    if (!(words_[0] & bit(kExtendedCommunities))) return std::nullopt;
    Reader reader(words_);
    reader.skip_numbers();
    reader.skip_next_hop();
    for (const auto before : {kAsPath, kCommunities})
        reader.array(before);
    const auto bytes = reader.array(kExtendedCommunities);
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(ExtendedCommunity)) {
        ExtendedCommunity community;
        std::memcpy(&community, bytes.data() + at, sizeof community);
        if (const auto bandwidth = bgp::link_bandwidth(community)) return bandwidth;
    }
    return std::nullopt;
}

bool PackedAttributes::long_lived_stale() const {
    return (words_[0] & bit(kLongLivedStale)) != 0;
}

AwsLink PackedAttributes::aws_link() const {
    return static_cast<AwsLink>(words_[0] >> kAwsLink & below(kAwsLinkBits));
}

std::size_t PackedAttributes::cluster_list_length() const {
    if (!(words_[0] & bit(kClusterList))) return 0;
    Reader reader(words_);
    reader.skip_numbers();
    reader.skip_next_hop();
    for (const auto before : {kAsPath, kCommunities, kExtendedCommunities, kLargeCommunities})
        reader.array(before);
    return reader.words(kClusterList).size();
}

PathAttributes PackedAttributes::unpack() const {
    Reader reader(words_);
    PathAttributes attributes;
    attributes.origin = origin();
    attributes.atomic_aggregate = reader.has(kAtomicAggregate);
    attributes.aws_link = aws_link();
    attributes.med = reader.number(kMed);
    attributes.local_pref = reader.number(kLocalPref);
    attributes.only_to_customer = reader.number(kOnlyToCustomer);
    attributes.originator_id = router_id(reader.number(kOriginatorId));
    attributes.partial = reader.number(kPartial).value_or(0);
    if (const auto as = reader.number(kAggregatorAs))
        attributes.aggregator = Aggregator{*as, {reader.number(kAggregatorAddress).value_or(0)}};
    attributes.next_hop = reader.next_hop();
    const auto path = reader.words(kAsPath);
    attributes.as_path =
        AsPath::of_words(path.size(), [&](auto words) { std::ranges::copy(path, words.begin()); });
    reader.copy(kCommunities, attributes.communities);
    reader.copy(kExtendedCommunities, attributes.extended_communities);
    reader.copy(kLargeCommunities, attributes.large_communities);
    reader.copy(kClusterList, attributes.cluster_list);
    reader.copy(kUnknown, attributes.unknown);
    return attributes;
}

}  // namespace dx::bgp
