#include "cli/interpreter.hpp"

#include "cli/table_reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

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
    CHECK(interpreter.completions({"show", "ip", "bgp"}, "10").empty());
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
