#include "cli/import/yaml.hpp"

#include "cli/import/addresses.hpp"
#include "cli/import/yaml_flow.hpp"
#include "tests/unit/cli/import/imported.hpp"

using namespace dx::importing;

TEST_CASE("scalars are quoted where YAML would take them for something else") {
    CHECK(yaml_scalar("dx-primary") == "dx-primary");
    CHECK(yaml_scalar("10.0.0.0/16 le 24") == "10.0.0.0/16 le 24");
    CHECK(yaml_scalar("2001:db8::1") == "\"2001:db8::1\"");
    CHECK(yaml_scalar("on") == "\"on\"");
    CHECK(yaml_scalar("") == "\"\"");
    CHECK(yaml_scalar("- x") == "\"- x\"");
    CHECK(yaml_scalar("a \"b\" \\ #c") == "\"a \\\"b\\\" \\\\ #c\"");
    CHECK(yaml_scalar("a\nb") == "\"a\\x0ab\"");
    CHECK(yaml_scalar("caf\xc3\xa9") == "\"caf\xc3\xa9\"");
    CHECK(yaml_scalar("caf\xe9!") == "\"caf?!\"");  // Latin-1: no UTF-8
    CHECK(one_line("a\nb\xff") == "a b?");
}

TEST_CASE("no text leaves its comment or its string") {
    Configuration configuration;
    configuration.title = "a\nrouter: {}";
    configuration.asn = 65000;
    Neighbor neighbor;
    neighbor.address = "192.0.2.1";
    neighbor.remote_as = 64512;
    neighbor.description = "x\"\nshutdown: true";
    neighbor.comments = {"one\n- address: 192.0.2.2", std::string(300, 'x')};
    neighbor.import_policy = neighbor.export_policy = "accept-all";
    configuration.neighbors = {neighbor};
    configuration.static_routes = {{"10.0.0.0/8", "192.0.2.1", "", false, 0, false, "a\n  - x"}};
    CHECK(dxrouted_says(configuration).empty());
    CHECK(to_yaml(configuration).find("\n- address") == std::string::npos);
}

TEST_CASE("prefixes, masks and what contains what") {
    CHECK(parse_prefix("10.1.2.3/16") == "10.1.0.0/16");
    CHECK(parse_prefix("0.0.0.0/0") == "0.0.0.0/0");
    CHECK(parse_prefix("2001:db8::1/48") == "2001:db8::/48");
    for (const auto* text :
         {"10.0.0.0", "10.0.0.0/33", "10.0.0/8", "2001:db8::/129", "/8", "x/8", ""})
        CHECK(!parse_prefix(text));
    CHECK(mask_length("255.255.252.0") == 22U);
    CHECK(mask_length("0.0.0.0") == 0U);
    CHECK(mask_length("255.255.255.255") == 32U);
    CHECK(!mask_length("255.0.255.0"));
    CHECK(contains("10.0.0.0/8", "10.1.0.0/16"));
    CHECK(contains("0.0.0.0/0", "0.0.0.0/0"));
    CHECK(!contains("10.1.0.0/16", "10.0.0.0/8"));
    CHECK(!contains("::/0", "10.0.0.0/8"));
}
