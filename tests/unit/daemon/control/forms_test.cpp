#include "daemon/control/forms.hpp"

#include "daemon/control/json_writer.hpp"
#include "tests/support/catch.hpp"

using namespace dx::control;
using namespace std::chrono_literals;

TEST_CASE("an age is shown as Cisco does") {
    struct Row {
        Milliseconds age;
        const char* text;
    };

    const Row rows[] = {
        {0ms, "00:00:00"},
        {46s, "00:00:46"},
        {59min + 59s, "00:59:59"},
        {23h + 59min + 59s, "23:59:59"},
        {24h, "1d00h"},
        {26h + 59min, "1d02h"},
        {24h * 7 - 1s, "6d23h"},
        {24h * 7, "1w0d"},
        {24h * 7 * 3, "3w0d"},
        {24h * 364, "52w0d"},
        {24h * 365, "1y0w"},
        {24h * (365 + 7 * 10), "1y10w"},
        {24h * 365 * 2 - 1s, "1y52w"},
    };
    for (const auto& [age, text] : rows)
        CHECK(age_text(age) == text);
}

TEST_CASE("a target is split and its escapes are decoded") {
    Request request;
    REQUIRE(parse_target("/v1//bgp/neighbors/fe80%3A%3A1%25eth0?family=ipv6&empty=&x", request));
    CHECK(request.path == std::vector<std::string>{"v1", "bgp", "neighbors", "fe80::1%eth0"});
    CHECK(request.parameter("family") == "ipv6");
    CHECK(!request.parameter("empty"));
    CHECK(!request.parameter("x"));
    CHECK(!request.parameter("other"));
}

TEST_CASE("a target with a wrong escape is refused") {
    for (const auto* target : {"", "v1", "/v1/%", "/v1/%4", "/v1/%zz", "/v1?x=%-1", "/v1/%+1"}) {
        CAPTURE(target);
        Request request;
        CHECK(!parse_target(target, request));
    }
}

namespace {

OrRefusal<TableSelection> select(std::string_view query) {
    Request request;
    REQUIRE(parse_target("/v1/routes?" + std::string(query), request));
    return table_selection(request);
}

}  // namespace

TEST_CASE("the family of a table is that of the prefix or address asked for") {
    CHECK(select("")->family == dx::net::Family::Ipv4);
    CHECK(select("family=ipv6")->family == dx::net::Family::Ipv6);
    CHECK(select("prefix=2001:db8::/32")->family == dx::net::Family::Ipv6);
    CHECK(select("within=2001:db8::/32")->family == dx::net::Family::Ipv6);
    CHECK(select("within=10.0.0.0/8")->within == dx::net::Prefix::parse("10.0.0.0/8"));
    CHECK(select("address=10.0.0.1")->address == dx::net::IpAddress::v4(0x0a000001));
}

TEST_CASE("a selection that makes no sense says what is wrong") {
    CHECK(select("family=ipx").error().text == "family is ipv4, ipv6 or all, not ipx");
    CHECK(select("prefix=10.0.0.1/16").error().text ==
          "10.0.0.1/16 is not a prefix: it has bits behind its length; did you mean 10.0.0.0/16?");
    CHECK(select("prefix=banana").error().text == "banana is not a prefix");
    CHECK(select("address=10.0.0").error().text == "10.0.0 is not an IPv4 or IPv6 address");
    CHECK(select("prefix=10.0.0.0/8&address=10.0.0.1").has_error());
    CHECK(select("prefix=10.0.0.0/8&within=10.0.0.0/8").has_error());
    CHECK(select("within=10.0.0.0/8&address=10.0.0.1").has_error());
    CHECK(select("within=10.0.0.1").error().text == "10.0.0.1 is not a prefix");
    CHECK(select("family=ipv4&within=2001:db8::/32").error().text ==
          "2001:db8::/32 is not an IPv4 prefix");
    CHECK(select("family=ipv6&prefix=10.0.0.0/8").has_error());
}

TEST_CASE("JSON is written with its commas and escapes") {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("a", 1).member("b", true).key("c").begin_array();
    json.value("x").begin_object().end_object().value(-7).end_array();
    json.key("d").begin_object().end_object().member("quote", "say \"\\\" \n\x01");
    json.end_object();
    CHECK(out == R"({"a":1,"b":true,"c":["x",{},-7],"d":{},"quote":"say \"\\\" \n\u0001"})");
}

TEST_CASE("bytes that are not UTF-8 are replaced, the rest stays") {
    const auto written = [](std::string_view text) {
        std::string out;
        JsonWriter(out).value(text);
        return out;
    };
    CHECK(written("K\xc3\xb6ln \xf0\x9f\x98\x80") == "\"K\xc3\xb6ln \xf0\x9f\x98\x80\"");
    CHECK(written("a\xff"
                  "b") == R"("a\ufffdb")");
    CHECK(written("\xc3") == R"("\ufffd")");                      // cut
    CHECK(written("\xc0\xaf") == R"("\ufffd\ufffd")");            // overlong
    CHECK(written("\xed\xa0\x80") == R"("\ufffd\ufffd\ufffd")");  // a surrogate
}
