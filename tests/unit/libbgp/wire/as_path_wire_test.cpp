#include "libbgp/wire/as_path_wire.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/wire/wire_bytes.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;

namespace {

// A path from its wire form in four octets.
AsPath path(std::string_view text) {
    const auto bytes = hex(text);
    REQUIRE_FALSE(find_as_path_error(bytes, AsWidth::FourOctets));
    return decode_as_path(bytes, AsWidth::FourOctets);
}

Buffer encoded(const AsPath& path, AsWidth width) {
    Buffer out;
    ByteWriter writer(out);
    encode_as_path(path, width, writer);
    return out;
}

}  // namespace

TEST_CASE("a path goes both ways in both widths") {
    const auto wide = hex("02 02 0000fc00 00011170 02 01 00000001");
    CHECK(decode_as_path(wide, AsWidth::FourOctets).to_string() == "64512 70000 1");
    CHECK(encoded(path("02 02 0000fc00 00011170 02 01 00000001"), AsWidth::FourOctets) == wide);
    const auto narrow = hex("02 02 fc00 0001");
    CHECK(encoded(decode_as_path(narrow, AsWidth::TwoOctets), AsWidth::TwoOctets) == narrow);
}

TEST_CASE("in two octets a wide AS is AS_TRANS") {
    CHECK(encoded(path("02 02 00000001 00011170"), AsWidth::TwoOctets) == hex("02 02 0001 5ba0"));
    CHECK(needs_as4_path(path("02 02 00000001 00011170")));
    CHECK_FALSE(needs_as4_path(path("02 02 00000001 0000ffff")));
}

TEST_CASE("malformed segments are told (RFC 7606 7.2)") {
    const auto* const text = GENERATE("02",                       // a lone octet
                                      "02 01 0000fc00 02",        // one left behind
                                      "00 01 0000fc00",           // unknown types
                                      "05 01 0000fc00",           //
                                      "02 00",                    // an empty segment
                                      "02 02 0000fc00",           // longer than the attribute
                                      "02 02 0000fc00 00000000",  // AS 0
                                      "01 01 00000000");
    CAPTURE(text);
    CHECK(find_as_path_error(hex(text), AsWidth::FourOctets));
}

TEST_CASE("the width decides what is whole") {
    CHECK_FALSE(find_as_path_error(hex("02 01 fc00"), AsWidth::TwoOctets));
    CHECK(find_as_path_error(hex("02 01 fc00"), AsWidth::FourOctets));
    CHECK_FALSE(find_as_path_error({}, AsWidth::FourOctets));
}

TEST_CASE("AS_PATH and AS4_PATH make one path (RFC 6793 4.2.3)") {
    const auto [as_path, as4_path, merged] = GENERATE(table<const char*, const char*, const char*>({
        // The 2-octet speakers in front are kept.
        {"02 03 00000064 00005ba0 00005ba0", "02 02 00011170 00011171", "100 70000 70001"},
        {"02 02 00005ba0 00000064", "02 02 00011170 00000064", "70000 100"},
        // A shorter AS_PATH than AS4_PATH: somebody cut it, AS4_PATH is ignored.
        {"02 01 00005ba0", "02 02 00011170 00000064", "23456"},
        {"02 01 00005ba0", "", "23456"},
        // The cut may fall between segments.
        {"02 01 00000064 02 01 00005ba0", "02 01 00011170", "100 70000"},
    }));
    const auto as4 = *as4_path ? path(as4_path) : AsPath();
    CHECK(merge_as4_path(path(as_path), as4).to_string() == merged);
}

TEST_CASE("sequences that touch become one where there is room") {
    const auto merged = merge_as4_path(path("02 02 00000064 00005ba0"), path("02 01 00011170"));
    CHECK(merged.segments().size() == 1);
    const auto long_path = AsPath::sequence(std::vector<AsNumber>(255, 1)).prepended(2, 2);
    const auto long_tail = AsPath::sequence(std::vector<AsNumber>(255, 70000));
    CHECK(merge_as4_path(long_path, long_tail).segments().size() == 2);
}

TEST_CASE("a confederation's segments are malformed in AS_PATH, and left out of AS4_PATH") {
    const auto [text, rest] = GENERATE(table<const char*, const char*>({
        {"03 01 00000009", ""},
        {"03 01 00000009 02 01 00000064", "100"},
        {"02 01 00000064 03 02 00000009 00000008 02 01 00000007", "100 7"},
    }));
    CAPTURE(text);
    const auto bytes = hex(text);
    CHECK(find_as_path_error(bytes, AsWidth::FourOctets));
    CHECK_FALSE(find_as4_path_error(bytes));
    CHECK_FALSE(find_set_in_as4_path(bytes));
    CHECK(decode_as_path(bytes, AsWidth::FourOctets).to_string() == rest);
}

TEST_CASE("a set of ASes is refused in both, and told (RFC 9774 3)") {
    const auto [text, told] = GENERATE(table<const char*, std::string>({
        {"01 02 00000001 00000002", "has an AS_SET"},
        {"02 01 00000064 01 01 00000001", "has an AS_SET"},
        {"02 01 00000064 04 01 00000001", "has an AS_CONFED_SET"},
        {"01 01 00000001 03 01 00000002", "has an AS_SET"},
    }));
    CAPTURE(text);
    const auto bytes = hex(text);
    CHECK(find_as_path_error(bytes, AsWidth::FourOctets) == told);
    CHECK_FALSE(find_as4_path_error(bytes));
    CHECK(find_set_in_as4_path(bytes) == told);
}

TEST_CASE("what is malformed in AS_PATH otherwise is malformed in AS4_PATH") {
    for (const auto* const text : {"02", "05 01 0000fc00", "02 00", "03 00", "02 02 0000fc00",
                                   "02 01 00000000", "03 01 00000000"}) {
        CAPTURE(text);
        CHECK(find_as4_path_error(hex(text)));
    }
}
