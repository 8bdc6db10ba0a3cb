// Every attribute: the value that it gives, and every row of RFC 7606 section 7 where it is
// malformed.
#include "libbgp/wire/attribute_decoders.hpp"

#include "libbgp/wire/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;
using dx::net::IpAddress;

namespace {

constexpr auto kDiscard = ErrorAction::AttributeDiscard;
constexpr auto kWithdraw = ErrorAction::TreatAsWithdraw;

WireContext internal() {
    WireContext context;
    context.external = false;
    return context;
}

WireContext two_octets() {
    WireContext context;
    context.four_octet_as = false;
    return context;
}

Update must_decode(const Buffer& body, const WireContext& context = {}) {
    const auto update = decode_update(body, context);
    REQUIRE(update.has_value());
    return *update;
}

// The attributes of a route that has these besides the least.
PathAttributes attributes_with(std::string_view more, const WireContext& context = {}) {
    const auto body = route_with(more);
    auto update = must_decode(body, context);
    CHECK(update.errors.empty());
    return update.attributes;
}

// An iBGP route: LOCAL_PREF 200, and more.
Buffer internal_route_with(std::string_view more) {
    return route_with("40 05 04 000000c8 " + std::string(more));
}

// The attributes replace the least ones altogether.
Update decode_only(const Buffer& attributes, const WireContext& context = {}) {
    return must_decode(update_body({}, attributes, ten_slash_eight()), context);
}

void check_error(const Update& update, std::uint8_t type, ErrorAction action, UpdateError error) {
    REQUIRE(update.errors.size() == 1);
    CHECK(update.errors[0].attribute == type);
    CHECK(update.errors[0].action == action);
    CHECK(update.errors[0].notification.code == ErrorCode::UpdateMessage);
    CHECK(update.errors[0].notification.subcode == static_cast<std::uint8_t>(error));
    CHECK_FALSE(update.errors[0].text.empty());
    CHECK(update.treat_as_withdraw == (action == kWithdraw));
}

}  // namespace

TEST_CASE("the least route has an origin, a path and a next hop") {
    const auto attributes = attributes_with("");
    CHECK(attributes.origin == Origin::Igp);
    CHECK(attributes.as_path.to_string() == "64512");
    CHECK(attributes.next_hop.address == IpAddress::v4(0xc0000201));
    CHECK_FALSE(attributes.med);
    CHECK_FALSE(attributes.local_pref);
}

TEST_CASE("every attribute gives its value") {
    CHECK(attributes_with("80 04 04 00000064").med == 100U);
    CHECK(attributes_with("40 06 00").atomic_aggregate);
    CHECK(attributes_with("c0 07 08 0000fc00 c0000201").aggregator ==
          Aggregator{64512, RouterId{0xc0000201}});
    CHECK(attributes_with("c0 08 04 ffffff01").has(community::kNoExport));
    CHECK(attributes_with("c0 10 08 0002fc0000000064").extended_communities ==
          CompactArray{ExtendedCommunity{0x0002fc0000000064}});
    CHECK(attributes_with("c0 20 0c 00000001 00000002 00000003").large_communities ==
          CompactArray{LargeCommunity{1, 2, 3}});
    CHECK(attributes_with("c0 23 04 0000fc00").only_to_customer == 64512U);

    const auto body = internal_route_with("80 09 04 0a000001 80 0a 08 0a000002 0a000001");
    const auto update = must_decode(body, internal());
    CHECK(update.errors.empty());
    CHECK(update.attributes.local_pref == 200U);
    CHECK(update.attributes.originator_id == RouterId{0x0a000001});
    CHECK(update.attributes.cluster_list == CompactArray<std::uint32_t>{0x0a000002, 0x0a000001});
}

