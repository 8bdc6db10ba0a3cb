#include <algorithm>

#include "libbgp/wire/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::Family;
using dx::net::IpAddress;
using dx::net::Prefix;

namespace {

PathAttributes base(Family family = Family::Ipv4) {
    PathAttributes attributes;
    attributes.origin = Origin::Igp;
    attributes.as_path = AsPath::sequence(std::vector<AsNumber>{64512});
    attributes.next_hop.address =
        family == Family::Ipv4 ? IpAddress::v4(0xc0000201) : *IpAddress::parse("2001:db8::1");
    return attributes;
}

PathAttributes everything(Family family) {
    auto attributes = base(family);
    attributes.as_path = AsPath::sequence(std::vector<AsNumber>{64512, 70000});
    attributes.atomic_aggregate = true;
    attributes.med = 100;
    attributes.local_pref = 200;
    attributes.only_to_customer = 64512;
    attributes.originator_id = RouterId{1};
    attributes.cluster_list = {2, 3};
    attributes.aggregator = Aggregator{70000, RouterId{4}};
    attributes.communities = {Community::of(7224, 7300), community::kNoExport};
    attributes.extended_communities = {ExtendedCommunity{0x0002fc0000000064}};
    attributes.large_communities = {LargeCommunity{1, 2, 3}};
    const auto unknown = hex("f0 0b 0000 f0 28 0001 07 f0 63 0002 0102");
    attributes.unknown = CompactArray<std::uint8_t>(Bytes(unknown));
    return attributes;
}

Buffer announce(const std::vector<Prefix>& list, const PathAttributes& attributes,
                const WireContext& context = {}) {
    Buffer out;
    const auto family = list.front().family();
    REQUIRE(encode_announcements(family, list, attributes, context, out));
    return out;
}

// `count` different prefixes of a family.
std::vector<Prefix> many(Family family, std::size_t count) {
    std::vector<Prefix> list;
    for (std::size_t i = 0; i < count; ++i) {
        const auto high = static_cast<std::uint8_t>(i >> 8);
        const auto low = static_cast<std::uint8_t>(i);
        list.push_back(
            family == Family::Ipv4
                ? Prefix(IpAddress::v4(0x0a000000U | static_cast<std::uint32_t>(i << 8)), 24)
                : Prefix(IpAddress::v6({0x20, 0x01, 0x0d, 0xb8, high, low}), 48));
    }
    return list;
}

WireContext internal() {
    auto context = both_families();
    context.external = false;
    return context;
}

}  // namespace

TEST_CASE("the AWS link is one more extended community, and comes back as what it was") {
    auto attributes = base();
    attributes.local_pref = 200;
    attributes.aws_link = GENERATE(AwsLink::Circuit, AwsLink::Public, AwsLink::Vpn, AwsLink::Aside);
    if (GENERATE(true, false))
        attributes.extended_communities = {ExtendedCommunity{0x0002fc0000000064}};
    WireContext inside;
    inside.external = false;
    const auto bytes = announce({*Prefix::parse("10.0.0.0/8")}, attributes, inside);
    const auto update = decode_update(Bytes(bytes).subspan(kHeaderSize), inside);
    REQUIRE(update.has_value());
    CHECK(update->errors.empty());
    CHECK(update->attributes == attributes);
    const auto outside = decode_update(Bytes(bytes).subspan(kHeaderSize), {});
    REQUIRE(outside.has_value());
    CHECK(outside->attributes.aws_link == AwsLink::None);
}

TEST_CASE("an announcement is what its bytes are") {
    CHECK(announce(prefix_list({"10.0.0.0/8", "192.0.2.128/25"}), base()) ==
          Buffer(16, 0xff) + hex("0032 02 0000 0014 40010100 40020602010000fc00 400304c0000201"
                                 "08 0a 19 c0000280"));
}

TEST_CASE("an IPv6 announcement has MP_REACH_NLRI first and no NEXT_HOP") {
    CHECK(announce(prefix_list({"2001:db8::/32"}), base(Family::Ipv6)) ==
          Buffer(16, 0xff) + hex("0042 02 0000 002b"
                                 "90 0e 001a 0002 01 10 20010db8000000000000000000000001 00"
                                 "20 20010db8 40010100 40020602010000fc00"));
}

