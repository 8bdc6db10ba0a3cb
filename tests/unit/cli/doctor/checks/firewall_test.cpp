// As nft 1.0.6 prints it.
#include "cli/doctor/checks/firewall.hpp"

#include "tests/unit/cli/doctor/checks/healthy.hpp"

using namespace dx::doctor;

namespace {

constexpr auto kRuleset = R"({"nftables": [
{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
{"table": {"family": "inet", "name": "filter", "handle": 1}},
{"set": {"family": "inet", "name": "blocked", "table": "filter", "type": "ipv4_addr", "elem": []}},
{"chain": {"family": "inet", "table": "filter", "name": "bgp", "handle": 1}},
{"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 2, "type": "filter",
           "hook": "input", "prio": 0, "policy": "drop"}},
{"chain": {"family": "inet", "table": "filter", "name": "output", "handle": 3, "type": "filter",
           "hook": "output", "prio": 0, "policy": "accept"}},
{"chain": {"family": "inet", "table": "filter", "name": "forward", "handle": 4, "type": "filter",
           "hook": "forward", "prio": 0, "policy": "drop"}},
{"rule": {"family": "inet", "table": "filter", "chain": "bgp", "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}},
             "right": {"prefix": {"addr": "192.0.2.0", "len": 24}}}}, {"return": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "bgp", "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}},
             "right": {"set": ["169.254.10.1", {"prefix": {"addr": "169.254.20.0", "len": 30}}]}}},
  {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 179}},
  {"accept": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "bgp", "expr": [
  {"counter": {"packets": 0, "bytes": 0}}, {"drop": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [
  {"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}},
  {"accept": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}},
             "right": {"set": [22, {"range": [100, 179]}]}}}, {"jump": {"target": "bgp"}}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [
  {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "eth0*"}},
  {"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}},
             "right": 3784}}, {"accept": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [
  {"match": {"op": "==", "left": {"meta": {"key": "l4proto"}},
             "right": {"set": ["icmp", "ipv6-icmp"]}}},
  {"limit": {"rate": 5, "burst": 5, "per": "second"}}, {"accept": null}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "output", "expr": [
  {"match": {"op": "!=", "left": {"meta": {"key": "oifname"}}, "right": "eth0.259"}},
  {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}},
             "right": 179}}, {"reject": {"type": "icmpx", "expr": "port-unreachable"}}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "output", "expr": [
  {"log": {"prefix": "x"}}]}},
{"rule": {"family": "inet", "table": "filter", "chain": "output", "expr": [
  {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "daddr"}},
             "right": "@blocked"}}, {"drop": null}]}}
]})";

Packet packet(bool inbound, const char* peer, const char* protocol, std::uint16_t port) {
    Packet packet;
    packet.inbound = inbound;
    packet.source = address(inbound ? peer : "169.254.10.2");
    packet.destination = address(inbound ? "169.254.10.2" : peer);
    packet.interface = "eth0.259";
    packet.protocol = protocol;
    packet.source_port = 49152;
    packet.destination_port = port;
    return packet;
}

Ruleset::Fate fate(const Packet& packet) {
    return Ruleset::parse(kRuleset).fate_of(packet);
}

}  // namespace

TEST_CASE("sets, ranges, prefixes and jumps decide about a packet") {
    CHECK(fate(packet(true, "169.254.10.1", "tcp", 179)).dropped_by.empty());
    CHECK(fate(packet(true, "169.254.20.2", "tcp", 179)).dropped_by.empty());
    CHECK(fate(packet(true, "169.254.30.1", "tcp", 179)).dropped_by == "inet filter bgp");
    CHECK(fate(packet(true, "169.254.10.1", "tcp", 178)).dropped_by == "inet filter bgp");
}