TEST_CASE("communities are sets: sorted, each once") {
    CHECK(attributes_with("c0 08 10 00000003 00000001 00000003 00000002").communities ==
          CompactArray{Community{1}, Community{2}, Community{3}});
    CHECK(attributes_with("c0 20 18 000000010000000100000001 000000010000000100000001")
              .large_communities == CompactArray{LargeCommunity{1, 1, 1}});
    CHECK(
        attributes_with("c0 10 10 0002000000000002 0002000000000001").extended_communities ==
        CompactArray{ExtendedCommunity{0x0002000000000001}, ExtendedCommunity{0x0002000000000002}});
}

TEST_CASE("a malformed attribute has the outcome of RFC 7606 section 7") {
    struct Row {
        const char* attribute;
        ErrorAction action;
        UpdateError error;
    };

    const auto row = GENERATE(values<Row>({
        {"80 04 03 000000", kWithdraw, UpdateError::AttributeLengthError},        // MED
        {"80 04 00", kWithdraw, UpdateError::AttributeLengthError},               //
        {"40 05 04 00000064", kDiscard, UpdateError::OptionalAttributeError},     // LOCAL_PREF
        {"40 05 03 000000", kDiscard, UpdateError::OptionalAttributeError},       //
        {"40 06 01 00", kDiscard, UpdateError::AttributeLengthError},             // ATOMIC_AGG.
        {"c0 07 06 fc00 c0000201", kDiscard, UpdateError::AttributeLengthError},  // AGGREGATOR
        {"c0 07 00", kDiscard, UpdateError::AttributeLengthError},                //
        {"c0 07 08 00000000 c0000201", kDiscard, UpdateError::OptionalAttributeError},  // RFC 7607
        {"c0 08 05 0000000000", kWithdraw, UpdateError::AttributeLengthError},      // COMMUNITIES
        {"c0 08 00", kWithdraw, UpdateError::AttributeLengthError},                 //
        {"80 09 04 0a000001", kDiscard, UpdateError::OptionalAttributeError},       // ORIGINATOR_ID
        {"80 0a 04 0a000001", kDiscard, UpdateError::OptionalAttributeError},       // CLUSTER_LIST
        {"c0 10 07 00000000000000", kWithdraw, UpdateError::AttributeLengthError},  // EXTENDED
        {"c0 10 00", kWithdraw, UpdateError::AttributeLengthError},                 //
        {"c0 11 06 0201 00000001", kDiscard, UpdateError::OptionalAttributeError},  // AS4_PATH
        {"c0 12 08 0000fc00 c0000201", kDiscard, UpdateError::OptionalAttributeError},
        {"c0 19 13 00000000000000000000000000000000000000", kWithdraw,
         UpdateError::AttributeLengthError},  // IPv6 ext.
        {"c0 20 0d 00000001000000020000000300", kWithdraw, UpdateError::AttributeLengthError},
        {"c0 20 00", kWithdraw, UpdateError::AttributeLengthError},             // LARGE
        {"c0 23 05 0000fc0000", kWithdraw, UpdateError::AttributeLengthError},  // OTC
        {"c0 23 00", kWithdraw, UpdateError::AttributeLengthError},             //
    }));
    CAPTURE(row.attribute);
    const auto body = route_with(row.attribute);
    const auto update = must_decode(body);
    const auto bytes = hex(row.attribute);
    check_error(update, bytes[1], row.action, row.error);
    CHECK(update.errors[0].notification.data == bytes);  // RFC 4271 6.3: type, length, value
    CHECK(prefixes(update.announced) == prefix_list({"10.0.0.0/8"}));
}

TEST_CASE("the attributes of iBGP are checked where they are used") {
    for (const auto* const attribute : {"80 09 03 000000", "80 0a 05 0000000000", "80 0a 00"}) {
        CAPTURE(attribute);
        const auto body = internal_route_with(attribute);
        check_error(must_decode(body, internal()), hex(attribute)[1], kWithdraw,
                    UpdateError::AttributeLengthError);
    }
    const auto body = route_with("40 05 05 0000000000");
    check_error(must_decode(body, internal()), 5, kWithdraw, UpdateError::AttributeLengthError);
}

