#include "daemon/config/yaml_tree.hpp"

#include "daemon/config/printable.hpp"
#include "tests/support/catch.hpp"

namespace dx::config {
namespace {

Node parsed(std::string_view text) {
    std::vector<TextError> errors;
    auto root = parse_yaml(text, errors);
    REQUIRE(root);
    CHECK(errors.empty());
    return *std::move(root);
}

}  // namespace

TEST_CASE("values keep their text and their position") {
    const auto root = parsed("a: 1.10\nb:\n  - off\n  - {c: 'x: y'}\n");
    REQUIRE(root.find("a"));
    CHECK(root.find("a")->text == "1.10");
    CHECK(root.find("a")->at == Position{1, 4});
    const auto& list = *root.find("b");
    CHECK(list.items.at(0).text == "off");
    CHECK(list.items.at(0).at == Position{3, 5});
    CHECK(list.items.at(1).find("c")->text == "x: y");
    CHECK(list.items.at(1).find_entry("c")->key_at == Position{4, 6});
    CHECK(!root.find("c"));
}

TEST_CASE("an alias stands for a copy, at its own position") {
    const auto root = parsed("a: &limit {max: 5}\nb: *limit\n");
    CHECK(root.find("b")->find("max")->text == "5");
    CHECK(root.find("b")->at == Position{2, 4});
}

TEST_CASE("what is written is read back, even texts that look like something else") {
    auto map = Node::map();
    for (const auto* text : {"plain", "true", "null", "~", "1.10", "a: b", "# no comment", " x ",
                             "'", "\"", "65000:100", "<hidden>", "*a", "", "äöü", "[x]"})
        map.add("k" + std::to_string(map.entries.size()), Node::scalar(text));
    const auto again = parsed(to_yaml(map));
    REQUIRE(again.entries.size() == map.entries.size());
    for (std::size_t i = 0; i < map.entries.size(); ++i)
        CHECK(again.entries[i].value.text == map.entries[i].value.text);
}

TEST_CASE("what a message repeats is short and without control characters") {
    CHECK(printable("a\nb\x1b[31m") == "a?b?[31m");
    CHECK(printable(std::string(100, 'x')) == std::string(60, 'x') + "...");
    CHECK(printable("\xff") == "?");
    CHECK(printable("a\u202e\u0085b") == "a??b");
}

}  // namespace dx::config