TEST_CASE("a link-local next hop goes along as the second half") {
    auto attributes = base(Family::Ipv6);
    attributes.next_hop.link_local = IpAddress::parse("fe80::1");
    const auto out = announce(prefix_list({"::/0"}), attributes);
    const auto body = bodies(out).front();
    const auto update = decode_update(body, both_families());
    REQUIRE(update.has_value());
    CHECK(update->mp_next_hop == attributes.next_hop);
}

TEST_CASE("every attribute goes both ways, for both families") {
    for (const auto family : kFamilies) {
        const auto attributes = everything(family);
        const auto list = many(family, 3);
        const auto body = bodies(announce(list, attributes, internal())).front();
        auto update = decode_update(body, internal());
        REQUIRE(update.has_value());
        CHECK(update->errors.empty());
        if (update->mp_next_hop) update->attributes.next_hop = *update->mp_next_hop;
        CHECK(update->attributes == attributes);
        CHECK(prefixes(family == Family::Ipv4 ? update->announced : update->mp_announced) == list);
    }
}

TEST_CASE("attributes are in ascending order of type, unknown ones among them") {
    const auto body =
        bodies(announce(many(Family::Ipv4, 1), everything(Family::Ipv4), internal())).front();
    const auto layout = decode_update_layout(body);
    REQUIRE(layout.has_value());
    std::vector<int> types;
    for (auto left = layout->attributes; !left.empty();) {
        types.push_back(left[1]);
        CHECK((left[0] & 0x10) == 0);  // all are short here
        left = left.subspan(3U + left[2]);
    }
    CHECK(types == std::vector{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 32, 35, 40, 99});
}

TEST_CASE("a 2-octet speaker gets AS_TRANS and the AS4 attributes where they are needed") {
    auto context = internal();
    context.four_octet_as = false;
    const auto list = many(Family::Ipv4, 1);
    const auto body = bodies(announce(list, everything(Family::Ipv4), context)).front();
    const auto update = decode_update(body, context);
    REQUIRE(update.has_value());
    CHECK(update->attributes == everything(Family::Ipv4));

    const auto plain = announce(list, base(), context);
    CHECK(plain == Buffer(16, 0xff) + hex("002d 02 0000 0012 40010100 4002040201fc00 400304c0000201"
                                          "18 0a0000"));
}

TEST_CASE("the Partial bit that came goes on, on its attribute only") {
    const auto in = update_body(
        {}, base_attributes() + hex("e0 08 04 ffffff01 c0 20 0c 000000010000000200000003"),
        ten_slash_eight());
    const auto update = decode_update(in, {});
    REQUIRE(update.has_value());
    CHECK(bodies(announce(prefix_list({"10.0.0.0/8"}), update->attributes)).front() == in);
}

TEST_CASE("a long value has the long form of the length") {
    auto attributes = base();
    std::vector<Community> communities;
    for (std::uint32_t i = 0; i < 100; ++i)
        communities.push_back({i});
    attributes.communities = CompactArray<Community>(std::span<const Community>(communities));
    const auto body = bodies(announce(many(Family::Ipv4, 1), attributes)).front();
    const auto update = decode_update(body, {});
    REQUIRE(update.has_value());
    CHECK(update->errors.empty());
    CHECK(update->attributes == attributes);
}

