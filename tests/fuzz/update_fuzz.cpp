// An UPDATE's body: prefixes stay within it, and a route that was accepted is the same route after
// it has been encoded and decoded again.
#include <cstdlib>

#include "libbgp/wire/message.hpp"

using namespace dx::bgp;
using dx::net::Family;
using dx::net::Prefix;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

WireContext context_from(std::uint8_t flags) {
    WireContext context;
    context.four_octet_as = (flags & 1) != 0;
    context.external = (flags & 2) != 0;
    context.families = {};
    if ((flags & 4) == 0) context.families.insert(Family::Ipv4);
    if ((flags & 8) == 0) context.families.insert(Family::Ipv6);
    return context;
}

std::vector<Prefix> list_of(const NlriView& view) {
    std::size_t octets = 0;
    std::vector<Prefix> list;
    for (const auto& prefix : view) {
        require(prefix.family() == view.family());
        octets += 1 + (prefix.length() + 7U) / 8;
        list.push_back(prefix);
    }
    require(octets == view.bytes().size());
    return list;
}

// In four octets everything can be said; in two, RFC 6793 loses confederation segments.
void try_round_trip(const NlriView& announced, PathAttributes attributes, const NextHop& next_hop,
                    WireContext context) {
    if (announced.empty()) return;
    context.four_octet_as = true;
    context.families = {Family::Ipv4, Family::Ipv6};
    context.max_message_size = kMaxExtendedMessageSize;
    attributes.next_hop = next_hop;
    const auto list = list_of(announced);
    Buffer out;
    if (!encode_announcements(announced.family(), list, attributes, context, out)) return;
    require(out.size() <= kMaxExtendedMessageSize);
    const auto again = decode_update(Bytes(out).subspan(kHeaderSize), context);
    require(again.has_value() && again->errors.empty());
    const bool in_fields = announced.family() == Family::Ipv4;
    auto got = again->attributes;
    if (!in_fields) got.next_hop = again->mp_next_hop.value();
    require(got == attributes);
    require(list_of(in_fields ? again->announced : again->mp_announced) == list);
}

void look_at(const PathAttributes& attributes) {
    attributes.as_path.to_string();
    attributes.as_path.origin_as();
    require(attributes.as_path.prepended(65000, 3).length() == attributes.as_path.length() + 3);
    for (const auto community : attributes.communities)
        require(parse_community(to_string(community)) == community);
    for (const auto community : attributes.extended_communities)
        require(parse_extended_community(to_string(community)) == community);
    for (const auto& community : attributes.large_communities)
        require(parse_large_community(to_string(community)) == community);
}

}  // namespace

// The first octet: what was negotiated.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const auto context = context_from(data[0]);
    const auto update = decode_update(Bytes(data + 1, size - 1), context);
    if (!update) {
        require(update.error().code == ErrorCode::UpdateMessage);
        return 0;
    }
    list_of(update->withdrawn);
    list_of(update->mp_withdrawn);
    look_at(update->attributes);
    if (update->treat_as_withdraw) {
        require(!update->errors.empty());
        return 0;
    }
    try_round_trip(update->announced, update->attributes, update->attributes.next_hop, context);
    try_round_trip(update->mp_announced, update->attributes,
                   update->mp_next_hop.value_or(NextHop{}), context);
    return 0;
}
