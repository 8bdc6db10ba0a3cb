#include "daemon/kernel_events.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::daemon;
using Kind = fib::FibNote::Kind;

namespace {

netlink::Note note(Kind kind) {
    fib::FibNote about;
    about.kind = kind;
    about.prefix = *net::Prefix::parse("10.1.0.0/16");
    return netlink::describe(about, {});
}

bool has(const Event& event, std::string_view name, std::string_view value) {
    for (const auto& [key, of] : event.details)
        if (key == name) return of == Event::Value(std::string(value));
    return false;
}

}  // namespace

TEST_CASE("a conflict with another program's route is an event, and its end too") {
    const auto begun = kernel_event(note(Kind::Conflict));
    REQUIRE(begun);
    CHECK(begun->kind == EventKind::Kernel);
    CHECK(has(*begun, "what", "conflict"));
    CHECK(has(*begun, "prefix", "10.1.0.0/16"));
    const auto over = kernel_event(note(Kind::ConflictOver));
    REQUIRE(over);
    CHECK(has(*over, "what", "conflict-over"));
    CHECK(over->text == "10.1.0.0/16: the other program's route is gone; installing ours");
}

TEST_CASE("what is in order is for the log alone, and what is wrong without a route is told") {
    CHECK_FALSE(kernel_event(note(Kind::Reconciled)));
    CHECK_FALSE(kernel_event(note(Kind::StaleSwept)));
    CHECK_FALSE(kernel_event({netlink::Severity::Info, "all is well", {}}));
    const auto told = kernel_event({netlink::Severity::Warning, "something", {}});
    REQUIRE(told);
    CHECK(told->details.empty());
    const auto object = kernel_event(note(Kind::ObjectFailed));
    REQUIRE(object);
    CHECK(has(*object, "what", "object-refused"));
    CHECK_FALSE(has(*object, "prefix", "10.1.0.0/16"));
}

TEST_CASE("an interface that lost IPv6 is named") {
    fib::FibNote about;
    about.kind = Kind::Ipv6Lost;
    about.link = "eth1";
    const auto told = kernel_event(netlink::describe(about, {}));
    REQUIRE(told);
    CHECK(has(*told, "what", "ipv6-lost"));
    CHECK(has(*told, "interface", "eth1"));
}

TEST_CASE("what has a name as an event has none twice") {
    std::set<std::string_view> names;
    for (int at = 0; at < static_cast<int>(Kind::NotesLost); ++at) {
        const auto kind = static_cast<Kind>(at);
        if (kind == Kind::FailedOver) continue;  // an event of its own
        CHECK(names.insert(incident_name(kind)).second);
        CHECK_FALSE(incident_name(kind).empty());
    }
}
