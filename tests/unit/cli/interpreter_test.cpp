#include "cli/interpreter.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/completion.hpp"
#include "cli/table_reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx::cli;
using namespace dx::control;

namespace {

int exit_code_of(std::string_view line) {
    auto router = example_router();
    try {
        run(router, line);
    } catch (const Failure& failure) {
        return failure.exit_code();
    }
    return kDone;
}

std::string hints_of(const Words& before, std::string_view partial) {
    auto router = example_router();
    DirectClient client(router);
    Interpreter interpreter(client);
    std::string out;
    for (const auto& hint : interpreter.hints(before, partial))
        out += hint.word + ' ';
    return out;
}

}  // namespace

TEST_CASE("the exit code tells wrong usage from refusal") {
    CHECK(exit_code_of("show ip bgp") == 0);
    CHECK(exit_code_of("show ip bgp neighbors nobody") == 1);
    CHECK(exit_code_of("show ip bgp 10.99.0.0/16") == 1);
    CHECK(exit_code_of("show ip bgp 2001:db8::/32") == 2);
    CHECK(exit_code_of("show ip bgp 10.0.0.1/16") == 2);
    CHECK(exit_code_of("show bfd peer") == 0);
    CHECK(exit_code_of("shwo") == 2);
    CHECK(exit_code_of("show ip") == 2);
    CHECK(exit_code_of("reload json now") == 2);
}

TEST_CASE("help lists what may come at the cursor") {
    CHECK(hints_of({}, "sh") == "show ");
    CHECK(hints_of({"show", "ip"}, "") == "bgp route ");
    CHECK(hints_of({"sh", "ip", "bgp"}, "") == "PREFIX summary neighbors json wide <cr> ");
    CHECK(hints_of({"sh", "ip", "bgp"}, "s") == "summary ");
    CHECK(hints_of({"sh", "ip", "bgp"}, "10.") == "PREFIX ");
    CHECK(hints_of({"clear", "ip", "bgp", "x", "soft"}, "") == "in out <cr> ");
    CHECK(hints_of({"bogus"}, "").empty());
}

TEST_CASE("words are completed, neighbors too") {
    auto router = example_router();
    DirectClient client(router);
    Interpreter interpreter(client);
    CHECK(interpreter.completions({"show", "ip", "bgp"}, "n") == Words{"neighbors"});
    CHECK(interpreter.completions({"show", "ip", "bgp", "nei"}, "d") == Words{"dx-primary"});
    CHECK(interpreter.completions({"doctor"}, "dx") == Words{"dx-primary"});
    CHECK(interpreter.completions({"clear", "ip", "bgp"}, "169") ==
          Words{"169.254.10.1", "169.254.20.1"});
    CHECK(interpreter.completions({"show", "ip", "bgp"}, "169").empty());
}

TEST_CASE("names that there are now: prefixes, interfaces, files") {
    auto router = example_router();
    InterfaceView circuit;
    circuit.name = "eth0.259";
    router.interface_views = {circuit};
    DirectClient client(router);
    Interpreter interpreter(client);
    const auto completions = [&](std::string_view line, std::string_view partial) {
        return interpreter.completions(split_words(line), partial);
    };
    CHECK(completions("show ip bgp", "10.2") == Words{"10.20.0.0/24"});
    CHECK(completions("sh ip ro bgp", "10.0") == Words{"10.0.0.0/16"});
    CHECK(completions("show interface", "eth0.") == Words{"eth0.259"});
    CHECK(completions("import aws f interface", "dxcon-a=eth0,dxcon-b=eth0.") ==
          Words{"dxcon-a=eth0,dxcon-b=eth0.259"});
    const TemporaryDirectory directory;
    std::ofstream(directory.file("vifs.json"));
    std::filesystem::create_directory(directory.file("values"));
    const auto start = directory.file("v");
    CHECK(completions("import aws", start) ==
          Words{directory.file("values/"), directory.file("vifs.json")});
    CHECK(completions("import aws x to", start) == Words{directory.file("values/")});
    CHECK(completions("import aws", directory.file("nowhere/")).empty());
}

TEST_CASE("without a daemon there are no names, and no failure") {
    SocketClient client("/nonexistent/dxrouted.sock");
    Interpreter interpreter(client);
    CHECK(interpreter.completions({"show", "ip", "bgp", "neighbors"}, "").empty() == false);
    CHECK(interpreter.completions({"show", "ip", "bgp", "neighbors"}, "d").empty());
    CHECK(interpreter.completions({"show", "ip", "bgp"}, "10.").empty());
}

