#include "cli/doctor/probes/program.hpp"

#include "tests/support/catch.hpp"

using namespace dx::doctor;

TEST_CASE("a program's output and exit code come back, without a shell") {
    const auto echo = run_program({"echo", "a; echo b", "$HOME"});
    CHECK(echo.status == 0);
    CHECK(echo.output == "a; echo b $HOME\n");
    CHECK(echo.trouble.empty());
}

TEST_CASE("what a program complains about comes back, however much it says") {
    const auto listing = run_program({"ls", "/nonexistent", "/"});
    CHECK(listing.status == 2);
    CHECK(listing.trouble.find("/nonexistent") != std::string::npos);
    CHECK(listing.output.find("etc") != std::string::npos);
    CHECK(run_program({"seq", "100000"}).output.size() > 500000);
}

TEST_CASE("a program that is not there is trouble, not a crash") {
    const auto none = run_program({"no-such-program"});
    CHECK(none.status == -1);
    CHECK(none.trouble == "no-such-program: No such file or directory");
}