TEST_CASE("a malformed ORIGIN is treated as withdraw") {
    const auto rest = as_path() + next_hop();
    check_error(decode_only(hex("40 01 01 03") + rest), 1, kWithdraw, UpdateError::InvalidOrigin);
    check_error(decode_only(hex("40 01 00") + rest), 1, kWithdraw,
                UpdateError::AttributeLengthError);
    check_error(decode_only(hex("40 01 02 0000") + rest), 1, kWithdraw,
                UpdateError::AttributeLengthError);
}

TEST_CASE("a malformed AS_PATH is treated as withdraw") {
    const auto* const path = GENERATE("40 02 06 05 01 0000fc00",  // an unknown segment
                                      "40 02 06 02 02 0000fc00",  // one that runs over
                                      "40 02 02 02 00",           // an empty one
                                      "40 02 07 02 01 0000fc00 02",
                                      "40 02 06 02 01 00000000",   // AS 0
                                      "40 02 06 03 01 0000fc00");  // a confederation's
    CAPTURE(path);
    const auto update = decode_only(origin() + hex(path) + next_hop());
    check_error(update, 2, kWithdraw, UpdateError::MalformedAsPath);
    CHECK(update.errors[0].notification.data.empty());
}

TEST_CASE("an empty AS_PATH is a path") {
    const auto empty = decode_only(origin() + hex("40 02 00") + next_hop());
    CHECK(empty.errors.empty());
    CHECK(empty.attributes.as_path.empty());
}

// RFC 5065 5: we are in no confederation, so no neighbor is in ours.
TEST_CASE("a confederation's segments are malformed from an internal neighbor too") {
    for (const auto* const path : {"40 02 06 03 01 0000fc00", "40 02 06 04 01 0000fc00",
                                   "40 02 0c 03 01 0000fc00 02 01 0000fc01"}) {
        CAPTURE(path);
        const auto update =
            decode_only(origin() + hex(path) + next_hop() + hex("40 05 04 00000064"), internal());
        check_error(update, 2, kWithdraw, UpdateError::MalformedAsPath);
    }
}

TEST_CASE("a NEXT_HOP that no host can have is treated as withdraw") {
    const auto rest = origin() + as_path();
    check_error(decode_only(rest + hex("40 03 03 c00002")), 3, kWithdraw,
                UpdateError::AttributeLengthError);
    for (const auto* const address :
         {"00000000", "00010203", "e0000001", "7f000001", "f0000001", "ffffffff"}) {
        CAPTURE(address);
        check_error(decode_only(rest + hex("40 03 04") + hex(address)), 3, kWithdraw,
                    UpdateError::InvalidNextHop);
    }
    CHECK(decode_only(rest + hex("40 03 04 a9fe0001")).errors.empty());  // 169.254.0.1, as at AWS
}

TEST_CASE("flags that contradict the type are treated as withdraw (RFC 7606 3 c)") {
    const auto* const attribute =
        GENERATE("c0 01 01 00", "80 01 01 00", "00 01 01 00", "40 04 04 00000064",
                 "c0 04 04 00000064", "80 08 04 ffffff01", "40 08 04 ffffff01", "80 07 00",
                 "c0 06 00", "80 20 0c 000000010000000200000003", "80 23 04 0000fc00");
    CAPTURE(attribute);
    const auto bytes = hex(attribute);
    auto attributes = bytes[1] == 1 ? bytes : origin();
    attributes = attributes + as_path() + next_hop() + (bytes[1] == 1 ? Buffer{} : bytes);
    const auto update = decode_only(attributes);
    check_error(update, bytes[1], kWithdraw, UpdateError::AttributeFlagsError);
    CHECK(update.errors[0].notification.data == bytes);
}

