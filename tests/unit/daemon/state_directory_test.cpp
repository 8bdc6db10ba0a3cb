#include "daemon/state_directory.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

namespace dx::daemon {

TEST_CASE("What the command line says of the state directory comes first") {
    CHECK(state_directory("/srv/state", "/var/lib/other", kDefaultConfigFile) == "/srv/state");
}

TEST_CASE("What systemd says of the state directory comes before the defaults") {
    CHECK(state_directory("", "/var/lib/dxrouted:/var/lib/more", "/tmp/a.yaml") ==
          "/var/lib/dxrouted");
}

TEST_CASE("The default configuration keeps its state where the FHS wants it") {
    CHECK(state_directory("", "", kDefaultConfigFile) == "/var/lib/dxrouted");
}

TEST_CASE("Another configuration keeps its state beside it, apart from that of its neighbors") {
    CHECK(state_directory("", "", "/tmp/lab/a.yaml") == "/tmp/lab/a.yaml.state");
    CHECK(state_directory("", "", "a.yaml") == "a.yaml.state");
}

TEST_CASE("A state directory belongs to one run at a time, and to the next when that has ended") {
    const control::TemporaryDirectory place;
    const auto directory = place.file("state");
    {
        const StateLock first(directory, {});
        CHECK(!first.held_by_another());
        CHECK(StateLock(directory, {}).held_by_another());
    }
    CHECK(!StateLock(directory, {}).held_by_another());
    CHECK(!StateLock("/proc/nowhere/state", {}).held_by_another());
}

}  // namespace dx::daemon
