// The text of communities. RFC 1997, 4360, 5668, 8092; well-known names as IANA and routers write
// them.
#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "libbgp/wire/link_bandwidth.hpp"
#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

namespace {

struct NamedCommunity {
    Community community;
    std::string_view name;
};

constexpr NamedCommunity kNamedCommunities[] = {
    {community::kGracefulShutdown, "graceful-shutdown"},
    {community::kLlgrStale, "llgr-stale"},
    {community::kNoLlgr, "no-llgr"},
    {community::kBlackhole, "blackhole"},
    {community::kNoExport, "no-export"},
    {community::kNoAdvertise, "no-advertise"},
    {community::kNoExportSubconfed, "no-export-subconfed"},
};

// Digits and nothing else, up to `most`.
std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t most = 0xffffffff) {
    std::uint32_t value = 0;
    const auto* const begin = text.data();
    const auto* const end = begin + text.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc{} || stop != end || value > most) return std::nullopt;
    return value;
}

// Exactly `Count` parts between colons.
template <std::size_t Count>
std::optional<std::array<std::string_view, Count>> split(std::string_view text) {
    std::array<std::string_view, Count> parts;
    for (std::size_t i = 0; i + 1 < Count; ++i) {
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        parts[i] = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    if (text.find(':') != std::string_view::npos) return std::nullopt;
    parts.back() = text;
    return parts;
}

// Extended communities with words: route target and route origin, in the three forms of RFC 4360
// and 5668; link bandwidth beside them. Everything else is written in hexadecimal.
constexpr std::uint8_t kTwoOctetAs = 0x00;
constexpr std::uint8_t kIpv4Address = 0x01;
constexpr std::uint8_t kFourOctetAs = 0x02;

struct NamedSubtype {
    std::uint8_t subtype;
    std::string_view name;
};

constexpr NamedSubtype kNamedSubtypes[] = {{0x02, "rt"}, {0x03, "soo"}};

constexpr ExtendedCommunity extended(std::uint8_t type, std::uint8_t subtype, std::uint64_t value) {
    return {(std::uint64_t{type} << 56) | (std::uint64_t{subtype} << 48) | value};
}

// "64512:100", "192.0.2.1:100", "70000:100"; an "L" marks an AS that would fit two octets but is
// in four, so that the text means one value only.
std::optional<std::string> value_text(std::uint8_t type, std::uint64_t value) {
    const auto high = static_cast<std::uint32_t>((value >> 16) & 0xffffffff);
    const auto low = static_cast<std::uint32_t>(value & 0xffff);
    switch (type) {
        case kTwoOctetAs:
            return std::to_string((value >> 32) & 0xffff) + ":" +
                   std::to_string(value & 0xffffffff);
        case kIpv4Address: return net::IpAddress::v4(high).to_string() + ":" + std::to_string(low);
        case kFourOctetAs:
            return std::to_string(high) + (high <= 0xffff ? "L:" : ":") + std::to_string(low);
        default: return std::nullopt;
    }
}

std::string hexadecimal(std::uint64_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = 60; shift >= 0; shift -= 4)
        text += kDigits[(value >> shift) & 0xf];
    return text;
}

std::optional<ExtendedCommunity> parse_hexadecimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto* const begin = text.data();
    const auto* const end = begin + text.size();
    const auto [stop, error] = std::from_chars(begin, end, value, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return ExtendedCommunity{value};
}

// A global part of four octets, a local part of two.
std::optional<ExtendedCommunity> wide(std::uint8_t type, std::uint8_t subtype,
                                      std::optional<std::uint32_t> global, std::string_view local) {
    const auto number = parse_number(local, 0xffff);
    if (!global || !number) return std::nullopt;
    return extended(type, subtype, (std::uint64_t{*global} << 16) | *number);
}

