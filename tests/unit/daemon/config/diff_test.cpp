// What a change does, key by key.
#include "daemon/config/diff.hpp"

#include "tests/unit/daemon/config/loading.hpp"

namespace dx::config {
namespace {

struct Row {
    std::string before;
    std::string after;
    std::string key;
    Effect effect;
};

std::string neighbor(std::string_view keys) {
    return "router: {asn: 65000}\npolicies: {p: [{then: accept}]}\nneighbors:\n"
           "  - name: n\n    import: accept-all\n    export: accept-all\n" +
           std::string(keys);
}

// The keys of `changes` with their effects, a line each.
std::string lines(const std::vector<Change>& changes) {
    std::string text;
    for (const auto& change : changes)
        text += change.key + ": " + std::string(to_string(change.effect)) + "\n";
    return text;
}

std::string differences(const std::string& before, const std::string& after) {
    const auto old = loaded(before), now = loaded(after);
    return lines(diff(old, now));
}

}  // namespace

TEST_CASE("each key of a neighbor has the effect that the manual says") {
    const std::string base = "    address: 192.0.2.1\n    remote-as: 64512\n";
    const Row rows[] = {
        {"", "    description: x\n", "description", Effect::Live},
        {"", "    prefix-limit: {in: 5}\n", "prefix-limit.in", Effect::Live},
        {"", "    prefix-limit: {out: 5}\n", "prefix-limit.out", Effect::Live},
        {"", "    preference: low\n", "preference", Effect::Live},
        {"", "    timers: {connect-retry: 3s}\n", "timers.connect-retry", Effect::Live},
        {"", "    bfd: true\n", "bfd", Effect::Live},
        {"    bfd: true\n", "    bfd: {interval: 100ms}\n", "bfd", Effect::Live},
        {"", "    passive: true\n", "passive", Effect::Live},
        {"", "    weight: 2\n", "weight", Effect::Live},
        {"", "    return-delay: 5s\n", "return-delay", Effect::Live},
        {"    timers: {keepalive: 5s}\n", "    timers: {hold: 30s, keepalive: 5s}\n", "timers.hold",
         Effect::NextSession},
        {"", "    timers: {keepalive: 5s}\n", "timers.keepalive", Effect::NextSession},
        {"", "    graceful-restart: helper\n", "graceful-restart", Effect::NextSession},
        {"", "    families: [ipv4, ipv6]\n", "families", Effect::NextSession},
        {"", "    bgp-role: customer\n", "bgp-role", Effect::NextSession},
        {"", "    password: a\n", "password", Effect::ResetNeighbor},
        {"    password: a\n", "    password: b\n", "password", Effect::ResetNeighbor},
        {"", "    local-address: 192.0.2.9\n", "local-address", Effect::ResetNeighbor},
        {"", "    interface: eth0\n", "interface", Effect::ResetNeighbor},
        {"", "    ttl-security: true\n", "ttl-security", Effect::ResetNeighbor},
        {"", "    multihop: 3\n", "multihop", Effect::ResetNeighbor},
        {"", "    allow-own-as: 1\n", "allow-own-as", Effect::ResetNeighbor},
        {"", "    shutdown: true\n", "shutdown", Effect::ResetNeighbor},
    };
    for (const auto& row : rows) {
        INFO(row.before + " -> " + row.after);
        const auto effect = std::string(to_string(row.effect));
        CHECK(differences(neighbor(base + row.before), neighbor(base + row.after)) ==
              "neighbors.n." + row.key + ": " + effect + "\n");
    }
}

TEST_CASE("another address or AS resets the neighbor, whose name says that it is the same") {
    const std::string as = "    remote-as: 64512\n", address = "    address: 192.0.2.1\n";
    CHECK(differences(neighbor(as + address), neighbor(as + "    address: 192.0.2.2\n")) ==
          "neighbors.n.address: resets the neighbor\n");
    CHECK(differences(neighbor(as + address), neighbor("    remote-as: 64513\n" + address)) ==
          "neighbors.n.remote-as: resets the neighbor\n");
}

TEST_CASE("the parts that are not neighbors are named with their keys") {
    const std::string base = "router: {asn: 65000}\n";
    const auto changed = [&](std::string_view before, std::string_view after) {
        return differences(base + std::string(before), base + std::string(after));
    };
    CHECK(differences(base, "router: {asn: 65001}\n") == "router.asn: resets all neighbors\n");
    CHECK(differences(base, "router: {asn: 65000, router-id: 1.1.1.1}\n") ==
          "router.router-id: resets all neighbors\n");
    CHECK(differences(base, "router: {asn: 65000, listen: {port: 1179}}\n") ==
          "router.listen.port: resets all neighbors\n");
    CHECK(changed("", "networks: [10.0.0.0/8]\n") == "networks: live\n");
    CHECK(changed("", "redistribute: {static: {policy: accept-all}}\n") ==
          "redistribute.static: live\n");
    CHECK(changed("", "static-routes: [{prefix: 10.0.0.0/8, blackhole: true}]\n") ==
          "static-routes: live\n");
    CHECK(changed("", "fib: {maximum-paths: 2, metric: 5}\n") ==
          "fib.metric: live\nfib.maximum-paths: live\n");
    CHECK(changed("", "log: {level: debug}\n") == "log.level: live\n");
    CHECK(changed("", "http: {listen: \"127.0.0.1:1\"}\n") == "http.listen: live\n");
    CHECK(changed("", "control: {socket: /x}\n") == "control.socket: live\n");
    CHECK(changed("bfd: {}\n", "bfd: {multiplier: 4}\n") == "bfd.multiplier: live\n");
    CHECK(changed("", "fib: {table: 100}\n") == "fib.table: next start\n");
}

TEST_CASE("an edited policy shows at itself and at the neighbors that use it") {
    const std::string keys = "    address: 192.0.2.1\n    remote-as: 64512\n";
    const auto with = [&](std::string_view rules) {
        return "router: {asn: 65000}\npolicies: {p: [" + std::string(rules) +
               "]}\nneighbors:\n  - {address: 192.0.2.1, remote-as: 1, import: p, export: "
               "accept-all}\n";
    };
    CHECK(differences(with("{then: accept}"), with("{then: reject}")) ==
          "policies.p: live\nneighbors.192.0.2.1.import: live\n");
    CHECK(differences(with("{match: {as-path: _1_}, then: accept}"),
                      with("{match: {as-path: _2_}, then: accept}")) ==
          "policies.p: live\nneighbors.192.0.2.1.import: live\n");
}

TEST_CASE("an edited set shows at the policies that use it") {
    const auto with = [](std::string_view prefix) {
        return "router: {asn: 65000}\nprefix-sets: {s: [" + std::string(prefix) +
               "], other: []}\npolicies: {p: [{match: {prefix: s}, then: accept}], q: [{then: "
               "accept}]}\n";
    };
    CHECK(differences(with("10.0.0.0/8"), with("10.0.0.0/9")) ==
          "prefix-sets.s: live\npolicies.p: live\n");
}

TEST_CASE("nothing differs between two readings of one file") {
    const auto text =
        neighbor(
            "    address: 192.0.2.1\n    remote-as: 64512\n    bfd: true\n    password: x\n    "
            "prefix-limit: {in: 5}\n") +
        "prefix-sets: {s: [10.0.0.0/8 le 9]}\ncommunity-sets: {c: "
        "[\"1:1\"]}\nas-path-sets: {a: [_1_]}\nstatic-routes: [{prefix: "
        "10.0.0.0/8, blackhole: true}]\nnetworks: [10.0.0.0/8]\n";
    CHECK(differences(text, text) == "");
}

TEST_CASE("a policy knows its lines, and is the same one in others") {
    const std::string policy = "policies:\n  p:\n    - {set: {med: 1}}\n    - {then: accept}\n";
    const auto one = loaded("router: {asn: 65000}\n" + policy);
    const auto moved = loaded("# a comment\n\nrouter: {asn: 65000}\n" + policy);
    CHECK(one.policies.at("p")->rules()[1].line == 5);
    CHECK(moved.policies.at("p")->rules()[1].line == 7);
    CHECK(diff(one, moved).empty());
}

TEST_CASE("neighbors that come and go point to themselves") {
    const auto one = loaded(neighbor("    address: 192.0.2.1\n    remote-as: 1\n"));
    const auto none = loaded("router: {asn: 65000}\npolicies: {p: [{then: accept}]}\n");
    const auto added = diff(none, one), removed = diff(one, none);
    REQUIRE(added.size() == 1);
    CHECK(added[0].kind == ChangeKind::Added);
    CHECK(added[0].after == &one.neighbors[0]);
    CHECK(!added[0].before);
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].kind == ChangeKind::Removed);
    CHECK(removed[0].before == &one.neighbors[0]);
    CHECK(!removed[0].after);
}

TEST_CASE("a key file counts by its content") {
    const auto text = neighbor("    address: 192.0.2.1\n    remote-as: 1\n    password-file: /k\n");
    const auto old = loaded(text, {{"/k", "first\n"}});
    CHECK(lines(diff(old, loaded(text, {{"/k", "first"}}))) == "");
    CHECK(lines(diff(old, loaded(text, {{"/k", "second"}}))) ==
          "neighbors.n.password: resets the neighbor\n");
    const auto moved =
        neighbor("    address: 192.0.2.1\n    remote-as: 1\n    password-file: /other\n");
    CHECK(lines(diff(old, loaded(moved, {{"/other", "first"}}))) ==
          "neighbors.n.password-file: live\n");
}

}  // namespace dx::config
