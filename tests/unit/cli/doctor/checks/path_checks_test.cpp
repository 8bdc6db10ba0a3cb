#include "tests/unit/cli/doctor/checks/healthy.hpp"

using namespace dx::doctor;

namespace {

void ping_is_dropped_here(Facts& facts, Neighbor& neighbor) {
    neighbor.probes.echo = Echo::Silent;
    facts.host.firewall.rules = Ruleset::parse(R"({"nftables": [
        {"chain": {"family": "inet", "table": "f", "name": "in", "hook": "input"}},
        {"rule": {"family": "inet", "table": "f", "chain": "in", "expr": [
            {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "protocol"}},
                       "right": "icmp"}}, {"drop": null}]}}]})");
}

}  // namespace

TEST_CASE("link: the interface is there, up and has a carrier") {
    check_rows(
        check_link,
        {{"healthy", nullptr, Result::Ok, "eth0.259 is up"},
         {"no way", [](auto&, auto& n) { n.link = {}; }, Result::Failed, "no interface leads to"},
         {"missing", [](auto&, auto& n) { n.link.exists = false; }, Result::Failed,
          "does not exist"},
         {"admin down", [](auto&, auto& n) { n.link.up = n.link.carrier = false; }, Result::Failed,
          "ip link set eth0.259 up"},
         {"down with what carries it",
          [](auto&, auto& n) { n.link.up = n.link.carrier = n.link.parent_up = false; },
          Result::Failed, "ip link set eth0 up"},
         {"no carrier", [](auto&, auto& n) { n.link.carrier = false; }, Result::Failed,
          "no carrier"},
         {"errors", [](auto&, auto& n) { n.link.receive_errors = 3; }, Result::Warning,
          "3 receive and 0 transmit errors"}});
}

TEST_CASE("vlan: a VLAN interface on a parent that is up") {
    check_rows(
        check_vlan,
        {{"healthy", nullptr, Result::Ok, "VLAN 259 on eth0"},
         {"veth", [](auto&, auto& n) { n.link.kind = "veth"; }, Result::Warning,
          "not a VLAN interface (veth)"},
         {"veth of a neighbor that is not AWS's",
          [](auto&, auto& n) {
              n.link.kind = "veth";
              n.profile = "";
          },
          Result::Ok, "veth"},
         {"parent down", [](auto&, auto& n) { n.link.parent_up = false; }, Result::Failed,
          "ip link set eth0 up"},
         {"Q-in-Q", [](auto&, auto& n) { n.link.parent_kind = "vlan"; }, Result::Warning, "Q-in-Q"},
         {"tunnel", [](auto&, auto& n) { n.profile = "aws-vpn"; }, Result::Skipped, "no circuit"},
         {"no interface", [](auto&, auto& n) { n.link.exists = false; }, Result::Skipped, ""}});
}

TEST_CASE("address: ours, on the interface, with a mask that holds the neighbor") {
    check_rows(
        check_address,
        {{"healthy", nullptr, Result::Ok, "169.254.10.2/30 on eth0.259"},
         {"missing", [](auto&, auto& n) { n.link.addresses.clear(); }, Result::Failed,
          "does not have our address 169.254.10.2"},
         {"none configured and none there",
          [](auto&, auto& n) {
              n.local.reset();
              n.local_configured = false;
          },
          Result::Failed, "has no address in 169.254.10.1's network"},
         {"mask too narrow", [](auto&, auto& n) { n.link.addresses[0].length = 32; },
          Result::Failed, "169.254.10.2/32 on eth0.259 does not hold 169.254.10.1"},
         {"unusual mask", [](auto&, auto& n) { n.link.addresses[0].length = 24; }, Result::Warning,
          "unusual mask"},
         {"/31",
          [](auto&, auto& n) {
              n.link.addresses = {{address("169.254.10.0"), 31, {}, false, false, {}}};
              n.local = address("169.254.10.0");
          },
          Result::Ok, "/31"},
         {"/29", [](auto&, auto& n) { n.link.addresses[0].length = 29; }, Result::Ok, "/29"},
         {"/125",
          [](auto&, auto& n) {
              n.address = address("2001:db8::1");
              n.local = address("2001:db8::2");
              n.link.addresses = {{address("2001:db8::2"), 125, {}, false, false, {}}};
          },
          Result::Ok, "/125"},
         {"duplicate", [](auto&, auto& n) { n.link.addresses[0].duplicate = true; }, Result::Failed,
          "in use by another host"},
         {"on two interfaces", [](auto&, auto& n) { n.link.addresses[0].also_on = "eth1.260"; },
          Result::Warning, "is on eth1.260 too"},
         {"tentative", [](auto&, auto& n) { n.link.addresses[0].tentative = true; },
          Result::Warning, "not usable yet"},
         {"point to point",
          [](auto&, auto& n) {
              n.link.addresses[0].peer = n.address;
              n.link.addresses[0].length = 32;
              n.profile = "";
          },
          Result::Ok, "169.254.10.2/32"},
         {"the neighbor's own",
          [](auto&, auto& n) {
              n.local = n.address;
              n.link.addresses[0].address = n.address;
          },
          Result::Failed, "is the neighbor's own address"},
         {"several hops away",
          [](auto&, auto& n) {
              n.single_hop = false;
              n.address = address("10.9.9.9");
          },
          Result::Ok, "169.254.10.2/30"}});
}

