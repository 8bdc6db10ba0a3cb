#include "cli/familiar_words.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

using namespace dx::cli;

namespace {

using Texts = std::vector<std::string>;

std::string refusal_of(std::string_view line) {
    auto router = dx::control::example_router();
    try {
        run(router, line);
    } catch (const Failure& failure) {
        CHECK(failure.exit_code() == kUsage);
        return failure.what();
    }
    return "done";
}

// What is between backticks, but for other programs'.
Texts commands_in(std::string_view advice) {
    Texts commands;
    for (auto from = advice.find('`'); from != advice.npos;) {
        const auto to = advice.find('`', from + 1);
        const auto command = advice.substr(from + 1, to - from - 1);
        if (command.find("ctl ") == command.npos) commands.emplace_back(command);
        from = advice.find('`', to + 1);
    }
    return commands;
}

bool says(std::string_view line, std::string_view words) {
    const auto refusal = refusal_of(line);
    UNSCOPED_INFO(refusal);
    return refusal.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a command of another router is answered with the one that does its work here") {
    CHECK(says("conf t", "there is no \"config terminal\" here: change a copy"));
    CHECK(says("configure terminal", "`config apply FILE`"));
    CHECK(says("wr mem", "there is no \"write\" here"));
    CHECK(says("shut dx1", "`drain NEIGHBOR`"));
    CHECK(says("no shut", "`undrain NEIGHBOR`"));
    CHECK(says("no router bgp 65000", "`config diff FILE`"));
    CHECK(says("sh log", "`show bgp neighbors NEIGHBOR history`"));
    CHECK(says("show tech", "`support`"));
    CHECK(says("show ip int brief", "`show interface`"));
    CHECK(says("show route", "`show ip route`"));
    CHECK(says("show route-map X", "`policy test"));
    CHECK(says("show ip bgp regexp _64512_", "`show ip bgp json`"));
    CHECK(says("ping 192.0.2.1", "`doctor NEIGHBOR`"));
    CHECK(says("rollback 1", "`config rollback N`"));
}

TEST_CASE("what is said to be here is here") {
    auto router = dx::control::example_router();
    DirectClient client(router);
    const Interpreter interpreter(client);
    for (const auto* line : {"shutdown",
                             "no shutdown",
                             "configure",
                             "write",
                             "commit",
                             "rollback",
                             "debug",
                             "show logging",
                             "show tech-support",
                             "show startup-config",
                             "show archive",
                             "show history",
                             "show ip interface",
                             "show ip protocols",
                             "show route-map",
                             "show route",
                             "show neighbors",
                             "show ip bgp regexp",
                             "ping",
                             "restart"}) {
        const auto commands = commands_in(advice_on_familiar(split_words(line), 0));
        CAPTURE(line);
        CHECK_FALSE(commands.empty());
        for (const auto& command : commands) {
            CAPTURE(command);
            auto words = split_words(command);
            std::ranges::replace(words, "PREFIX", "10.0.0.0/8");
            std::ranges::replace(words, "N", "1");
            CHECK_NOTHROW(interpreter.command_of(words));
        }
    }
}

TEST_CASE("what is ours but for its end is told what may come there") {
    CHECK(says("config aply x", "did you mean \"apply\"?"));
    CHECK(says("config", "incomplete command"));
    CHECK(says("show rnning-config", "did you mean \"running-config\"?"));
    CHECK(says("show ip rout 10.0.0.0/8 x", "unknown word \"x\""));
    CHECK(says("s", "ambiguous word \"s\""));
}

TEST_CASE("a word that nobody uses is told what there is") {
    CHECK(advice_on_familiar({"frobnicate"}, 0).empty());
    CHECK(advice_on_familiar({"w"}, 0).empty());
    CHECK(advice_on_familiar({}, 0).empty());
}
