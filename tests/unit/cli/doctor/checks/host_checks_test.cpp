#include "tests/unit/cli/doctor/checks/healthy.hpp"

using namespace dx::doctor;

namespace {

Finding host_finding(Finding (*check)(const Facts&), const std::function<void(Facts&)>& change) {
    auto facts = healthy_facts();
    if (change) change(facts);
    return check(facts);
}

// The peer's connections to us come to a port that a chain with policy drop does not know.
void their_dialling_is_dropped(Facts& facts) {
    facts.host.firewall.rules = Ruleset::parse(R"({"nftables": [
        {"chain": {"family": "inet", "table": "f", "name": "in", "hook": "input",
                   "policy": "drop"}},
        {"rule": {"family": "inet", "table": "f", "chain": "in", "expr": [
            {"match": {"op": "in", "left": {"ct": {"key": "state"}},
                       "right": ["established", "related"]}}, {"accept": null}]}},
        {"rule": {"family": "inet", "table": "f", "chain": "in", "expr": [
            {"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}},
                       "right": 3784}}, {"accept": null}]}}]})");
}

}  // namespace

TEST_CASE("mtu: that of the virtual interface's type") {
    const auto mtu = [](std::uint32_t value, const char* profile) {
        return [=](Facts&, Neighbor& neighbor) {
            neighbor.link.mtu = value;
            neighbor.profile = profile;
        };
    };
    check_rows(check_mtu,
               {{"plain", nullptr, Result::Ok, "1500"},
                {"jumbo", mtu(9001, "aws-private"), Result::Ok, "must have the same"},
                {"jumbo of today", mtu(8500, "aws-private"), Result::Ok, "must have the same"},
                {"no one's", mtu(9000, "aws-private"), Result::Warning, "1500 or 8500 or 9001"},
                {"jumbo of transit", mtu(8500, "aws-transit"), Result::Ok, ""},
                {"private's on transit", mtu(9001, "aws-transit"), Result::Warning, "1500 or 8500"},
                {"jumbo on public", mtu(9001, "aws-public"), Result::Warning, "has 1500"},
                {"tunnel", mtu(1436, "aws-vpn"), Result::Ok, "1436"},
                {"tunnel too large", mtu(1500, "aws-vpn"), Result::Warning, "mtu 1446"},
                {"no profile", mtu(4000, ""), Result::Ok, "4000"}});
}

TEST_CASE("rp-filter: strict drops what comes by a circuit that no route has") {
    const auto strict = [](Facts&, Neighbor& neighbor) { neighbor.link.rp_filter = 1; };
    check_rows(
        check_rp_filter,
        {{"off", nullptr, Result::Ok, "is 0"},
         {"loose", [](auto&, auto& n) { n.link.rp_filter = 2; }, Result::Ok, "is 2"},
         {"strict", strict, Result::Warning, "net.ipv4.conf.eth0.259.rp_filter=2"},
         {"strict with one circuit",
          [&](auto& f, auto& n) {
              strict(f, n);
              f.circuits = 1;
          },
          Result::Ok, "one circuit only"},
         {"IPv6", [](auto&, auto& n) { n.address = address("2001:db8::1"); }, Result::Skipped, ""},
         {"unreadable", [](auto&, auto& n) { n.link.rp_filter.reset(); }, Result::Unknown, ""}});
}

TEST_CASE("redirects: off") {
    check_rows(check_redirects,
               {{"off", nullptr, Result::Ok, "is 0"},
                {"on", [](auto&, auto& n) { n.link.send_redirects = 1; }, Result::Warning,
                 "send_redirects=0"},
                {"unreadable", [](auto&, auto& n) { n.link.send_redirects.reset(); },
                 Result::Unknown, ""}});
}

TEST_CASE("firewall: lets BGP and BFD pass") {
    check_rows(check_firewall,
               {{"empty", nullptr, Result::Ok, "nothing drops"},
                {"unreadable",
                 [](auto& f, auto&) {
                     f.host.firewall = {std::nullopt, "Operation not permitted", false};
                 },
                 Result::Unknown, "Operation not permitted"},
                {"iptables-legacy beside it", [](auto& f, auto&) { f.host.firewall.legacy = true; },
                 Result::Unknown, "iptables-legacy"},
                {"one direction, while the session is up",
                 [](auto& f, auto&) { their_dialling_is_dropped(f); }, Result::Warning,
                 "inet f in (policy) drops the peer's connections"},
                {"one direction, while it is not",
                 [](auto& f, auto& n) {
                     their_dialling_is_dropped(f);
                     n.state = "Active";
                 },
                 Result::Failed, "TCP port 179"},
                {"the same where we listen on another port",
                 [](auto& f, auto&) {
                     their_dialling_is_dropped(f);
                     f.daemon.bgp_port = 1179;
                 },
                 Result::Warning, "drops the peer's connections to TCP port 1179"}});
}

