#include "libfib/netlink/note.hpp"

#include <cerrno>

#include "tests/support/catch.hpp"

using dx::fib::FibNote;
using dx::netlink::describe;
using dx::netlink::Severity;

TEST_CASE("every note of the Fib has words, with its values in them") {
    for (int kind = 0; kind <= static_cast<int>(FibNote::Kind::NotesLost); ++kind) {
        FibNote note;
        note.kind = static_cast<FibNote::Kind>(kind);
        const auto text = describe(note, "").text;
        INFO(kind);
        CHECK(!text.empty());
        CHECK(text.find('{') == std::string::npos);
    }
}

TEST_CASE("a refusal names the route, the errno's text and the kernel's own explanation") {
    FibNote note;
    note.kind = FibNote::Kind::RouteFailed;
    note.prefix = *dx::net::Prefix::parse("10.1.0.0/16");
    note.error = ENETUNREACH;
    const auto told = describe(note, "Nexthop has invalid gateway");
    CHECK(told.severity == Severity::Error);
    CHECK(told.text ==
          "the kernel refused the route 10.1.0.0/16: Network is unreachable "
          "(Nexthop has invalid gateway)");
    REQUIRE(told.about);
    CHECK(told.about->error == ENETUNREACH);
}