TEST_CASE("behind watch stands a command, with its help and its names") {
    CHECK(hints_of({}, "w") == "watch why ");
    CHECK(hints_of({"watch"}, "") == "show SECONDS ");
    CHECK(hints_of({"watch", "5"}, "") == "show ");
    CHECK(hints_of({"watch", "5", "sh", "ip"}, "") == "bgp route ");
    CHECK(hints_of({"watch", "show", "version"}, "") == "json wide <cr> ");
    auto router = example_router();
    DirectClient client(router);
    Interpreter interpreter(client);
    CHECK(interpreter.completions({"watch", "show", "ip", "bgp", "nei"}, "d") ==
          Words{"dx-primary"});
    CHECK(exit_code_of("watch reload") == 2);
    CHECK(exit_code_of("watch 0 show version") == 2);
    CHECK(exit_code_of("watch 1.2.3 show version") == 2);
    CHECK(exit_code_of("watch 5") == 2);
    CHECK(exit_code_of("watch show nothing") == 2);
}

TEST_CASE("what a shell asks for completion has the options, and files are its own") {
    auto router = example_router();
    DirectClient client(router);
    Interpreter interpreter(client);
    const auto lines = [&](const Words& words) { return completion_lines(interpreter, words); };
    CHECK(lines({"relo"}) == "reload\tread the configuration file again\n");
    CHECK(lines({"show", "ip", "bgp", "neighbors", "dx"}) ==
          "dx-primary\ta neighbor's address or name\n");
    CHECK(lines({"--j"}) == "--json\tprint JSON\n");
    CHECK(lines({"--json", "--socket", "x", "--socket=y", "-c", "z", "relo"}) == lines({"relo"}));
    CHECK(lines({"--socket", ""}) == ":files\t\n");
    CHECK(lines({"import", "aws", "v"}).starts_with(":files\t"));
    CHECK(lines({"import", "aws", "x", "to", ""}).starts_with(":directories\t"));
    CHECK(lines({"nonsense", ""}).empty());
    CHECK(lines({}).starts_with("show\t"));
    CHECK(socket_among({"show", "--socket", "/x"}) == "/x");
    CHECK(socket_among({"--socket=/y"}) == "/y");
    CHECK(socket_among({"--socket"}).empty());
}

TEST_CASE("behind a command's first word its words are completed as options, too") {
    auto router = example_router();
    DirectClient client(router);
    Interpreter interpreter(client);
    const auto lines = [&](const Words& words) {
        std::string found;
        std::istringstream all(completion_lines(interpreter, words));
        for (std::string line; std::getline(all, line);)
            found += line.substr(0, line.find('\t')) + ' ';
        return found;
    };
    CHECK(lines({"config", "apply", "new.yaml", "--co"}) == "--confirm --comment ");
    CHECK(lines({"config", "apply", "new.yaml", "--conf"}) == "--confirm ");
    CHECK(lines({"--co"}) == "--command ");
    CHECK(lines({"failover-test", "dx-primary", "--expect-backup", "dx"}) == "dx-primary ");
    CHECK(lines({"failover-test", "x", "--for=60s", "--exp"}) == "--expect-backup ");
    CHECK(lines({"failover-test", "x", "--for", "60s", "--json", "--fo"}) == "--force ");
    CHECK(lines({"failover-test", "x", "--expect-backup=dx"}) == "--expect-backup=dx-primary ");
    CHECK(lines({"failover-test", "x", "--force="}).empty());
    CHECK(lines({"import", "aws", "f", "--to", ""}) == ":directories ");
    CHECK(lines({"import", "aws", "f", "--to="}).empty());
    CHECK(lines({"show", "ip", "bgp", "--j"}) == "--json ");
    CHECK(lines({"watch", "--sh"}).empty());
}

TEST_CASE("at the prompt a command's words may be written as options") {
    auto router = example_router();
    CHECK(run(router, "show ip bgp summary --json") == run(router, "show ip bgp summary json"));
    CHECK(run(router, "clear ip bgp dx-primary --soft --in") ==
          run(router, "clear ip bgp dx-primary soft in"));
    CHECK(exit_code_of("--show version") == 2);
    CHECK(exit_code_of("show --nonsense") == 2);
    DirectClient client(router);
    Interpreter interpreter(client);
    CHECK(interpreter.completions({"config", "apply", "f"}, "--con") == Words{"--confirm"});
    CHECK(interpreter.completions({"failover-test", "x", "--expect-backup"}, "d") ==
          Words{"dx-primary"});
    CHECK(interpreter.completions({"failover-test", "x"}, "") ==
          Words{"expect-backup", "for", "force"});
}

TEST_CASE("the completion scripts need no daemon") {
    SocketClient client("/nonexistent/dxrouted.sock");
    Interpreter interpreter(client);
    std::string text;
    Output out([&](std::string_view piece) {
        text += piece;
        return true;
    });
    interpreter.run({"completion", "bash"}, {}, out);
    interpreter.run({"completion", "zsh"}, {}, out);
    out.flush();
    CHECK(text.find("complete -F _dxctl dxctl\n") != std::string::npos);
    CHECK(text.find("#compdef dxctl\n") != std::string::npos);
}