TEST_CASE("ipsec: an association for the XFRM interface") {
    const auto on_xfrm = [](auto has_association) {
        return [=](Facts&, Neighbor& n) {
            n.link.name = "xfrm1";
            n.link.kind = "xfrm";
            n.link.if_id = 41;
            n.link.has_association = has_association;
            n.probes.echo = Echo::Silent;
        };
    };
    check_rows(
        check_ipsec,
        {{"no tunnel", nullptr, Result::Skipped, "eth0.259 is no XFRM interface"},
         {"no interface", [](auto&, auto& n) { n.link.exists = false; }, Result::Skipped, ""},
         {"up", on_xfrm(true), Result::Ok, "with if_id 41"},
         {"down", on_xfrm(false), Result::Failed, "no security association with if_id 41"},
         {"came up meanwhile",
          [&](auto& f, auto& n) {
              on_xfrm(false)(f, n);
              n.probes.echo = Echo::Answered;
          },
          Result::Ok, "new"},
         {"may not be asked", on_xfrm(std::optional<bool>()), Result::Unknown, "root"}});
    check_rows(check_ping, {{"one cause counts once", on_xfrm(false), Result::Skipped, "tunnel"}});
}

TEST_CASE("arp: the neighbor's link-layer address is known") {
    check_rows(
        check_resolution,
        {{"healthy", nullptr, Result::Ok, "169.254.10.1 is 02:00:5e:10:00:01"},
         {"silent", [](auto&, auto& n) { n.probes.resolution = Resolution::Incomplete; },
          Result::Failed, "does not answer ARP"},
         {"silent for long", [](auto&, auto& n) { n.probes.resolution = Resolution::Failed; },
          Result::Failed, "does not answer ARP"},
         {"IPv6",
          [](auto&, auto& n) {
              n.address = address("2001:db8::1");
              n.probes.resolution = Resolution::Failed;
          },
          Result::Failed, "does not answer neighbor discovery"},
         {"not tried", [](auto&, auto& n) { n.probes.resolution = Resolution::NoEntry; },
          Result::Unknown, ""},
         {"tunnel", [](auto&, auto& n) { n.link.resolves = false; }, Result::Skipped, ""},
         {"far away", [](auto&, auto& n) { n.single_hop = false; }, Result::Skipped, ""}});
}

TEST_CASE("ping: the neighbor answers") {
    check_rows(check_ping,
               {{"healthy", nullptr, Result::Ok, "answers in 1.83 ms"},
                {"silent",
                 [](auto&, auto& n) {
                     n.state = "Active";
                     n.probes.echo = Echo::Silent;
                 },
                 Result::Failed, "does not answer ping"},
                {"silent in a VPN",
                 [](auto&, auto& n) {
                     n.profile = "aws-vpn";
                     n.state = "Active";
                     n.probes.echo = Echo::Silent;
                 },
                 Result::Failed, "see whether the tunnel is up (IPsec: swanctl --list-sas)"},
                {"silent, and the tunnel has an if_id",
                 [](auto&, auto& n) {
                     n.link.kind = "xfrm";
                     n.link.if_id = 41;
                     n.state = "Active";
                     n.probes.echo = Echo::Silent;
                 },
                 Result::Failed, "swanctl --list-sas, for if_id 41"},
                {"unreachable over GRE",
                 [](auto&, auto& n) {
                     n.link.kind = "gre";
                     n.probes.echo = Echo::Unreachable;
                     n.probes.echo_error = "No route to host";
                 },
                 Result::Failed, "see whether the tunnel is up"},
                {"silent, but BGP works", [](auto&, auto& n) { n.probes.echo = Echo::Silent; },
                 Result::Warning, "though its TCP does"},
                {"unreachable",
                 [](auto&, auto& n) {
                     n.probes.echo = Echo::Unreachable;
                     n.probes.echo_error = "Network is unreachable";
                 },
                 Result::Failed, "Network is unreachable"},
                {"not permitted",
                 [](auto&, auto& n) {
                     n.probes.echo = Echo::NotPossible;
                     n.probes.echo_error = "Operation not permitted";
                 },
                 Result::Unknown, "ping_group_range"},
                {"dropped here", ping_is_dropped_here, Result::Warning, "inet f in"},
                {"not tried", [](auto&, auto& n) { n.probes.echo = Echo::NotTried; },
                 Result::Skipped, ""}});
}