TEST_CASE("what no rule accepts meets the policy, unless a rule is not understood") {
    CHECK(fate(packet(true, "169.254.10.1", "tcp", 1179)).dropped_by ==
          "inet filter input (policy)");
    CHECK(fate(packet(true, "192.0.2.7", "tcp", 179)).dropped_by == "inet filter input (policy)");
    const auto ping = fate(packet(true, "169.254.10.1", "icmp", 0));
    CHECK(ping.dropped_by.empty());
    CHECK(ping.unclear);
}

TEST_CASE("answers to what we began pass as established") {
    auto answer = packet(true, "169.254.30.1", "tcp", 49152);
    CHECK_FALSE(fate(answer).dropped_by.empty());
    answer.answers = true;
    CHECK(fate(answer).dropped_by.empty());
}

TEST_CASE("interfaces count, and their names may end in a star") {
    auto bfd = packet(true, "169.254.10.1", "udp", 3784);
    CHECK(fate(bfd).dropped_by.empty());
    bfd.interface = "eth1";
    CHECK(fate(bfd).dropped_by == "inet filter input (policy)");
}

TEST_CASE("output is walked for what we send, and != is understood") {
    auto syn = packet(false, "169.254.10.1", "tcp", 179);
    CHECK(fate(syn).dropped_by.empty());
    CHECK(fate(syn).unclear);  // the set @blocked is not looked into
    syn.interface = "eth1.260";
    CHECK(fate(syn).dropped_by == "inet filter output");
}

TEST_CASE("a rule of another family does not match") {
    auto v6 = packet(true, "2001:db8::1", "tcp", 179);
    CHECK(fate(v6).dropped_by == "inet filter bgp");
}

TEST_CASE("a chain that does not see the packet drops it not") {
    const auto drops = [](const char* chain, const char* peer) {
        const auto text = std::string(R"({"nftables": [{"chain": {"table": "t", "name": "c", )") +
                          R"("policy": "drop", )" + chain + "}}]}";
        return !Ruleset::parse(text).fate_of(packet(true, peer, "tcp", 179)).dropped_by.empty();
    };
    CHECK(drops(R"("family": "inet", "hook": "input")", "169.254.10.1"));
    CHECK(drops(R"("family": "ip", "hook": "input")", "169.254.10.1"));
    CHECK_FALSE(drops(R"("family": "ip6", "hook": "input")", "169.254.10.1"));
    CHECK_FALSE(drops(R"("family": "arp", "hook": "input")", "169.254.10.1"));
    CHECK_FALSE(drops(R"("family": "bridge", "hook": "prerouting")", "169.254.10.1"));
    CHECK(drops(R"("family": "netdev", "hook": "ingress", "dev": "eth0.259")", "169.254.10.1"));
    CHECK_FALSE(drops(R"("family": "netdev", "hook": "ingress", "dev": "eth5")", "169.254.10.1"));
    CHECK(drops(R"("family": "netdev", "hook": "ingress", "dev": ["eth5", "eth0.259"])",
                "169.254.10.1"));
}

TEST_CASE("no rules drop nothing") {
    const auto empty = Ruleset::parse(R"({"nftables": [{"metainfo": {}}]})");
    CHECK(empty.fate_of(packet(true, "169.254.10.1", "tcp", 179)).dropped_by.empty());
}

TEST_CASE("chains that jump to each other end") {
    const auto loop = Ruleset::parse(R"({"nftables": [
        {"chain": {"family": "ip", "table": "t", "name": "a", "hook": "input"}},
        {"rule": {"family": "ip", "table": "t", "chain": "a", "expr": [{"jump": {"target": "a"}}]}}
    ]})");
    CHECK(loop.fate_of(packet(true, "169.254.10.1", "tcp", 179)).dropped_by.empty());
}

TEST_CASE("what is not nft's JSON is refused") {
    for (const auto* text : {"", "[]", "{}", "{\"nftables\": 1}", "{\"nftables\": ["}) {
        CAPTURE(text);
        CHECK_THROWS(Ruleset::parse(text));
    }
    CHECK_NOTHROW(Ruleset::parse(R"({"nftables": [1, {"rule": 1}, {"rule": {"expr": [1]}}]})"));
}
