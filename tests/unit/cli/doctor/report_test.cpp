#include "cli/doctor/report.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tests/support/catch.hpp"

using namespace dx::doctor;

namespace {

Diagnosis example() {
    return {{{"link", "dx-primary", failed("eth0 is down", "ip link set eth0 up")},
             {"ping", "dx-primary", skipped("not tried")},
             {"forwarding", "", ok("is on")}},
            "dx-primary: eth0 is down; ip link set eth0 up.",
            1};
}

std::string text_of(const Diagnosis& diagnosis, dx::cli::Style style) {
    std::string text;
    {
        dx::cli::Output out(
            [&](std::string_view piece) {
                text += piece;
                return true;
            },
            style);
        write_text(diagnosis, out);
    }
    return text;
}

}  // namespace

TEST_CASE("the text has a line a check, in columns, and ends with the sentence") {
    CHECK(text_of(example(), {}) ==
          R"(neighbor dx-primary
  link           failed !!  eth0 is down
                 ->         ip link set eth0 up
  ping           -          not tried

this host
  forwarding     ok         is on

dx-primary: eth0 is down; ip link set eth0 up.
)");
}

TEST_CASE("on a terminal what is long is broken in its column, and results have colours") {
    const Diagnosis one{
        {{"link", "", failed("eth0 is administratively down", "set it up")}}, "eth0 is down.", 1};
    CHECK(text_of(one, {50, true}) ==
          "this host\n"
          "  link           \x1b[31mfailed !! \x1b[0m eth0 is\n"
          "                            administratively down\n"
          "                 ->         set it up\n"
          "\neth0 is down.\n");
}

TEST_CASE("the JSON has all of it") {
    const auto parsed = boost::json::parse(as_json(example()));
    CHECK(parsed == boost::json::parse(R"({"schema": 1, "failures": 1,
        "checks": [
          {"neighbor": "dx-primary", "check": "link", "result": "failed",
           "detail": "eth0 is down", "advice": "ip link set eth0 up"},
          {"neighbor": "dx-primary", "check": "ping", "result": "skipped", "detail": "not tried"},
          {"check": "forwarding", "result": "ok", "detail": "is on"}],
        "conclusion": "dx-primary: eth0 is down; ip link set eth0 up."})"));
}
