#include "cli/help.hpp"

#include "cli/command.hpp"
#include "tests/support/catch.hpp"

using namespace dx::cli;

TEST_CASE("the help of some words is that of the commands that begin so, and of their words") {
    const auto help = help_of({"undrain"}, 0);
    CHECK(help ==
          "  undrain NEIGHBOR\n        give a drained neighbor back; ends a failover test of "
          "it, too\n\n"
          "Its words:\n"
          "  NEIGHBOR           a neighbor's address or name\n\n"
          "Options of every command, and all commands: dxctl --help\n");
    const auto import = help_of({"import"}, 0);
    for (const auto* part : {"  import aws FILE", "  import frr FILE", "  networks  ", "  force  "})
        CHECK(import.find(part) != std::string::npos);
    CHECK(import.find("undrain") == std::string::npos);
    CHECK(help_of({"import", "frr"}, 0).find("import aws") == std::string::npos);
    CHECK(help_of({"import", "frr", "router.conf"}, 0).find("import frr") != std::string::npos);
    CHECK(help_of({"show", "ipv6"}, 0).find("show ip|ipv6 route") != std::string::npos);
}

TEST_CASE("every command is found by its words, with an argument in the place of its names") {
    for (const auto& command : commands()) {
        Words words;
        for (const auto& token : split_words(command.pattern)) {
            if (token.front() == '[' || token.front() == '{') break;
            const auto last = token.substr(token.rfind('|') + 1);
            words.push_back(last.front() >= 'A' && last.front() <= 'Z' ? "dx-a" : last);
        }
        INFO(command.pattern);
        CHECK(help_of(words, 0).find("  " + std::string(command.pattern)) != std::string::npos);
    }
}

TEST_CASE("words that begin no command have no help, and every command is in that of all") {
    CHECK(help_of({"nonsense"}, 0).empty());
    CHECK(help_of({"import", "nonsense"}, 0).empty());
    CHECK(help_of({}, 0).empty());
    const auto all = help_of_all();
    for (const auto& command : commands())
        CHECK(all.find("\n  " + std::string(command.pattern) + '\n') != std::string::npos);
}
