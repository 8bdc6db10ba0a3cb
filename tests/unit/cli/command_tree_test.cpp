#include "cli/command_tree.hpp"

#include <string>
#include <variant>

#include "cli/command.hpp"
#include "cli/near_word.hpp"
#include "tests/support/catch.hpp"

using namespace dx::cli;

namespace {

CommandTree whole_tree() {
    std::vector<std::string_view> patterns;
    for (const auto& command : commands())
        patterns.push_back(command.pattern);
    return CommandTree(patterns);
}

std::string joined(const Words& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

// The words in full, or what is wrong with them.
std::string understood(std::string_view line) {
    const auto parsed = whole_tree().parse(split_words(line));
    if (const auto* const wrong = std::get_if<Misunderstanding>(&parsed)) return "% " + wrong->text;
    return joined(std::get<Match>(parsed).words);
}

}  // namespace

TEST_CASE("any unambiguous beginning of a word will do") {
    struct Row {
        const char* given;
        const char* meant;
    };

    const Row rows[] = {
        {"show ip bgp summary", "show ip bgp summary"},
        {"sh ip bgp sum", "show ip bgp summary"},
        {"sh ip b s", "show ip bgp summary"},
        {"sh bgp sum", "show bgp summary"},
        {"sh bgp ipv6 uni sum", "show bgp ipv6 unicast summary"},
        {"sh bgp ipv6 sum", "show bgp ipv6 summary"},
        {"sh ip bgp", "show ip bgp"},
        {"sh ip bgp 10.0.0.0/8", "show ip bgp 10.0.0.0/8"},
        {"sh ip bgp 10.0.0.1", "show ip bgp 10.0.0.1"},
        {"sh bgp ipv6 2001:db8::/32", "show bgp ipv6 2001:db8::/32"},
        {"sh bgp ipv6 unicast fe80::1", "show bgp ipv6 unicast fe80::1"},
        {"sh ip bgp nei", "show ip bgp neighbors"},
        {"sh ip bgp nei dx-primary", "show ip bgp neighbors dx-primary"},
        {"sh ip bgp nei dx-primary rec", "show ip bgp neighbors dx-primary received-routes"},
        {"sh ip bgp nei 1.1.1.1 routes", "show ip bgp neighbors 1.1.1.1 routes"},
        {"sh ip bgp nei 1.1.1.1 adv", "show ip bgp neighbors 1.1.1.1 advertised-routes"},
        {"sh ip bgp nei 1.1.1.1 held", "show ip bgp neighbors 1.1.1.1 held-back-routes"},
        {"sh ip ro", "show ip route"},
        {"sh ip ro b", "show ip route bgp"},
        {"sh ip ro st 10.0.0.0/8", "show ip route static 10.0.0.0/8"},
        {"sh ip ro 10.0.0.1", "show ip route 10.0.0.1"},
        {"sh ipv6 ro c", "show ipv6 route connected"},
        {"sh int", "show interface"},
        {"sh int eth0.259", "show interface eth0.259"},
        {"sh run", "show running-config"},
        {"sh ver", "show version"},
        {"cl ip bgp *", "clear ip bgp *"},
        {"cl ip bgp dx-primary soft in", "clear ip bgp dx-primary soft in"},
        {"clear bgp ipv6 unicast * soft", "clear bgp ipv6 unicast * soft"},
        {"clear bgp 10.0.0.1 soft out", "clear bgp 10.0.0.1 soft out"},
        {"rel", "reload"},
        {"imp aws vifs.json", "import aws vifs.json"},
        {"import aws a and b f t d", "import aws a and b force to d"},
    };
    for (const auto& [given, meant] : rows)
        CHECK(understood(given) == meant);
}

TEST_CASE("behind the first word a word may be written as an option, and a text stays a text") {
    CHECK(understood("failover-test dx --for 60s --exp dx2") ==
          "failover-test dx for 60s expect-backup dx2");
    CHECK(understood("config apply f --comment --confirm --confirm 5m") ==
          "config apply f comment --confirm confirm 5m");
    CHECK(understood("--reload").starts_with("% unknown word \"--reload\""));
    CHECK(understood("failover-test dx --").starts_with("% unknown word \"--\""));
}

TEST_CASE("what is not understood is answered with what is possible") {
    struct Row {
        const char* given;
        const char* answer;
    };

    const Row rows[] = {
        {"show ip bgp sumary",
         "% unknown word \"sumary\" after \"show ip bgp\": did you mean "
         "\"summary\"? (possible: PREFIX, summary, neighbors)"},
        {"show ip ospf", "% unknown word \"ospf\" after \"show ip\" (possible: bgp, route)"},
        {"show version now",
         "% unknown word \"now\" after \"show version\": the command ends "
         "there"},
        {"show ip", "% incomplete command after \"show ip\": it goes on with bgp, route"},
        {"clear ip bgp",
         "% incomplete command after \"clear ip bgp\": it goes on with *, NEIGHBOR"},
        {"show i", "% ambiguous word \"i\" after \"show\": ip, ipv6, interface"},
        {"show ip bgp neighbors a r",
         "% ambiguous word \"r\" after \"show ip bgp neighbors a\": "
         "received-routes, routes"},
        {"show ip bgp 10",
         "% unknown word \"10\" after \"show ip bgp\" (possible: PREFIX, "
         "summary, neighbors)"},
    };
    for (const auto& [given, answer] : rows) {
        CHECK(understood(given) == answer);
    }
    CHECK(understood("shwo ip bgp")
              .starts_with("% unknown word \"shwo\": did you mean \"show\"? (possible: show, "));
    CHECK(understood("show r") == "show running-config");
}

TEST_CASE("an exact word wins over the longer ones that begin with it") {
    CHECK(understood("show ip route") == "show ip route");  // not ipv6
    CHECK(understood("clear ip bgp x soft in") == "clear ip bgp x soft in");
}

TEST_CASE("a neighbor may be called like a word") {
    const auto parsed = whole_tree().parse({"show", "ip", "bgp", "neighbors", "ipv6"});
    const auto& match = std::get<Match>(parsed);
    CHECK(match.arguments == Words{"ipv6"});
    CHECK(!match.has("ipv6"));
    CHECK(match.has("neighbors"));
}

TEST_CASE("every command can be reached, and every word has help") {
    const auto tree = whole_tree();
    for (const auto& command : commands()) {
        CAPTURE(command.pattern);
        CHECK(!command.help.empty());
        CHECK(command.run != nullptr);
    }
    std::vector<Words> places{{}};
    while (!places.empty()) {
        const auto place = places.back();
        places.pop_back();
        for (const auto& [word, is_argument] : tree.next(place).candidates) {
            CAPTURE(word);
            CHECK(!word_help(word).empty());
            auto further = place;
            further.push_back(is_argument ? "10.0.0.1" : word);
            places.push_back(further);
        }
    }
}

TEST_CASE("alternatives and nested options expand to every sequence") {
    const CommandTree tree({"a [b [c|d]] E", "a x|y"});
    const auto ok = [&](std::string_view line) {
        return std::holds_alternative<Match>(tree.parse(split_words(line)));
    };
    CHECK(ok("a 1"));
    CHECK(ok("a b 1"));
    CHECK(ok("a b c 1"));
    CHECK(ok("a b d 1"));
    CHECK(ok("a x"));
    CHECK(ok("a y"));
    CHECK(!ok("a"));
    CHECK(!ok("a b c"));
    CHECK(!ok("a b c 1 2"));
}

TEST_CASE("optional parts in braces come in any order, each at most once") {
    const CommandTree tree({"a {to X, by|via Y, force} E"});
    const auto ok = [&](std::string_view line) {
        return std::holds_alternative<Match>(tree.parse(split_words(line)));
    };
    CHECK(ok("a e"));
    CHECK(ok("a to 1 e"));
    CHECK(ok("a force to 1 e"));
    CHECK(ok("a via 2 to 1 force e"));
    CHECK(ok("a to 1 force by 2 e"));
    CHECK(!ok("a to 1 to 2 e"));
    CHECK(!ok("a by 1 via 2 e"));
    CHECK(!ok("a"));
}

TEST_CASE("a line is split at blanks, quotes keep them") {
    CHECK(split_words("  show\tip  bgp\n") == Words{"show", "ip", "bgp"});
    CHECK(split_words("a \"b c\" d\"e f\"") == Words{"a", "b c", "de f"});
    CHECK(split_words("\"\"") == Words{""});
    CHECK(split_words("   ").empty());
}

TEST_CASE("a near word is at most two letters away") {
    const Words known{"show", "clear", "reload", "NEIGHBOR"};
    CHECK(near_word("shwo", known) == "show");
    CHECK(near_word("claer", known) == "clear");
    CHECK(near_word("relaod", known) == "reload");
    CHECK(near_word("rlod", known) == "reload");
    CHECK(near_word("x", known).empty());
    CHECK(near_word("xyz", known).empty());
    CHECK(near_word("NEIGHBOUR", known).empty());
}
