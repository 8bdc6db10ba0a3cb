#include "cli/doctor/checks/checks.hpp"

#include <set>

#include "tests/unit/cli/doctor/checks/healthy.hpp"

using namespace dx::doctor;

TEST_CASE("a healthy site is well, without a warning") {
    const auto diagnosis = diagnose(healthy_facts());
    for (const auto& entry : diagnosis.entries) {
        CAPTURE(entry.check, entry.finding.detail);
        CHECK((entry.finding.result == Result::Ok || entry.finding.result == Result::Skipped));
    }
    CHECK(diagnosis.failures == 0);
    CHECK(diagnosis.conclusion == "All is well.");
}

TEST_CASE("warnings are counted, and are no failures") {
    auto facts = healthy_facts();
    facts.neighbors[0].link.send_redirects = 1;
    CHECK(diagnose(facts).conclusion == "All is well, but see the warning above.");
    facts.host.networkd.runs = true;
    const auto diagnosis = diagnose(facts);
    CHECK(diagnosis.conclusion == "All is well, but see the 2 warnings above.");
    CHECK(diagnosis.failures == 0);
}

TEST_CASE("the first check that failed makes the sentence") {
    auto facts = healthy_facts();
    facts.neighbors[0].bfd->state = "Down";
    facts.host.forwarding_v4 = 0;
    const auto diagnosis = diagnose(facts);
    CHECK(diagnosis.failures == 2);
    CHECK(diagnosis.conclusion.starts_with("dx-primary: BFD is Down"));
    CHECK(diagnosis.conclusion.ends_with("."));
}

TEST_CASE("the order of the path counts before the order of the neighbors") {
    auto facts = healthy_facts();
    facts.neighbors[0].bfd->state = "Down";
    facts.neighbors.push_back(healthy_neighbor());
    facts.neighbors[1].name = "dx-secondary";
    facts.neighbors[1].link.carrier = false;
    CHECK(
        diagnose(facts).conclusion.starts_with("dx-secondary: interface eth0.259 has no carrier"));
}

TEST_CASE("without the daemon the host alone is looked at, and the daemon is the finding") {
    auto facts = healthy_facts();
    facts.neighbors.clear();
    facts.daemon = {false, "", "is dxrouted running?"};
    facts.host.forwarding_v4 = 0;
    const auto diagnosis = diagnose(facts);
    CHECK(diagnosis.entries.size() == host_checks().size());
    CHECK(diagnosis.failures == 2);
    CHECK(diagnosis.conclusion.starts_with("dxrouted does not answer (is dxrouted running?); "));
}

TEST_CASE("every check has a name of its own") {
    std::set<std::string_view> names;
    for (const auto& check : neighbor_checks())
        CHECK(names.insert(check.name).second);
    for (const auto& check : host_checks())
        CHECK(names.insert(check.name).second);
}
