#include "tests/unit/cli/doctor/checks/healthy.hpp"

using namespace dx::doctor;

TEST_CASE("policy: both are there and let something pass") {
    check_rows(
        check_policy,
        {{"healthy", nullptr, Result::Ok, "5 received, 5 accepted, 2 advertised"},
         {"no import", [](auto&, auto& n) { n.families[0].import_policy.clear(); }, Result::Failed,
          "no import policy for ipv4: nothing passes (RFC 8212)"},
         {"no export", [](auto&, auto& n) { n.families[0].export_policy.clear(); }, Result::Failed,
          "no export policy"},
         {"neither",
          [](auto&, auto& n) {
              n.families[0].import_policy.clear();
              n.families[0].export_policy.clear();
          },
          Result::Failed, "neither an import nor export policy"},
         {"all rejected", [](auto&, auto& n) { n.families[0].accepted = 0; }, Result::Warning,
          "the policy from-aws"},
         {"nothing comes",
          [](auto&, auto& n) { n.families[0].received = n.families[0].accepted = 0; },
          Result::Warning, "allowed prefixes"},
         {"nothing goes", [](auto&, auto& n) { n.families[0].advertised = 0; }, Result::Warning,
          "to-aws"},
         {"a family that was not agreed on",
          [](auto&, auto& n) {
              auto v6 = healthy_family();
              v6.family = dx::net::Family::Ipv6;
              v6.negotiated = false;
              n.families.push_back(v6);
          },
          Result::Failed, "ipv6 was not agreed on"},
         {"down", [](auto&, auto& n) { n.state = "Active"; }, Result::Ok, "policies are set"},
         {"no family", [](auto&, auto& n) { n.families.clear(); }, Result::Skipped, ""}});
}

TEST_CASE("prefix-limit: in, out and AWS's own") {
    constexpr auto kReceived =
        "received NOTIFICATION Cease/Maximum Number of Prefixes Reached: at most 100 ipv4 prefixes "
        "are allowed";
    check_rows(
        check_prefix_limit,
        {{"healthy", nullptr, Result::Ok, "2 of 100 ipv4 prefixes sent"},
         {"none", [](auto&, auto& n) { n.families[0].limit_out.reset(); }, Result::Ok,
          "no outbound"},
         {"near", [](auto&, auto& n) { n.families[0].advertised = 80; }, Result::Warning,
          "80 of 100"},
         {"held back", [](auto&, auto& n) { n.families[0].limit_out->beyond = 7; }, Result::Failed,
          "7 ipv4 prefixes are held back: at most 100"},
         {"aggregated", [](auto&, auto& n) { n.families[0].limit_out->aggregated = 95; },
          Result::Warning, "95 ipv4 prefixes are covered by aggregates: not all fit into the 100"},
         {"held back by AWS's word",
          [](auto&, auto& n) { n.families[0].limit_out = PrefixLimit{50, 7, {}, true}; },
          Result::Failed, "as AWS said"},
         {"discarded", [](auto&, auto& n) { n.families[0].limit_in->beyond = 3; }, Result::Failed,
          "3 ipv4 prefixes are beyond the inbound limit of 1000"},
         {"ended by AWS",
          [&](auto&, auto& n) {
              n.state = "Active";
              n.last_down = kReceived;
          },
          Result::Failed, "at most 100 ipv4 prefixes are allowed"},
         {"ended by a peer that names no number",
          [&](auto&, auto& n) {
              n.state = "Idle";
              n.last_down = "received NOTIFICATION Cease/Maximum Number of Prefixes Reached";
              n.families[0].sent_too_many = 20;
          },
          Result::Failed, "it had been sent 20 ipv4 prefixes, and did not say how many it takes"},
         {"held down by us",
          [](auto&, auto& n) {
              n.state = "Idle";
              n.held_down = true;
              n.last_down = "sent NOTIFICATION Cease/Maximum Number of Prefixes Reached";
          },
          Result::Failed, "`prefix-limit.in`"},
         {"long ago", [&](auto&, auto& n) { n.last_down = kReceived; }, Result::Ok, "2 of 100"}});
}

