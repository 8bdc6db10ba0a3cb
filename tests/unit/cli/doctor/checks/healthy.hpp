// A neighbor with which all is well; tests break one thing.
#pragma once

#include <functional>
#include <string>

#include "cli/doctor/checks/checks.hpp"
#include "cli/doctor/checks/rows.hpp"
#include "tests/support/catch.hpp"

namespace dx::doctor {

inline net::IpAddress address(const char* text) {
    return *net::IpAddress::parse(text);
}

inline Family healthy_family() {
    Family family;
    family.configured = family.negotiated = true;
    family.import_policy = "from-aws";
    family.export_policy = "to-aws";
    family.received = family.accepted = 5;
    family.advertised = 2;
    family.limit_in = PrefixLimit{1000, 0, {}, false};
    family.limit_out = PrefixLimit{100, 0, 80, false};
    return family;
}

inline Link healthy_link() {
    Link link;
    link.name = "eth0.259";
    link.index = 7;
    link.exists = link.up = link.carrier = link.parent_up = true;
    link.mtu = 1500;
    link.kind = "vlan";
    link.vlan_id = 259;
    link.parent = "eth0";
    link.parent_kind = "ethernet";
    link.addresses = {{address("169.254.10.2"), 30, {}, false, false, {}}};
    link.rp_filter = link.send_redirects = 0;
    return link;
}

inline Neighbor healthy_neighbor() {
    Neighbor neighbor;
    neighbor.name = "dx-primary";
    neighbor.address = address("169.254.10.1");
    neighbor.profile = "aws-private";
    neighbor.local = address("169.254.10.2");
    neighbor.local_configured = neighbor.password = neighbor.bfd_configured = true;
    neighbor.remote_as = 64512;
    neighbor.local_as = 65010;
    neighbor.state = "Established";
    neighbor.up_for = "1d02h";
    neighbor.families = {healthy_family()};
    neighbor.bfd = Bfd{"Up", true, "ok", "ok", std::chrono::milliseconds(900), {}};
    neighbor.routes = Routes{};
    neighbor.routes->installed = 5;
    neighbor.routes->source = address("10.20.0.1");
    neighbor.routes->source_for = "172.31.0.0/16";
    neighbor.routes->source_advertised = true;
    neighbor.link = healthy_link();
    neighbor.probes.resolution = Resolution::Resolved;
    neighbor.probes.mac = "02:00:5e:10:00:01";
    neighbor.probes.echo = Echo::Answered;
    neighbor.probes.round_trip = std::chrono::microseconds(1830);
    return neighbor;
}

inline Facts healthy_facts() {
    Facts facts;
    facts.daemon = {true, "0.1.0", {}};
    facts.host.forwarding_v4 = facts.host.forwarding_v6 = 1;
    facts.host.hash_policy_v4 = facts.host.hash_policy_v6 = 1;
    facts.host.firewall.rules = Ruleset();
    facts.neighbors = {healthy_neighbor()};
    facts.circuits = 2;
    return facts;
}

// Down and redialling, everything below being fine.
inline Neighbor dialling_neighbor() {
    auto neighbor = healthy_neighbor();
    neighbor.state = "Active";
    neighbor.routes.reset();
    neighbor.bfd.reset();
    neighbor.probes.connect = Connect::Silent;
    neighbor.last_error = "no answer from 169.254.10.1:179: if it answers ping, suspect …";
    return neighbor;
}

// A row of a table: what is changed, and what the check then finds; `says` is part of it.
struct Row {
    const char* name;
    std::function<void(Facts&, Neighbor&)> change;
    Result result;
    const char* says;
};

using Check = Finding (*)(const Facts&, const Neighbor&);

inline void check_rows(Check check, std::initializer_list<Row> rows,
                       const Neighbor& from = healthy_neighbor()) {
    for (const auto& row : rows) {
        INFO(row.name);
        auto facts = healthy_facts();
        auto neighbor = from;
        if (row.change) row.change(facts, neighbor);
        const auto finding = check(facts, neighbor);
        CAPTURE(finding.detail, finding.advice);
        CHECK(finding.result == row.result);
        CHECK((finding.detail + '\n' + finding.advice).find(row.says) != std::string::npos);
        const bool wants_advice =
            finding.result == Result::Failed || finding.result == Result::Warning;
        CHECK(finding.advice.empty() != wants_advice);
    }
}

}  // namespace dx::doctor
