#include "libbgp/policy/as_path_set.hpp"

#include "tests/support/catch.hpp"

namespace dx::bgp {
namespace {

bool matches(std::string_view expression, const std::string& path) {
    const auto parsed = AsPathExpression::parse(expression);
    INFO(expression);
    REQUIRE(parsed.has_value());
    return parsed->matches(path);
}

}  // namespace

TEST_CASE("an underscore is a separator or an end, so that 1 is not found in 11") {
    CHECK(matches("_65001_", "65001"));
    CHECK(matches("_65001_", "64512 65001"));
    CHECK(matches("_65001_", "65001 64512"));
    CHECK(matches("_65001_", "1 65001 2"));
    CHECK(!matches("_65001_", "165001 650011"));
    CHECK(matches("_1_2_", "1 2"));
}

TEST_CASE("the usual expressions of network engineers") {
    CHECK(matches("^$", ""));
    CHECK(!matches("^$", "1"));
    CHECK(matches(".*", ""));
    CHECK(matches("^64512_", "64512 1"));
    CHECK(matches("^64512$", "64512"));
    CHECK(!matches("^64512$", "64512 1"));
    CHECK(matches("_65001$", "1 65001"));
    CHECK(matches("^[0-9]+$", "4200000000"));
    CHECK(!matches("^[0-9]+$", "1 2"));
    CHECK(matches("^(64512_)+$", "64512 64512 64512"));
    CHECK(!matches("^(64512_)+$", "64512 1"));
    CHECK(matches("_(65001|65002)_", "1 65002"));
    CHECK(matches("6451[2-9]", "64515"));
    CHECK(matches("^1(_2)?_3$", "1 3"));
}

TEST_CASE("braces are no counts") {
    CHECK(!matches("1{2}", "11"));
}

TEST_CASE("what is no expression is refused with the reason") {
    for (const auto* text : {"", "(", "[1", "*1", "\\"}) {
        INFO(text);
        CHECK(!AsPathExpression::parse(text));
    }
    CHECK(!AsPathExpression::parse(std::string(501, '1')));
    CHECK(AsPathExpression::parse("(").error() ==
          "'(' is not a regular expression: Mismatched '(' and ')' in regular expression (expected "
          "one for AS paths, as ^64512_ or _65001$)");
}

// With a backtracking matcher the first would take for ever and the second overflow the stack.
TEST_CASE("no path of the other side makes matching slow or deep") {
    std::string path;
    for (int i = 0; i < 16'000; ++i)
        path += "4200000000 ";
    CHECK(!matches("^(([0-9]*)*)*x$", path.substr(0, 40)));
    CHECK(!matches("^(4200000000 )*1$", path));
}

TEST_CASE("a set matches where one of its expressions does") {
    const AsPathSet set("s", {*AsPathExpression::parse("^1_"), *AsPathExpression::parse("_9$")});
    CHECK(set.matches("1 2"));
    CHECK(set.matches("2 9"));
    CHECK(!set.matches("2 3"));
    CHECK(!AsPathSet().matches("1"));
    CHECK(set ==
          AsPathSet("s", {*AsPathExpression::parse("^1_"), *AsPathExpression::parse("_9$")}));
    CHECK(!(set == AsPathSet("s", {*AsPathExpression::parse("^1_")})));
}

}  // namespace dx::bgp