TEST_CASE("output stops where nobody reads any more") {
    auto router = example_router();
    DirectClient client(router);
    Interpreter interpreter(client);
    int pieces = 0;
    Output out([&](std::string_view) {
        ++pieces;
        return false;
    });
    interpreter.run({"show", "ip", "bgp"}, {}, out);
    out.flush();
    out.write("more");
    out.flush();
    CHECK(pieces == 1);
    CHECK(!out.is_open());
}

TEST_CASE("a table is read however it is cut") {
    const std::string table =
        "{\"a\":\"{\\\"\",\"routes\":{\n\"x\":[1]\n,\"y\":[2,3]\n},\"total\":2}\n";
    for (std::size_t size = 1; size <= table.size(); ++size) {
        std::string seen;
        TableReader reader(
            [&](const auto& head) { seen += head.at("a").as_string(); },
            [&](std::string_view key, const auto& row) {
                seen += std::string(key) + std::to_string(row.as_array().size());
            },
            [&](const auto& tail) { seen += std::to_string(tail.at("total").as_int64()); });
        for (std::size_t at = 0; at < table.size(); at += size)
            reader.feed(std::string_view(table).substr(at, size));
        CHECK(seen == "{\"x1y22");
    }
}

TEST_CASE("an empty table has no rows") {
    int rows = 0;
    TableReader reader([](const auto&) {}, [&](auto, const auto&) { ++rows; }, [](const auto&) {});
    reader.feed("{\n}\n");
    CHECK(rows == 0);
}

TEST_CASE("what is no table is a failure, not a crash") {
    for (const auto* text : {"hello\n", "[1]\n", "{}\n", "{\nnonsense\n", "{\n}}}\n"}) {
        CAPTURE(text);
        TableReader reader([](const auto&) {}, [](auto, const auto&) {}, [](const auto&) {});
        CHECK_THROWS_AS(reader.feed(text), Failure);
    }
}

TEST_CASE("a socket that nobody answers on is said in one clear line") {
    SocketClient client("/nonexistent/dxrouted.sock");
    try {
        client.get("/v1/version");
        FAIL("it did not fail");
    } catch (const Failure& failure) {
        CHECK(std::string(failure.what()) ==
              "there is no /nonexistent/dxrouted.sock: is dxrouted running?");
        CHECK(failure.exit_code() == 1);
    }
}

TEST_CASE("what stands in a path is encoded") {
    CHECK(percent_encoded("fe80::1%eth0") == "fe80::1%25eth0");
    CHECK(percent_encoded("a b/c?d&e") == "a%20b%2Fc%3Fd%26e");
}

TEST_CASE("what FRR's users and exporters ask with a VRF is answered in FRR's form") {
    auto router = example_router();
    const auto process = run(router, "show bgp ipv4 unicast summary json");
    CHECK(process.starts_with(R"({"routerId":"10.20.0.1")"));
    CHECK(run(router, "show bgp vrf default ipv4 unicast summary json") == process);
    CHECK(run(router, "show bgp vrf all ipv4 unicast summary json")
              .starts_with(R"({"default":{"routerId":)"));
    CHECK(
        run(router, "show bgp vrf all summary json").starts_with(R"({"default":{"ipv4Unicast":{)"));
    CHECK(run(router, "show bgp vrf all neighbors json").starts_with(R"({"default":{"vrfId":0,)"));
    CHECK(run(router, "show bgp vrf all ipv4 unicast summary") ==
          run(router, "show ip bgp summary"));
}

TEST_CASE("a ? behind the words says what may come there, also in one command") {
    auto router = example_router();
    const auto all = run(router, "?");
    CHECK(all.starts_with("  show               what the router knows and does"));
    CHECK(all.find("\n  completion         ") != std::string::npos);
    const auto config = run(router, "config ?");
    for (const auto* line :
         {"  check              every mistake in a configuration\n",
          "  confirm            what waits is to stay; behind `apply` how long it may wait for "
          "that\n",
          "  history            the newest last: what happened to a neighbor, or the "
          "configurations, "
          "when and by whom\n"})
        CHECK(config.find(line) != std::string::npos);
    CHECK(run(router, "clear ip bgp ?").find("  *                  every neighbor\n") !=
          std::string::npos);
    CHECK(run(router, "clear bgp ipv4 ?").find("  *  ") != std::string::npos);
    DirectClient client(router);
    Interpreter interpreter(client);
    CHECK(interpreter.completions({"clear", "ip", "bgp"}, "") ==  // no Tab types the *
          interpreter.completions({"doctor"}, ""));
    CHECK(run(router, "reload ?") == "  <cr>               read the configuration file again\n");
    CHECK(run(router, "watch show version nonsense ?") == "  nothing is known here\n");
    CHECK_THROWS_AS(run(router, "confg ?"), Failure);
}