std::optional<ExtendedCommunity> parse_value(std::uint8_t subtype, std::string_view global,
                                             std::string_view local) {
    if (global.find('.') != std::string_view::npos) {
        const auto address = net::IpAddress::parse(global);
        if (!address) return std::nullopt;
        return wide(kIpv4Address, subtype, address->to_v4(), local);
    }
    if (global.ends_with('L')) {
        global.remove_suffix(1);
        return wide(kFourOctetAs, subtype, parse_number(global), local);
    }
    const auto as = parse_number(global);
    if (!as) return std::nullopt;
    if (*as > 0xffff) return wide(kFourOctetAs, subtype, as, local);
    const auto number = parse_number(local);
    if (!number) return std::nullopt;
    return extended(kTwoOctetAs, subtype, (std::uint64_t{*as} << 32) | *number);
}

// RFC 7153 5.1: the types 0xc0 to 0xcf are for experiments, and not transitive. What follows is
// "dxrtd", lest somebody else's experiment be taken for this; the last octet is the link.
constexpr std::uint64_t kAwsLinkMark = 0xc064787274640000;

}  // namespace

ExtendedCommunity community_of(AwsLink link) {
    return {kAwsLinkMark | static_cast<std::uint64_t>(link)};
}

// What a later version may mean is AWS's all the same.
std::optional<AwsLink> aws_link_of(ExtendedCommunity community) {
    const auto link = community.value - kAwsLinkMark;
    if (link > 0xff) return std::nullopt;
    const bool known = link != 0 && link <= static_cast<std::uint64_t>(AwsLink::Aside);
    return known ? static_cast<AwsLink>(link) : AwsLink::Aside;
}

std::string to_string(Community community) {
    const auto* named = std::ranges::find(kNamedCommunities, community, &NamedCommunity::community);
    if (named != std::end(kNamedCommunities)) return std::string(named->name);
    return std::to_string(community.value >> 16) + ":" + std::to_string(community.value & 0xffff);
}

std::string to_string(LargeCommunity community) {
    return std::to_string(community.global) + ":" + std::to_string(community.local1) + ":" +
           std::to_string(community.local2);
}

std::string to_string(ExtendedCommunity community) {
    if (auto bandwidth = link_bandwidth_text(community)) return *std::move(bandwidth);
    const auto type = static_cast<std::uint8_t>(community.value >> 56);
    const auto subtype = static_cast<std::uint8_t>(community.value >> 48);
    const auto* named = std::ranges::find(kNamedSubtypes, subtype, &NamedSubtype::subtype);
    const auto text = value_text(type, community.value);
    if (named == std::end(kNamedSubtypes) || !text) return hexadecimal(community.value);
    return std::string(named->name) + ":" + *text;
}

std::optional<Community> parse_community(std::string_view text) {
    const auto* named = std::ranges::find(kNamedCommunities, text, &NamedCommunity::name);
    if (named != std::end(kNamedCommunities)) return named->community;
    const auto parts = split<2>(text);
    if (!parts) return std::nullopt;
    const auto as = parse_number((*parts)[0], 0xffff);
    const auto local = parse_number((*parts)[1], 0xffff);
    if (!as || !local) return std::nullopt;
    return Community::of(static_cast<std::uint16_t>(*as), static_cast<std::uint16_t>(*local));
}

std::optional<LargeCommunity> parse_large_community(std::string_view text) {
    const auto parts = split<3>(text);
    if (!parts) return std::nullopt;
    const auto global = parse_number((*parts)[0]);
    const auto local1 = parse_number((*parts)[1]);
    const auto local2 = parse_number((*parts)[2]);
    if (!global || !local1 || !local2) return std::nullopt;
    return LargeCommunity{*global, *local1, *local2};
}

std::optional<ExtendedCommunity> parse_extended_community(std::string_view text) {
    if (text.starts_with("0x")) {
        const auto community = parse_hexadecimal(text.substr(2));
        const bool is_ours = community && aws_link_of(*community);  // what the codec alone may say
        return is_ours ? std::nullopt : community;
    }
    if (const auto bandwidth = parse_link_bandwidth(text)) return bandwidth;
    const auto parts = split<3>(text);
    if (!parts) return std::nullopt;
    const auto* named = std::ranges::find(kNamedSubtypes, (*parts)[0], &NamedSubtype::name);
    if (named == std::end(kNamedSubtypes)) return std::nullopt;
    return parse_value(named->subtype, (*parts)[1], (*parts)[2]);
}

}  // namespace dx::bgp
