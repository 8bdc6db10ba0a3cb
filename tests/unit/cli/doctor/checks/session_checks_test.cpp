#include "tests/unit/cli/doctor/checks/healthy.hpp"

using namespace dx::doctor;

namespace {

void firewall_here(Facts& facts, const char* protocol, int port) {
    facts.host.firewall.rules = Ruleset::parse(std::string(R"({"nftables": [
        {"chain": {"family": "inet", "table": "f", "name": "out", "hook": "output"}},
        {"rule": {"family": "inet", "table": "f", "chain": "out", "expr": [
            {"match": {"op": "==", "left": {"payload": {"protocol": ")") +
                                               protocol + R"(", "field": "dport"}}, "right": )" +
                                               std::to_string(port) + R"(}}, {"drop": null}]}}]})");
}

void refused(Facts&, Neighbor& neighbor) {
    neighbor.probes.connect = Connect::Refused;
}

void heard(Neighbor& neighbor, const char* what) {
    neighbor.last_error = what;
}

}  // namespace

TEST_CASE("tcp: what an unsigned SYN tells") {
    check_rows(
        check_tcp,
        {{"silence is right for a peer with a key", nullptr, Result::Ok, "as is right"},
         {"refused", refused, Result::Failed, "refuses connections: no BGP runs there"},
         {"refused after a NOTIFICATION",
          [](auto& f, auto& n) {
              refused(f, n);
              heard(n, "received NOTIFICATION Cease/Connection Rejected");
          },
          Result::Warning, "see what the NOTIFICATION says"},
         {"refused after a Cease of our own, which is no word of the peer's",
          [](auto& f, auto& n) {
              refused(f, n);
              heard(n, "sent NOTIFICATION Cease/Administrative Reset");
          },
          Result::Failed, "refuses connections: no BGP runs there"},
         {"accepted", [](auto&, auto& n) { n.probes.connect = Connect::Accepted; }, Result::Ok,
          "accepts"},
         {"silence of a VPN, which has no key",
          [](auto&, auto& n) {
              n.profile = "aws-vpn";
              n.password = false;
          },
          Result::Failed, "routes by BGP, not statically"},
         {"silence of a VPN whose segments are signed",
          [](auto&, auto& n) {
              n.profile = "aws-vpn";
              n.password = false;
              n.signatures.unexpected = 1;
          },
          Result::Ok, "as is right"},
         {"no way",
          [](auto&, auto& n) {
              n.probes.connect = Connect::Failed;
              n.probes.connect_error = "No route to host";
          },
          Result::Failed, "No route to host"},
         {"dropped here", [](auto& f, auto&) { firewall_here(f, "tcp", 179); }, Result::Failed,
          "the firewall's chain inet f out here drops it"},
         {"not tried", [](auto&, auto& n) { n.probes.connect = Connect::NotTried; },
          Result::Skipped, ""},
         {"established", [](auto&, auto& n) { n.state = "Established"; }, Result::Ok,
          "not touched"},
         {"shut down", [](auto&, auto& n) { n.shut_down = true; }, Result::Skipped, "shut down"},
         {"waiting", [](auto&, auto& n) { n.waiting_for = "interface eth0 is down"; },
          Result::Skipped, "interface eth0 is down"}},
        dialling_neighbor());
}

TEST_CASE("md5: who has which key") {
    check_rows(
        check_md5,
        {{"no answer to signed SYNs", nullptr, Result::Failed, "probably the MD5 keys differ"},
         {"wrong signatures come", [](auto&, auto& n) { n.signatures.failure = 2; }, Result::Failed,
          "wrong signature came meanwhile (2)"},
         {"unsigned segments come", [](auto&, auto& n) { n.signatures.not_found = 1; },
          Result::Failed, "without a signature came meanwhile (1)"},
         {"the peer has no key", [](auto&, auto& n) { n.probes.connect = Connect::Accepted; },
          Result::Failed, "accepts connections without MD5"},
         {"we have none, and the peer is silent", [](auto&, auto& n) { n.password = false; },
          Result::Failed, "no password is set here"},
         {"we have none, and signed ones come",
          [](auto&, auto& n) {
              n.password = false;
              n.profile = "aws-vpn";
              n.signatures.unexpected = 1;
          },
          Result::Failed, "no password is set here"},
         {"none wanted",
          [](auto&, auto& n) {
              n.password = false;
              n.probes.connect = Connect::Accepted;
          },
          Result::Ok, "none seems wanted"},
         {"nothing listens", refused, Result::Skipped, ""},
         {"heard in the last attempt",
          [](auto&, auto& n) {
              heard(n, "sent NOTIFICATION OPEN Message Error/Bad Peer AS");
              n.signatures.failure = 2;  // another neighbor's
          },
          Result::Ok, "signatures are right"},
         {"heard in the last session, and the key changed since then",
          [](auto& f, auto& n) {
              n.last_error.clear();
              n.last_down = "hold timer expired: NOTIFICATION sent";
              n.signatures.failure = 2;
              f.signed_and_down = 1;
          },
          Result::Failed, "wrong signature came meanwhile (2)"},
         {"the same, but it may be another neighbor's",
          [](auto& f, auto& n) {
              n.last_error.clear();
              n.last_down = "hold timer expired: NOTIFICATION sent";
              n.last_down_ago = "00:00:07";
              n.signatures.failure = 2;
              f.signed_and_down = 2;
          },
          Result::Unknown, "right until the session ended 00:00:07 ago"},
         {"heard in the last session, nothing since",
          [](auto&, auto& n) {
              n.last_error.clear();
              n.last_down = "received NOTIFICATION Cease";
          },
          Result::Unknown, "ask again in some seconds"},
         {"without a key, heard in the last session",
          [](auto&, auto& n) {
              n.password = false;
              n.last_error.clear();
              n.last_down = "received NOTIFICATION Cease";
          },
          Result::Ok, "messages passed before"},
         {"too early", [](auto&, auto& n) { n.last_error.clear(); }, Result::Unknown, "ask again"},
         {"the host is silent altogether", [](auto&, auto& n) { n.probes.echo = Echo::Silent; },
          Result::Unknown, "tells nothing of the keys"},
         {"dropped here", [](auto& f, auto&) { firewall_here(f, "tcp", 179); }, Result::Skipped,
          "firewall"},
         {"established", [](auto&, auto& n) { n.state = "Established"; }, Result::Ok, "signed"}},
        dialling_neighbor());
}

TEST_CASE("open: where no SYN is answered, and nothing below explains it, TCP 179 is named") {
    check_rows(check_open,
               {{"the peer takes others' connections",
                 [](auto&, auto& n) {
                     n.probes.connect = Connect::Accepted;
                     n.password = false;
                 },
                 Result::Failed, "let TCP port 179 pass on the way"}},
               dialling_neighbor());
}

TEST_CASE("open: Established, or why not") {
    auto refused_open = dialling_neighbor();
    refused_open.last_error = "received NOTIFICATION OPEN Message Error/Bad Peer AS";
    check_rows(
        check_open,
        {{"bad AS", nullptr, Result::Failed, "(our AS is 65010, theirs should be 64512)"},
         {"hold time",
          [](auto&, auto& n) {
              heard(n, "received NOTIFICATION OPEN Message Error/Unacceptable Hold Time");
          },
          Result::Failed, "`timers.hold`"},
         {"families",
          [](auto&, auto& n) {
              heard(n, "received NOTIFICATION OPEN Message Error/Unsupported Capability");
          },
          Result::Failed, "`families`"},
         {"maintenance",
          [](auto&, auto& n) {
              heard(n, "received NOTIFICATION Cease/Administrative Shutdown: tonight");
          },
          Result::Failed, "maintenance"},
         {"the last session's end counts where no attempt failed since",
          [](auto&, auto& n) {
              n.last_error.clear();
              n.last_down = "hold timer expired: NOTIFICATION";
          },
          Result::Failed, "packets get lost"},
         {"it counts too where the attempts since say little",
          [](auto&, auto& n) {
              heard(n, "the peer closed the connection");
              n.last_down = "received NOTIFICATION Cease/Administrative Shutdown";
              n.last_down_ago = "00:00:09";
          },
          Result::Failed, "Administrative Shutdown, 00:00:09 ago; since then: the peer closed"},
         {"but not where they say what is wrong now",
          [](auto&, auto& n) {
              heard(n, "received NOTIFICATION OPEN Message Error/Bad Peer AS");
              n.last_down = "received NOTIFICATION Cease/Administrative Shutdown";
          },
          Result::Failed, "Active: received NOTIFICATION OPEN Message Error/Bad Peer AS (our AS"},
         {"nothing known",
          [](auto&, auto& n) {
              n.last_error.clear();
              n.probes.connect = Connect::Silent;
          },
          Result::Failed, "nothing was heard"},
         {"by a limit",
          [](auto&, auto& n) {
              n.last_down = "received NOTIFICATION Cease/Maximum Number of Prefixes Reached";
          },
          Result::Ok, "prefix limit"},
         {"something before it failed", refused, Result::Failed, "Bad Peer AS"},
         {"no ARP", [](auto&, auto& n) { n.probes.resolution = Resolution::Failed; },
          Result::Skipped, "no OPEN"},
         {"waiting", [](auto&, auto& n) { n.waiting_for = "a router id"; }, Result::Failed,
          "not tried: a router id"},
         {"waiting for BFD", [](auto&, auto& n) { n.waiting_for = "BFD is not Up (strict)"; },
          Result::Skipped, "strict"},
         {"shut down", [](auto&, auto& n) { n.shut_down = true; }, Result::Warning,
          "shutdown: false"},
         {"drained",
          [](auto&, auto& n) {
              n.shut_down = true;
              n.drain = "drained";
          },
          Result::Warning, "dxctl undrain dx-primary"},
         {"about to be drained",
          [](auto&, auto& n) {
              n.state = "Established";
              n.drain = "leadingAway";
          },
          Result::Warning, "led away"},
         {"our failover test", [](auto&, auto& n) { n.tested = true; }, Result::Warning,
          "a failover test of this router"},
         {"established", [](auto&, auto& n) { n.state = "Established"; }, Result::Ok,
          "Established with AS 64512 for 1d02h"}},
        refused_open);
}

TEST_CASE("bfd: Up, or why not") {
    const auto down = [](Neighbor& neighbor) { neighbor.bfd->state = "Down"; };
    check_rows(check_bfd,
               {{"healthy", nullptr, Result::Ok, "detects within 900 ms"},
                {"not configured", [](auto&, auto& n) { n.bfd_configured = false; },
                 Result::Warning, "`bfd: true`"},
                {"not wanted on a tunnel",
                 [](auto&, auto& n) {
                     n.bfd_configured = false;
                     n.profile = "aws-vpn";
                 },
                 Result::Skipped, ""},
                {"up over other routers", [](auto&, auto& n) { n.bfd.reset(); }, Result::Warning,
                 "on no link of ours"},
                {"waits for what cannot be",
                 [](auto&, auto& n) {
                     n.bfd.reset();
                     n.state = "Idle";
                     n.waiting_for = "BFD cannot watch it, it is on no link of ours (strict)";
                 },
                 Result::Failed, "on no link of ours (strict)"},
                {"nothing heard",
                 [&](auto&, auto& n) {
                     down(n);
                     n.bfd->heard = false;
                 },
                 Result::Failed, "nothing was heard from the peer's BFD"},
                {"one way",
                 [&](auto&, auto& n) {
                     down(n);
                     n.bfd->diagnostic = "control detection time expired";
                 },
                 Result::Failed, "control detection time expired"},
                {"switched off there",
                 [&](auto&, auto& n) {
                     down(n);
                     n.bfd->remote_diagnostic = "administratively down";
                 },
                 Result::Warning, "administratively down"},
                {"dropped here",
                 [&](auto& f, auto& n) {
                     down(n);
                     firewall_here(f, "udp", 3784);
                 },
                 Result::Failed, "inet f out"},
                {"cannot hear",
                 [&](auto&, auto& n) {
                     down(n);
                     n.bfd->trouble = "port 3784 is taken";
                 },
                 Result::Failed, "port 3784 is taken"},
                {"authentication",
                 [&](auto&, auto& n) {
                     down(n);
                     n.bfd->heard = false;
                     n.bfd->refused = "authentication, which is not supported";
                 },
                 Result::Failed, "the peer's BFD uses authentication, which dxrouted does not do"},
                {"over a router",
                 [&](auto&, auto& n) {
                     down(n);
                     n.bfd->refused = "wrong TTL or hop limit";
                 },
                 Result::Failed, "TTL below 255"},
                {"another refusal",
                 [&](auto&, auto& n) {
                     down(n);
                     n.bfd->refused = "detect multiplier 0";
                 },
                 Result::Failed, "break RFC 5880 (detect multiplier 0)"},
                {"no session to guard",
                 [&](auto&, auto& n) {
                     down(n);
                     n.state = "Active";
                 },
                 Result::Skipped, ""},
                {"strict: BGP waits for it",
                 [&](auto&, auto& n) {
                     down(n);
                     n.state = "Idle";
                     n.waiting_for = "BFD is not Up (strict)";
                     n.bfd->heard = false;
                 },
                 Result::Failed, "BGP waits for it"},
                {"shut down",
                 [&](auto&, auto& n) {
                     n.bfd_configured = false;
                     n.state = "Idle";
                 },
                 Result::Skipped, ""}});
}