TEST_CASE("what is for within an AS is discarded from outside, whatever its flags and length") {
    for (const auto* const attribute :
         {"c0 05 04 00000064", "80 05 04 00000064", "00 05 00", "40 09 04 0a000001",
          "c0 09 03 000000", "40 0a 04 0a000001", "c0 0a 05 0000000000"}) {
        CAPTURE(attribute);
        const auto bytes = hex(attribute);
        check_error(decode_only(base_attributes() + bytes), bytes[1], kDiscard,
                    UpdateError::OptionalAttributeError);
        const auto local_pref = bytes[1] == 5 ? Buffer{} : hex("40 05 04 00000064");
        check_error(decode_only(base_attributes() + local_pref + bytes, internal()), bytes[1],
                    kWithdraw, UpdateError::AttributeFlagsError);
    }
}

TEST_CASE("the low flag bits mean nothing, and the long form of a length is always right") {
    const auto update = decode_only(hex("4f 01 01 00 50 02 0006 02 01 0000fc00") + next_hop() +
                                    hex("90 04 0004 00000064 df 08 0004 ffffff01"));
    CHECK(update.errors.empty());
    CHECK(update.attributes.med == 100U);
    CHECK(update.attributes.has(community::kNoExport));
}

TEST_CASE("the Partial bit of what we know is remembered") {
    CHECK(attributes_with("e0 08 04 ffffff01").partial != 0);
    CHECK(attributes_with("c0 08 04 ffffff01").partial == 0);
    CHECK(attributes_with("e0 08 04 ffffff01").partial !=
          attributes_with("e0 20 0c 000000010000000200000003").partial);
    // What is passed on as it is has the bit there.
    CHECK(attributes_with("e0 19 14 0002 20010db8000000000000000000000001 0064").partial == 0);
}

TEST_CASE("AIGP is not for us: dropped, with wrong flags too") {
    CHECK(attributes_with("80 1a 0b 01 000b 0000000000000064").unknown.empty());
    const auto body = route_with("c0 1a 0b 01 000b 0000000000000064");
    const auto update = must_decode(body);
    check_error(update, 26, kDiscard, UpdateError::AttributeFlagsError);
    CHECK(update.attributes.unknown.empty());
}

TEST_CASE("a router of our AS says over which AWS link a path came in, and it is no community") {
    const std::string before = "40 05 04 000000c8 c0 10 ";
    const auto told = [&](const std::string& more, const WireContext& context) {
        const auto attributes = attributes_with(before + more, context);
        return std::pair(attributes.aws_link, attributes.extended_communities.size());
    };
    using Told = std::pair<AwsLink, std::size_t>;
    CHECK(told("08 c064787274640001", internal()) == Told{AwsLink::Circuit, 0});
    CHECK(told("10 0002fc0000000064 c064787274640003", internal()) == Told{AwsLink::Vpn, 1});
    // What we do not know is AWS's, too; another's experiment is not.
    CHECK(told("08 c064787274640063", internal()) == Told{AwsLink::Aside, 0});
    CHECK(told("08 c064787274640000", internal()) == Told{AwsLink::Aside, 0});
    CHECK(told("08 c064787274640100", internal()) == Told{AwsLink::None, 1});
    CHECK(told("08 c064787274630001", internal()) == Told{AwsLink::None, 1});
}

TEST_CASE("another AS says nothing about our AWS links") {
    const auto attributes = attributes_with("c0 10 10 0002fc0000000064 c064787274640001");
    CHECK(attributes.aws_link == AwsLink::None);
    CHECK(attributes.extended_communities ==
          CompactArray<ExtendedCommunity>{ExtendedCommunity{0x0002fc0000000064}});
}

TEST_CASE("IPv6 extended communities are checked and passed on") {
    const auto unknown =
        attributes_with("c0 19 14 0002 20010db8000000000000000000000001 0064").unknown;
    CHECK(Buffer(unknown.begin(), unknown.end()) ==
          hex("f0 19 0014 0002 20010db8000000000000000000000001 0064"));
}