TEST_CASE("daemon: answers") {
    CHECK(host_finding(check_daemon, nullptr).result == Result::Ok);
    const auto silent = host_finding(check_daemon, [](Facts& facts) {
        facts.daemon = {false, "", "no permission to use /run/x"};
    });
    CHECK(silent.result == Result::Failed);
    CHECK(silent.advice == "run dxctl as root, or as a member of the socket's group");
    CHECK(silent.detail == "dxrouted does not answer (no permission to use /run/x)");
}

TEST_CASE("forwarding: on for the families that are used") {
    CHECK(host_finding(check_forwarding, nullptr).result == Result::Ok);
    CHECK(host_finding(check_forwarding, [](Facts& facts) {
              facts.host.forwarding_v4 = 0;
          }).advice == "sysctl -w net.ipv4.ip_forward=1");
    const auto v6_off = [](Facts& facts) { facts.host.forwarding_v6 = 0; };
    CHECK(host_finding(check_forwarding, v6_off).result == Result::Ok);  // nobody uses it
    CHECK(host_finding(check_forwarding, [&](Facts& facts) {
              v6_off(facts);
              facts.has_v6 = true;
          }).result == Result::Failed);
    CHECK(host_finding(check_forwarding, [](Facts& facts) {
              facts.host.forwarding_v4.reset();
          }).result == Result::Unknown);
}

TEST_CASE("hash-policy: counts ports where several paths are used") {
    CHECK(host_finding(check_hash_policy, nullptr).result == Result::Skipped);
    const auto two = [](Facts& facts) { facts.host.maximum_paths = 2; };
    CHECK(host_finding(check_hash_policy, two).result == Result::Ok);
    CHECK(host_finding(check_hash_policy, [&](Facts& facts) {
              two(facts);
              facts.host.hash_policy_v4 = 0;
          }).advice == "sysctl -w net.ipv4.fib_multipath_hash_policy=1");
}

TEST_CASE("state: what outlives a restart is written, or it is said what is not, and why") {
    CHECK(host_finding(check_state, nullptr).result == Result::Ok);
    const auto finding = host_finding(check_state, [](Facts& facts) {
        facts.daemon.unwritten = {{"journal", "No space left on device"}, {"drains", "another"}};
    });
    CHECK(finding.result == Result::Warning);
    CHECK(finding.detail ==
          "not written, and lost in a restart: what changed of journal, drains (No space left on "
          "device)");
    CHECK(host_finding(check_state, [](Facts& facts) { facts.daemon.answers = false; }).result ==
          Result::Skipped);
}

TEST_CASE(
    "listeners: BGP's port taken by another program is a failure, that of the metrics a warning") {
    CHECK(host_finding(check_listeners, nullptr).result == Result::Ok);
    const auto http = [](Facts& facts) {
        facts.daemon.not_listening = {{"http", "http.listen: ::1 port 9179: in use"}};
    };
    CHECK(host_finding(check_listeners, http).result == Result::Warning);
    const auto finding = host_finding(check_listeners, [&](Facts& facts) {
        http(facts);
        facts.daemon.not_listening.emplace_back("bgp", "cannot listen on [::]:179: in use");
    });
    CHECK(finding.result == Result::Failed);
    CHECK(finding.detail == "no neighbor can connect to us: cannot listen on [::]:179: in use");
}

TEST_CASE("networkd: what came after it started is not read yet") {
    using std::chrono::seconds;
    using std::chrono::sys_seconds;
    const auto at = [](int since) {
        return host_finding(check_networkd, [&](Facts& facts) {
            facts.host.networkd = {true,
                                   false,
                                   false,
                                   "/etc/x.conf",
                                   sys_seconds(seconds(since)),
                                   sys_seconds(seconds(100))};
        });
    };
    CHECK(at(100).result == Result::Ok);
    CHECK(at(101).result == Result::Warning);
    CHECK(at(101).detail.starts_with("/etc/x.conf is not read yet"));
    CHECK(at(101).advice.starts_with("systemctl restart systemd-networkd"));
}

TEST_CASE("networkd: leaves other programs' routes alone") {
    CHECK(host_finding(check_networkd, nullptr).result == Result::Ok);
    const auto runs = [](Facts& facts) { facts.host.networkd.runs = true; };
    CHECK(host_finding(check_networkd, runs).result == Result::Warning);
    CHECK(host_finding(check_networkd, [](Facts& facts) {
              facts.host.networkd = {true, false, true};
          }).detail == "systemd-networkd removes other programs' nexthop objects when it restarts");
    CHECK(host_finding(check_networkd, [](Facts& facts) {
              facts.host.networkd = {true, false, false};
          }).result == Result::Ok);
}
