#include "tests/unit/cli/import/ios_imported.hpp"

using namespace dx::importing;

namespace {

// What the entry `lines` of a route map M becomes.
std::string entry(const std::string& lines, Configuration& configuration, Dialect dialect) {
    const std::string text =
        "router bgp 65000\nip community-list standard DEL permit 7224:1\n"
        "ip prefix-list SOME deny 10.1.0.0/16\nip prefix-list SOME permit 10.0.0.0/8 le 24\n"
        "ip prefix-list ALL permit 10.0.0.0/8 le 24\n"
        "ipv6 prefix-list SOME deny 2001:db8:1::/48\n"
        "ipv6 prefix-list SOME permit 2001:db8::/32 le 48\n"
        "route-map M permit 10\n" +
        lines;
    configuration = read_ios(text, "x", dialect);
    CHECK(dxrouted_says(configuration, false).empty());
    const auto policy = policy_text(configuration, "M");
    return policy.substr(policy.find('\n') + 1);  // without its comment
}

}  // namespace

TEST_CASE("two prefix lists in one entry, of which one denies, let nothing pass") {
    for (const std::string lines :
         {" match ip address prefix-list SOME\n match ipv6 address prefix-list SOME\n",
          " match ip address prefix-list SOME\n match ip address prefix-list ALL\n",
          " match ip address prefix-list ALL\n match ip address prefix-list SOME\n"}) {
        CAPTURE(lines);
        Configuration configuration;
        CHECK(entry(lines, configuration, Dialect::Frr).ends_with("- then: reject\n"));
        CHECK(policy_text(configuration, "M").find("accept") == std::string::npos);
        CHECK(note_at(configuration, 10) == "two matches of one kind");
    }
}

TEST_CASE("communities are deleted and set in the order of the source, or it is said") {
    const std::string remove = " set comm-list DEL delete\n", set = " set community 7224:1\n",
                      add = " set community 7224:1 additive\n";

    struct Row {
        Dialect dialect;
        std::string lines;
        const char* set;
        bool told;
    };

    const Row rows[] = {
        {Dialect::Frr, remove + set, R"({set: ["7224:1"]})", false},
        {Dialect::Frr, set + remove, R"({set: ["7224:1"], remove: DEL})", false},
        {Dialect::Frr, remove + add, R"({remove: DEL, add: ["7224:1"]})", false},
        {Dialect::Frr, add + remove, R"({add: ["7224:1"], remove: DEL})", true},
        // IOS deletes first, wherever it stands.
        {Dialect::Cisco, set + remove, R"({set: ["7224:1"]})", false},
        {Dialect::Cisco, add + remove, R"({remove: DEL, add: ["7224:1"]})", false},
    };
    for (const auto& [dialect, lines, expected, told] : rows) {
        CAPTURE(lines);
        Configuration configuration;
        CHECK(entry(lines, configuration, dialect) ==
              "    - set: {community: " + std::string(expected) + "}\n      then: accept\n");
        CHECK(note_at(configuration, 10).empty() == !told);
    }
}

TEST_CASE("next hops of both families become a rule for each") {
    const std::string both = " set ip next-hop 192.0.2.9\n set ipv6 next-hop global 2001:db8::9\n";
    Configuration configuration;
    CHECK(entry(both, configuration, Dialect::Frr) ==
          "    - match: {prefix: [0.0.0.0/0 le 32]}\n      set: {next-hop: 192.0.2.9}\n"
          "      then: accept\n    # route-map M permit 10\n"
          "    - match: {prefix: [\"::/0 le 128\"]}\n      set: {next-hop: \"2001:db8::9\"}\n"
          "      then: accept\n");
    // Of a family that the entry is not about there is none.
    CHECK(entry(" match ip address prefix-list ALL\n" + both, configuration, Dialect::Frr) ==
          "    - match: {prefix: ALL}\n      set: {next-hop: 192.0.2.9}\n      then: accept\n");
}
