#include "libbgp/wire/attribute_decoders.hpp"

#include <algorithm>
#include <iterator>

#include "libbgp/wire/as_path_wire.hpp"
#include "libbgp/wire/byte_reader.hpp"

namespace dx::bgp {

namespace {

Finding discard(UpdateError error, std::string text) {
    return Complaint{ErrorAction::AttributeDiscard, error, std::move(text)};
}

Finding withdraw(UpdateError error, std::string text) {
    return Complaint{ErrorAction::TreatAsWithdraw, error, std::move(text)};
}

Complaint wrong_length(ErrorAction action, const RawAttribute& attribute) {
    return {action, UpdateError::AttributeLengthError,
            "has the wrong length " + std::to_string(attribute.value.size())};
}

Finding bad_length_withdraw(const RawAttribute& attribute) {
    return wrong_length(ErrorAction::TreatAsWithdraw, attribute);
}

Finding bad_length_discard(const RawAttribute& attribute) {
    return wrong_length(ErrorAction::AttributeDiscard, attribute);
}

std::uint32_t read_u32(Bytes value) {
    return ByteReader(value).u32();
}

AsWidth as_width(const WireContext& context) {
    return context.four_octet_as ? AsWidth::FourOctets : AsWidth::TwoOctets;
}

Aggregator read_aggregator(Bytes value, AsWidth width) {
    ByteReader reader(value);
    const AsNumber as = width == AsWidth::FourOctets ? reader.u32() : reader.u16();
    return {as, RouterId{reader.u32()}};
}

// A list of fixed-size values, read by `read(reader)`, that is not empty and holds whole ones only.
template <std::size_t Size, class T, class Read>
bool decode_list(Bytes value, CompactArray<T>& out, Read&& read) {
    if (value.empty() || value.size() % Size != 0) return false;
    out = CompactArray<T>::filled(value.size() / Size, [&](std::span<T> list) {
        ByteReader reader(value);
        for (auto& item : list)
            item = read(reader);
    });
    return true;
}

// The same, as a set: in ascending order, each once.
template <std::size_t Size, class T, class Read>
bool decode_set(Bytes value, CompactArray<T>& out, Read&& read) {
    if (value.empty() || value.size() % Size != 0) return false;
    bool repeated = false;
    out = CompactArray<T>::filled(value.size() / Size, [&](std::span<T> list) {
        ByteReader reader(value);
        for (auto& item : list)
            item = read(reader);
        if (!std::ranges::is_sorted(list)) std::ranges::sort(list);
        repeated = std::ranges::adjacent_find(list) != list.end();
    });
    if (repeated) {
        std::vector<T> once(out.begin(), out.end());
        once.erase(std::ranges::unique(once).begin(), once.end());
        out = CompactArray<T>(std::span<const T>(once));
    }
    return true;
}

// From within our AS it says where the path came in; from another it says nothing (RFC 4360 6).
void take_aws_link(const WireContext& context, PathAttributes& attributes) {
    const auto is_other = [](ExtendedCommunity community) { return !aws_link_of(community); };
    const auto all = attributes.extended_communities.view();
    const auto mark = std::ranges::find_if_not(all, is_other);
    if (mark == all.end()) return;
    if (!context.external) attributes.aws_link = *aws_link_of(*mark);
    std::vector<ExtendedCommunity> others;
    std::ranges::copy_if(all, std::back_inserter(others), is_other);
    attributes.extended_communities =
        CompactArray<ExtendedCommunity>(std::span<const ExtendedCommunity>(others));
}

}  // namespace

// RFC 1122 3.2.1.3: 0/8 is a source at most, 240/4 nothing; an IPv4-mapped address stays in a host.
bool is_host_address(const net::IpAddress& address) {
    if (address.is_unspecified() || address.is_loopback() || address.is_multicast()) return false;
    const auto bytes = address.bytes();
    if (address.is_v4()) return bytes[0] != 0 && bytes[0] < 240;
    static constexpr std::uint8_t kMapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return !std::ranges::equal(bytes.first(std::size(kMapped)), kMapped);
}

namespace decode {

// RFC 7606 7.1.
Finding origin(const RawAttribute& attribute, DecodingState& state) {
    if (attribute.value.size() != 1) return bad_length_withdraw(attribute);
    const auto value = attribute.value[0];
    if (value > static_cast<std::uint8_t>(Origin::Incomplete))
        return withdraw(UpdateError::InvalidOrigin, "has the value " + std::to_string(value));
    state.update.attributes.origin = Origin{value};
    return {};
}

// RFC 7606 7.2, 9774 3.
Finding as_path(const RawAttribute& attribute, DecodingState& state) {
    const auto width = as_width(state.context);
    if (const auto error = find_as_path_error(attribute.value, width))
        return withdraw(UpdateError::MalformedAsPath, *error);
    state.update.attributes.as_path = decode_as_path(attribute.value, width);
    return {};
}

// RFC 7606 7.3; RFC 4271 6.3: syntactically correct is what can be a host's address. Beside
// MP_REACH_NLRI alone the attribute means nothing (RFC 4760 3).
Finding next_hop(const RawAttribute& attribute, DecodingState& state) {
    if (attribute.value.size() != 4) return bad_length_withdraw(attribute);
    const auto address = net::IpAddress::v4(read_u32(attribute.value));
    if (state.update.announced.empty()) return {};
    if (!is_host_address(address))
        return withdraw(UpdateError::InvalidNextHop, "is " + address.to_string());
    state.update.attributes.next_hop.address = address;
    return {};
}

// RFC 7606 7.4.
Finding med(const RawAttribute& attribute, DecodingState& state) {
    if (attribute.value.size() != 4) return bad_length_withdraw(attribute);
    state.update.attributes.med = read_u32(attribute.value);
    return {};
}

// RFC 7606 7.5.
Finding local_pref(const RawAttribute& attribute, DecodingState& state) {
    if (attribute.value.size() != 4) return bad_length_withdraw(attribute);
    state.update.attributes.local_pref = read_u32(attribute.value);
    return {};
}

// RFC 7606 7.6.
Finding atomic_aggregate(const RawAttribute& attribute, DecodingState& state) {
    if (!attribute.value.empty()) return bad_length_discard(attribute);
    state.update.attributes.atomic_aggregate = true;
    return {};
}

// RFC 7606 7.7, 7607.
Finding aggregator(const RawAttribute& attribute, DecodingState& state) {
    const auto width = as_width(state.context);
    if (attribute.value.size() != static_cast<std::size_t>(width) + 4)
        return bad_length_discard(attribute);
    const auto aggregator = read_aggregator(attribute.value, width);
    if (aggregator.as == 0) return discard(UpdateError::OptionalAttributeError, "has AS 0");
    state.update.attributes.aggregator = aggregator;
    return {};
}

// RFC 7606 7.8.
Finding communities(const RawAttribute& attribute, DecodingState& state) {
    if (!decode_set<4>(attribute.value, state.update.attributes.communities,
                       [](ByteReader& reader) { return Community{reader.u32()}; }))
        return bad_length_withdraw(attribute);
    return {};
}

// RFC 7606 7.9.
Finding originator_id(const RawAttribute& attribute, DecodingState& state) {
    if (attribute.value.size() != 4) return bad_length_withdraw(attribute);
    state.update.attributes.originator_id = RouterId{read_u32(attribute.value)};
    return {};
}

// RFC 7606 7.10.
Finding cluster_list(const RawAttribute& attribute, DecodingState& state) {
    if (!decode_list<4>(attribute.value, state.update.attributes.cluster_list,
                        [](ByteReader& reader) { return reader.u32(); }))
        return bad_length_withdraw(attribute);
    return {};
}

// RFC 7606 7.14.
Finding extended_communities(const RawAttribute& attribute, DecodingState& state) {
    if (!decode_set<8>(attribute.value, state.update.attributes.extended_communities,
                       [](ByteReader& reader) { return ExtendedCommunity{reader.u64()}; }))
        return bad_length_withdraw(attribute);
    take_aws_link(state.context, state.update.attributes);
    return {};
}

// RFC 6793 4.1 and 6, 7607: malformed or out of place, it is discarded; RFC 9774 3: with a set, it
// takes the route along.
Finding as4_path(const RawAttribute& attribute, DecodingState& state) {
    if (state.context.four_octet_as)
        return discard(UpdateError::OptionalAttributeError, "came from a 4-octet speaker");
    if (attribute.value.empty()) return bad_length_discard(attribute);
    if (const auto error = find_as4_path_error(attribute.value))
        return discard(UpdateError::OptionalAttributeError, *error);
    if (const auto set = find_set_in_as4_path(attribute.value))
        return withdraw(UpdateError::MalformedAsPath, *set);
    state.as4_path = decode_as_path(attribute.value, AsWidth::FourOctets);
    return {};
}

Finding as4_aggregator(const RawAttribute& attribute, DecodingState& state) {
    if (state.context.four_octet_as)
        return discard(UpdateError::OptionalAttributeError, "came from a 4-octet speaker");
    if (attribute.value.size() != 8) return bad_length_discard(attribute);
    const auto aggregator = read_aggregator(attribute.value, AsWidth::FourOctets);
    if (aggregator.as == 0) return discard(UpdateError::OptionalAttributeError, "has AS 0");
    state.as4_aggregator = aggregator;
    return {};
}

// RFC 7606 7.15. Nothing here acts on it: it is checked and passed on.
Finding ipv6_extended_communities(const RawAttribute& attribute, DecodingState& state) {
    if (attribute.value.empty() || attribute.value.size() % 20 != 0)
        return bad_length_withdraw(attribute);
    state.passed_on.push_back(attribute);
    return {};
}

// RFC 7311 3.2: where it is not enabled, as if unknown and non-transitive: dropped without a word.
Finding aigp(const RawAttribute&, DecodingState&) {
    return {};
}

// RFC 8092 5.
Finding large_communities(const RawAttribute& attribute, DecodingState& state) {
    if (!decode_set<12>(attribute.value, state.update.attributes.large_communities,
                        [](ByteReader& reader) {
                            const auto global = reader.u32();
                            const auto local1 = reader.u32();
                            return LargeCommunity{global, local1, reader.u32()};
                        }))
        return bad_length_withdraw(attribute);
    return {};
}

// RFC 9234 5.
Finding only_to_customer(const RawAttribute& attribute, DecodingState& state) {
    if (attribute.value.size() != 4) return bad_length_withdraw(attribute);
    state.update.attributes.only_to_customer = read_u32(attribute.value);
    return {};
}

}  // namespace decode

}  // namespace dx::bgp
