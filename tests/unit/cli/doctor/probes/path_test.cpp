// Over the loopback; the rest needs links, and is in tests/interop/doctor.
#include "cli/doctor/probes/path.hpp"

#include "tests/support/catch.hpp"

using namespace dx::doctor;

namespace {

const auto kLoopback = *dx::net::IpAddress::parse("127.0.0.1");

}  // namespace

TEST_CASE("the source of what goes to an address is the kernel's choice") {
    CHECK(source_towards(*dx::net::IpAddress::parse("127.0.0.2")) == kLoopback);
}

TEST_CASE("a port that nobody listens on refuses, and an address that is not ours cannot be used") {
    const auto nobody = *dx::net::IpAddress::parse("127.0.0.77");
    CHECK(connect_to_bgp({kLoopback, nobody, 0}).connect == Connect::Refused);
    const auto failed = connect_to_bgp({*dx::net::IpAddress::parse("192.0.2.1"), kLoopback, 0});
    CHECK(failed.connect == Connect::Failed);
    CHECK_FALSE(failed.error.empty());
}

TEST_CASE("the loopback answers ping, where ping is permitted") {
    for (const auto* text : {"127.0.0.1", "::1"}) {
        CAPTURE(text);
        const auto address = *dx::net::IpAddress::parse(text);
        const auto outcome = ping({address, address, 0});
        if (outcome.echo == Echo::NotPossible) {
            CHECK_FALSE(outcome.error.empty());
            continue;
        }
        CHECK(outcome.echo == Echo::Answered);
        CHECK(outcome.round_trip.count() > 0);
    }
}