TEST_CASE("UPDATEs are filled before the next begins, none beyond the limit") {
    const auto family = GENERATE(Family::Ipv4, Family::Ipv6);
    const auto limit = GENERATE(std::size_t{4096}, std::size_t{65535});
    auto context = both_families();
    context.max_message_size = limit;
    const auto list = many(family, 20'000);
    const auto out = announce(list, base(family), context);

    std::vector<Prefix> seen;
    const auto messages = bodies(out);
    for (const auto& body : messages) {
        CHECK(body.size() + kHeaderSize <= limit);
        if (&body != &messages.back()) CHECK(body.size() + kHeaderSize + 17 > limit);
        const auto update = decode_update(body, context);
        REQUIRE(update.has_value());
        const auto part =
            prefixes(family == Family::Ipv4 ? update->announced : update->mp_announced);
        seen.insert(seen.end(), part.begin(), part.end());
    }
    CHECK(seen == list);
}

TEST_CASE("withdrawals are packed alike") {
    const auto family = GENERATE(Family::Ipv4, Family::Ipv6);
    const auto list = many(family, 5'000);
    Buffer out;
    encode_withdrawals(family, list, both_families(), out);
    std::vector<Prefix> seen;
    for (const auto& body : bodies(out)) {
        CHECK(body.size() + kHeaderSize <= kMaxMessageSize);
        const auto update = decode_update(body, both_families());
        REQUIRE(update.has_value());
        CHECK(update->errors.empty());
        const auto part =
            prefixes(family == Family::Ipv4 ? update->withdrawn : update->mp_withdrawn);
        seen.insert(seen.end(), part.begin(), part.end());
    }
    CHECK(seen == list);
}

TEST_CASE("nothing to say is said in no message") {
    Buffer out;
    encode_withdrawals(Family::Ipv4, {}, {}, out);
    CHECK(encode_announcements(Family::Ipv4, {}, base(), {}, out));
    CHECK(out.empty());
}

TEST_CASE("what is in the buffer stays before what is appended") {
    Buffer out;
    encode_keepalive(out);
    encode_withdrawals(Family::Ipv4, prefix_list({"10.0.0.0/8"}), {}, out);
    CHECK(out ==
          Buffer(16, 0xff) + hex("0013 04") + Buffer(16, 0xff) + hex("0019 02 0002 08 0a 0000"));
}

TEST_CASE("attributes that leave no room for a prefix are refused, and nothing is written") {
    const auto family = GENERATE(Family::Ipv4, Family::Ipv6);
    auto attributes = base(family);
    Buffer out;
    const auto fits = [&](std::size_t communities) {
        std::vector<LargeCommunity> list(communities);
        for (std::uint32_t i = 0; auto& community : list)
            community.local2 = i++;
        attributes.large_communities =
            CompactArray<LargeCommunity>(std::span<const LargeCommunity>(list));
        return encode_announcements(family, many(family, 2), attributes, both_families(), out);
    };
    CHECK(fits(330));
    CHECK(std::ranges::all_of(bodies(out), [](const Buffer& body) {
        return body.size() + kHeaderSize <= kMaxMessageSize;
    }));
    out.clear();
    CHECK_FALSE(fits(345));
    CHECK_FALSE(fits(6000));  // longer than a length can say
    CHECK(out.empty());
}

TEST_CASE("attributes that were encoded once are sent with whatever next hop is asked for") {
    const auto family = GENERATE(Family::Ipv4, Family::Ipv6);
    const auto context = both_families();
    auto attributes = everything(family);
    const auto list = many(family, 3);
    EncodedAttributes encoded;
    encode_attributes(base(family), family, context, encoded);  // is replaced
    encode_attributes(attributes, family, context, encoded);
    Buffer nlri;
    for (const auto& prefix : list) {
        nlri.push_back(prefix.length());
        const auto octets = prefix.address().bytes().first((prefix.length() + 7U) / 8);
        nlri.insert(nlri.end(), octets.begin(), octets.end());
    }
    attributes.next_hop = family == Family::Ipv4 ? NextHop{IpAddress::v4(0xc6336401), {}}
                                                 : NextHop{*IpAddress::parse("2001:db8::77"), {}};
    Buffer out;
    REQUIRE(
        encode_announcements(NlriView(family, nlri), encoded, attributes.next_hop, context, out));
    CHECK(out == announce(list, attributes, context));
}

TEST_CASE("End-of-RIB goes both ways") {
    Buffer out;
    encode_end_of_rib(Family::Ipv4, out);
    CHECK(out == Buffer(16, 0xff) + hex("0017 02 0000 0000"));
    CHECK(decode_update(bodies(out).front(), both_families())->end_of_rib == Family::Ipv4);

    Buffer ipv6;
    encode_end_of_rib(Family::Ipv6, ipv6);
    CHECK(ipv6 == Buffer(16, 0xff) + hex("001e 02 0000 0007 90 0f 0003 0002 01"));
    CHECK(decode_update(bodies(ipv6).front(), both_families())->end_of_rib == Family::Ipv6);
}