TEST_CASE("fib: what was learnt is installed") {
    check_rows(
        check_fib,
        {{"healthy", nullptr, Result::Ok, "routes installed: 5"},
         {"standby", [](auto&, auto& n) { n.routes->installed = 0; }, Result::Ok,
          "other paths are better"},
         {"conflict",
          [](auto&, auto& n) {
              n.routes->conflict = {3, "172.31.0.0/16", "via 10.0.0.1 dev eth9"};
          },
          Result::Failed, "ip route del 172.31.0.0/16 via 10.0.0.1 dev eth9"},
         {"IPv6 conflict",
          [](auto&, auto& n) { n.routes->conflict = {1, "2001:db8::/32", "dev eth9"}; },
          Result::Failed, "ip -6 route del 2001:db8::/32 dev eth9"},
         {"refused",
          [](auto&, auto& n) { n.routes->failed = {1, "172.31.0.0/16", "No buffer space"}; },
          Result::Failed, "172.31.0.0/16 refused by the kernel (No buffer space)"},
         {"unresolved", [](auto&, auto& n) { n.routes->unresolved = {2, "172.31.0.0/16", "x"}; },
          Result::Failed, "172.31.0.0/16 and 1 more not installed"},
         {"its return is delayed", [](auto&, auto& n) { n.returns_in = "00:00:07"; },
          Result::Warning, "goes by it again in 00:00:07 (return-delay)"},
         {"switched off", [](auto&, auto& n) { n.routes.reset(); }, Result::Skipped, "fib.enabled"},
         {"down", [](auto&, auto& n) { n.state = "Idle"; }, Result::Skipped, "no session"}});
}

TEST_CASE("static-routes: none shadows what was learnt") {
    check_rows(check_static_routes,
               {{"healthy", nullptr, Result::Ok, "none"},
                {"ours", [](auto&, auto& n) { n.routes->behind_static = {1, "172.31.0.0/16", ""}; },
                 Result::Warning, "distance above 20"},
                {"another program's, beneath",
                 [](auto&, auto& n) {
                     n.routes->beneath_foreign = {1, "172.31.5.0/24", "via 10.0.0.1 dev eth9"};
                 },
                 Result::Warning, "ip route del 172.31.5.0/24 via 10.0.0.1 dev eth9"},
                {"another program's, by the same gateway",
                 [](auto&, auto& n) {
                     n.routes->beneath_static = {1, "172.31.5.0/24", "via 169.254.10.1 dev eth0"};
                 },
                 Result::Warning, "ip route del 172.31.5.0/24 via 169.254.10.1 dev eth0"},
                {"ours, by the same gateway",
                 [](auto&, auto& n) { n.routes->beneath_own = {1, "172.31.5.0/24", ""}; },
                 Result::Warning, "`bfd: true`"},
                {"down", [](auto&, auto& n) { n.routes.reset(); }, Result::Skipped, ""}});
}

TEST_CASE("source: AWS can answer what this host itself sends") {
    check_rows(
        check_source,
        {{"healthy", nullptr, Result::Ok, "sends from 10.20.0.1"},
         {"the link's address",
          [](auto&, auto& n) {
              n.routes->source = n.local;
              n.routes->source_advertised = false;
          },
          Result::Warning, "from the link's address 169.254.10.2"},
         {"not advertised", [](auto&, auto& n) { n.routes->source_advertised = false; },
          Result::Warning, "10.20.0.1, which is not advertised"},
         {"the link's address, advertised", [](auto&, auto& n) { n.routes->source = n.local; },
          Result::Ok, "169.254.10.2"},
         {"no route", [](auto&, auto& n) { n.routes->source.reset(); }, Result::Skipped, ""}});
}
