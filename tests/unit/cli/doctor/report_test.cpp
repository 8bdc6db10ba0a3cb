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

}  // namespace

TEST_CASE("the text has a line a check, in columns, and ends with the sentence") {
    CHECK(as_text(example()) ==
          R"(neighbor dx-primary
  link           failed !!  eth0 is down
                 ->         ip link set eth0 up
  ping           -          not tried

this host
  forwarding     ok         is on

dx-primary: eth0 is down; ip link set eth0 up.
)");
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
