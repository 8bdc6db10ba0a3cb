// MP_REACH_NLRI and MP_UNREACH_NLRI: RFC 4760, with the errors of RFC 7606 5.3, 7.11 and 7.12.
// What keeps us from finding all prefixes resets the session; a family that was not negotiated has
// a form that we need not know, and is ignored.
#include "libbgp/wire/attribute_decoders.hpp"
#include "libbgp/wire/byte_reader.hpp"
#include "libbgp/wire/nlri.hpp"

namespace dx::bgp {

namespace {

Finding reset(std::string text) {
    return Complaint{ErrorAction::SessionReset, UpdateError::OptionalAttributeError,
                     std::move(text)};
}

AfiSafi read_afi_safi(ByteReader& reader) {
    const auto afi = reader.u16();
    return {afi, reader.u8()};
}

std::optional<net::Family> negotiated_family(AfiSafi afi_safi, const WireContext& context) {
    const auto family = afi_safi.family();
    if (!family || !context.families.contains(*family)) return std::nullopt;
    return family;
}

Finding not_negotiated(AfiSafi afi_safi) {
    return Complaint{ErrorAction::AttributeDiscard, UpdateError::OptionalAttributeError,
                     "is of AFI " + std::to_string(afi_safi.afi) + " SAFI " +
                         std::to_string(afi_safi.safi) + ", which was not negotiated"};
}

// Four octets for IPv4; 16 for IPv6, or 32 with a link-local address behind (RFC 2545 3).
std::optional<NextHop> read_next_hop(net::Family family, Bytes bytes) {
    const auto size = net::address_bytes(family);
    const bool pair = family == net::Family::Ipv6 && bytes.size() == 2 * size;
    if (bytes.size() != size && !pair) return std::nullopt;
    NextHop next_hop{net::IpAddress::from_bytes(family, bytes), {}};
    if (!pair) return next_hop;
    const auto second = net::IpAddress::from_bytes(family, bytes.subspan(size));
    if (!second.is_link_local()) return next_hop;
    next_hop.link_local = second;
    if (next_hop.address.is_unspecified()) next_hop.address = second;  // it is alone
    return next_hop;
}

}  // namespace

namespace decode {

Finding mp_reach(const RawAttribute& attribute, DecodingState& state) {
    ByteReader reader(attribute.value);
    const auto afi_safi = read_afi_safi(reader);
    const Bytes next_hop_bytes = reader.take(reader.u8());
    reader.u8();  // reserved, ignored
    if (!reader.ok()) return reset("is too short");
    const Bytes nlri = reader.rest();
    state.reachable = !nlri.empty();

    const auto family = negotiated_family(afi_safi, state.context);
    if (!family) return not_negotiated(afi_safi);
    const auto next_hop = read_next_hop(*family, next_hop_bytes);
    if (!next_hop)
        return reset("has a next hop of length " + std::to_string(next_hop_bytes.size()));
    if (!is_well_formed_nlri(*family, nlri)) return reset("has malformed prefixes");

    state.update.mp_announced = NlriView(*family, nlri);
    state.update.mp_next_hop = next_hop;
    if (!is_host_address(next_hop->address))
        return Complaint{ErrorAction::TreatAsWithdraw, UpdateError::OptionalAttributeError,
                         "has the next hop " + next_hop->address.to_string()};
    return {};
}

Finding mp_unreach(const RawAttribute& attribute, DecodingState& state) {
    ByteReader reader(attribute.value);
    const auto afi_safi = read_afi_safi(reader);
    if (!reader.ok()) return reset("is too short");
    const auto family = negotiated_family(afi_safi, state.context);
    if (!family) return not_negotiated(afi_safi);
    const Bytes nlri = reader.rest();
    if (!is_well_formed_nlri(*family, nlri)) return reset("has malformed prefixes");
    state.update.mp_withdrawn = NlriView(*family, nlri);
    state.empty_unreach = nlri.empty();
    return {};
}

}  // namespace decode

}  // namespace dx::bgp
