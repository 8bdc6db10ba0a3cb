// What is shown on a terminal: in its width, with colours.
#include "cli/text_width.hpp"
#include "cli/watch.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

using namespace dx::cli;
using namespace dx::control;

namespace {

std::string on_terminal(FakeRouter& router, std::string_view line, Style style, bool wide = false) {
    DirectClient client(router);
    Interpreter interpreter(client);
    std::string text;
    {
        Output out(
            [&](std::string_view piece) {
                text += piece;
                return true;
            },
            style);
        interpreter.run(split_words(line), {false, wide}, out);
    }
    return text;
}

std::size_t widest(std::string_view text) {
    std::size_t most = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        most = std::max(most, columns(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return most;
}

}  // namespace

TEST_CASE("text takes a line of the terminal for each of its own, and one where it is too wide") {
    CHECK(lines_taken("", 80) == 0);
    CHECK(lines_taken("one\n\nthree\nfour", 80) == 4);
    CHECK(lines_taken("12345678\n123456789\n", 8) == 3);
    CHECK(lines_taken("\x1b[32m12345678\x1b[0m\n", 8) == 1);
    CHECK(lines_taken("12345678\n123456789\n", 0) == 2);
}

TEST_CASE("text is cut by characters, and what switches a colour off stays") {
    CHECK(cut("abcdef", 0) == "abcdef");
    CHECK(cut("abcdef", 6) == "abcdef");
    CHECK(cut("abcdef", 5) == "abcd…");
    CHECK(cut("äöüß", 3) == "äö…");
    CHECK(cut("\x1b[31mabcdef\x1b[0m", 3) == "\x1b[31mab…\x1b[0m");
    CHECK(columns("\x1b[31mäb\x1b[0m") == 2);
    CHECK(columns("\x1b[") == 0);
    CHECK(columns("\x1b[3") == 0);
}

TEST_CASE("text is broken at blanks") {
    CHECK(wrapped("one two three four five", 0, 4) == "one two three four five");
    CHECK(wrapped("one two three four five", 24, 4) == "one two three four\n    five");
    CHECK(wrapped("one", 10, 4) == "one");
    CHECK(wrapped("a-word-that-is-longer-than-the-line is there", 30, 2) ==
          "a-word-that-is-longer-than-the-line\n  is there");
}

TEST_CASE("words stand side by side where there is room") {
    const Words words{"one", "three", "äö"};
    CHECK(in_columns(words, 0) == "  one\n  three\n  äö\n");
    CHECK(in_columns(words, 15) == "  one    three\n  äö\n");
}

TEST_CASE("the summary fits a terminal: reason and description give way, numbers do not") {
    auto router = example_router();
    router.neighbor_views[0].description = std::string(100, 'd');
    router.neighbor_views[1].last_down = DownView{std::chrono::seconds(60), std::string(90, 'r')};
    const auto plain = on_terminal(router, "show ip bgp summary", {}, true);
    CHECK(widest(plain) > 300);
    const auto fitted = on_terminal(router, "show ip bgp summary", {160, false}, true);
    CHECK(widest(fitted) == 160);
    CHECK(fitted.find("d…\n") != std::string::npos);
    CHECK(fitted.find("r…") != std::string::npos);
    CHECK(on_terminal(router, "show ip bgp summary", {160, false}) ==
          on_terminal(router, "show ip bgp summary", {}));
}

TEST_CASE("at 80 columns the summary of IOS is as narrow as its numbers, and no line is broken") {
    auto router = example_router();
    router.neighbor_views[0].address = address("169.254.100.200");
    router.neighbor_views[0].name =
        "a-neighbor-with-a-name-as-long-as-one-may-be-which-is-64-letters";
    const auto shown = [&](const char* line, std::size_t width) {
        const auto text = on_terminal(router, line, {width, false});
        return text.substr(text.find("Neighbor "));  // the table
    };
    const auto table = [](const std::string& text) { return text.substr(0, text.find("\n\n")); };
    CHECK(widest(table(shown("show ip bgp summary", 87))) == 87);
    CHECK(shown("show ip bgp summary", 87) == shown("show ip bgp summary", 0));
    const auto narrow = shown("show ip bgp summary", 80);
    CHECK(widest(table(narrow)) <= 80);
    CHECK(
        narrow.starts_with("Neighbor      V         AS MsgRcvd MsgSent TblVer InQ OutQ Up/Down  "
                           "State/PfxRcd\n169.254.100.200\n              4      64512 "));
    for (auto& neighbor : router.neighbor_views)
        neighbor.remote_as = 64512;  // five digits leave room for every IPv4 address
    const auto usual = shown("show ip bgp summary", 80);
    CHECK(widest(table(usual)) <= 80);
    CHECK(usual.find("\n169.254.100.200 4 64512 ") != std::string::npos);
    CHECK(widest(table(shown("show ip bgp summary", 40))) > 40);  // numbers are not cut
}

TEST_CASE("at 80 columns the wide summary has two lines a neighbor, and none is broken") {
    auto router = example_router();
    router.neighbor_views[0].description = std::string(100, 'd');
    router.neighbor_views[1].last_down = DownView{std::chrono::seconds(60), std::string(90, 'r')};
    const auto text = on_terminal(router, "show ip bgp summary", {80, false}, true);
    const auto table = text.substr(text.find("Neighbor "));
    CHECK(widest(table.substr(0, table.find("\n\n"))) == 80);
    CHECK(table.find("State/PfxRcd\n     PfxSnt    Limit BFD       Last down ") !=
          std::string::npos);
    CHECK(table.find("d…\n") != std::string::npos);
    const auto wider = on_terminal(router, "show ip bgp summary", {120, false}, true);
    CHECK(wider.find("State/PfxRcd\n     PfxSnt") != std::string::npos);
}

TEST_CASE("at 80 columns an IPv6 neighbor has its line, and its numbers another one") {
    auto router = example_router();
    auto& neighbor = router.neighbor_views[0];
    neighbor.address = address("2001:db8:ffff:ffff:ffff:ffff:ffff:fff1");
    neighbor.families = {neighbor.families.front()};
    neighbor.families.front().family = dx::net::Family::Ipv6;
    neighbor.remote_as = 4294967294;
    const auto text = on_terminal(router, "show bgp ipv6 summary", {80, false});
    const auto table = text.substr(text.find("Neighbor "));
    CHECK(widest(table.substr(0, table.find("\n\n"))) <= 80);
    CHECK(table.find("\n2001:db8:ffff:ffff:ffff:ffff:ffff:fff1\n              4 4294967294 ") !=
          std::string::npos);
}

TEST_CASE("colours say who is up, and change no column") {
    auto router = example_router();
    router.neighbor_views[1].state = "Active";
    router.neighbor_views[1].up_for.reset();
    const auto text = on_terminal(router, "show ip bgp summary", {0, true});
    CHECK(text.find("00:00:46 \x1b[32m           1\x1b[0m\n") != std::string::npos);
    CHECK(text.find("\x1b[31mActive\x1b[0m\n") != std::string::npos);
    CHECK(text.find(" Idle (Admin)\n") != std::string::npos);  // as was wanted
    router.bfd_peer_views = {example_bfd_peer()};
    CHECK(on_terminal(router, "show bfd peers", {0, true}).find("Status: \x1b[32mup\x1b[0m\n") !=
          std::string::npos);
    CHECK(on_terminal(router, "show ip bgp neighbors dx-primary", {0, true})
              .find("BGP state = \x1b[32mEstablished\x1b[0m") != std::string::npos);
    InterfaceView link;
    link.name = "eth0";
    link.admin_up = link.carrier = true;
    router.interface_views = {link};
    CHECK(on_terminal(router, "show interface", {0, true}).find("\x1b[32mup        \x1b[0m") !=
          std::string::npos);
}

TEST_CASE("the table of BFD sessions is as wide as FRR's, and on a narrow terminal as it must be") {
    auto router = example_router();
    router.bfd_peer_views = {example_bfd_peer()};
    CHECK(widest(on_terminal(router, "show bfd peers brief", {80, false})) <= 80);
    CHECK(on_terminal(router, "show bfd peers brief", {120, false}) ==
          on_terminal(router, "show bfd peers brief", {}));
}

TEST_CASE("the comment of a configuration is cut to the line") {
    auto router = example_router();
    router.config_history.entries = {{1, 100, "apply", 0, std::string(100, 'c')}};
    const auto text = on_terminal(router, "config history", {80, false});
    CHECK(text.find("ccc…\n") != std::string::npos);
    CHECK(widest(text) == 80);
}

TEST_CASE("a long path is cut before its origin, and never within a number") {
    auto router = example_router();
    const auto text = on_terminal(router, "show ip bgp", {75, false});
    CHECK(widest(text.substr(text.find("Weight Path"))) <= 75);
    CHECK(on_terminal(router, "show ip bgp", {}).find("…") == std::string::npos);
    const dx::bgp::AsNumber numbers[] = {64512, 4200000001, 65001};
    router.bgp_tables[0][0].paths[0].attributes.as_path = dx::bgp::AsPath::sequence(numbers);
    const auto ends_so = [&](std::size_t width, const std::string& end) {
        return on_terminal(router, "show ip bgp", {width, false}).find(end) != std::string::npos;
    };
    CHECK(ends_so(87, " 64512 4200000001 65001 i\n"));
    CHECK(ends_so(86, " 64512 4200000001 … i\n"));
    CHECK(ends_so(80, " 64512 … i\n"));
    CHECK(ends_so(70, " 0 … i\n"));
}

TEST_CASE("a watched command is drawn in place, and what does not fit is counted") {
    CHECK(screen_of("title", "one\ntwo\n", 80, 24) ==
          "\x1b[Htitle\x1b[K\n\x1b[K\none\x1b[K\ntwo\x1b[K\n\x1b[J");
    CHECK(screen_of("title", "1\n2\n3\n4\n5\n6\n", 80, 8) ==
          "\x1b[Htitle\x1b[K\n\x1b[K\n1\x1b[K\n2\x1b[K\n3\x1b[K\n4\x1b[K\n… 2 more "
          "lines\x1b[K\n\x1b[J");
    CHECK(screen_of("a title", "12345678\n", 4, 0) ==
          "\x1b[Ha t…\x1b[K\n\x1b[K\n123…\x1b[K\n\x1b[J");
}