TEST_CASE("from a 2-octet speaker AS numbers are two octets, and AS4_PATH is merged") {
    const auto narrow_path = hex("40 02 06 02 02 0064 5ba0");
    const auto base = origin() + narrow_path + next_hop();
    CHECK(decode_only(base, two_octets()).attributes.as_path.to_string() == "100 23456");

    const auto merged = decode_only(base + hex("c0 11 06 02 01 00011170"), two_octets());
    CHECK(merged.errors.empty());
    CHECK(merged.attributes.as_path.to_string() == "100 70000");
}

TEST_CASE("AGGREGATOR and AS4_AGGREGATOR from a 2-octet speaker (RFC 6793 4.2.3)") {
    const auto base = origin() + hex("40 02 04 02 01 5ba0") + next_hop();
    const auto as4 = hex("c0 11 06 02 01 00011170 c0 12 08 00011170 c0000201");

    const auto taken = decode_only(base + hex("c0 07 06 5ba0 c0000209") + as4, two_octets());
    CHECK(taken.errors.empty());
    CHECK(taken.attributes.aggregator == Aggregator{70000, RouterId{0xc0000201}});
    CHECK(taken.attributes.as_path.to_string() == "70000");

    // The aggregator was a 2-octet speaker: what stands in AS4_* is older than it.
    const auto ignored = decode_only(base + hex("c0 07 06 0064 c0000209") + as4, two_octets());
    CHECK(ignored.attributes.aggregator == Aggregator{100, RouterId{0xc0000209}});
    CHECK(ignored.attributes.as_path.to_string() == "23456");

    const auto alone = decode_only(base + hex("c0 12 08 00011170 c0000201"), two_octets());
    CHECK_FALSE(alone.attributes.aggregator);
}

TEST_CASE("malformed AS4_PATH and AS4_AGGREGATOR are discarded (RFC 6793 6)") {
    const auto base = origin() + hex("40 02 04 02 01 5ba0") + next_hop();
    for (const auto* const attribute :
         {"c0 11 00", "c0 11 05 02 01 000111", "c0 11 06 07 01 00011170", "c0 11 02 02 00",
          "c0 11 06 02 01 00000000", "c0 12 06 0001 c0000201", "c0 12 08 00000000 c0000201"}) {
        CAPTURE(attribute);
        const auto update = decode_only(base + hex(attribute), two_octets());
        REQUIRE(update.errors.size() == 1);
        CHECK(update.errors[0].action == kDiscard);
        CHECK(update.attributes.as_path.to_string() == "23456");
    }
}

// RFC 9774 3.
TEST_CASE("a set of ASes withdraws the route, wherever it stands") {
    const auto check_withdrawn = [](const Buffer& attributes, std::uint8_t type,
                                    const WireContext& context) {
        const auto update = decode_only(attributes, context);
        REQUIRE(update.errors.size() == 1);
        CHECK(update.treat_as_withdraw);
        CHECK(update.errors[0].attribute == type);
        CHECK(update.errors[0].notification ==
              notification(UpdateError::MalformedAsPath, update.errors[0].notification.data));
        CHECK(update.errors[0].text.find("_SET") != std::string::npos);
    };
    for (const auto* const path : {"40 02 0a 02 01 fc00 01 02 0001 0002", "40 02 04 01 01 0001",
                                   "40 02 08 02 01 fc00 04 01 0001"})
        check_withdrawn(origin() + hex(path) + next_hop(), 2, two_octets());
    const auto base = origin() + hex("40 02 06 02 02 fc00 5ba0") + next_hop();
    for (const auto* const path : {"c0 11 06 01 01 00011170", "c0 11 06 04 01 00011170"})
        check_withdrawn(base + hex(path), 17, two_octets());
    // From a 4-octet speaker AS4_PATH means nothing, whatever is in it (RFC 6793 4.1).
    const auto update =
        decode_only(origin() + as_path() + next_hop() + hex("c0 11 06 01 01 00011170"));
    CHECK_FALSE(update.treat_as_withdraw);
}
