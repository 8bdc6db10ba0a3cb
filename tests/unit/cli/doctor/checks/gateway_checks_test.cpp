#include "tests/unit/cli/doctor/checks/healthy.hpp"

using namespace dx::doctor;

namespace {

Gateway healthy_gateway() {
    Gateway gateway;
    auto& neighbor = gateway.neighbor;
    neighbor.name = "169.254.10.1";
    neighbor.address = address("169.254.10.1");
    neighbor.local = address("169.254.10.2");
    neighbor.link = healthy_link();
    neighbor.bfd = Bfd{"Up", true, "ok", "ok", std::chrono::milliseconds(150), {}};
    gateway.routes = {"10.1.0.0/16", "10.2.0.0/16"};
    return gateway;
}

// Found on the link and answering ping, but not on BFD.
Neighbor silent_on_bfd() {
    auto neighbor = healthy_gateway().neighbor;
    neighbor.bfd->state = "Down";
    neighbor.bfd->heard = false;
    neighbor.probes = healthy_neighbor().probes;
    return neighbor;
}

Finding check(const std::vector<Gateway>& gateways, Facts facts = healthy_facts()) {
    facts.gateways = gateways;
    return check_static_bfd(facts);
}

Finding check(const Neighbor& neighbor, const Facts& facts = healthy_facts()) {
    return check({Gateway{neighbor, {"10.1.0.0/16"}}}, facts);
}

}  // namespace

TEST_CASE("static-bfd: all gateways are Up, or there are none") {
    CHECK(check(std::vector<Gateway>{}).result == Result::Skipped);
    const auto found = check({healthy_gateway(), healthy_gateway()});
    CHECK(found.result == Result::Ok);
    CHECK(found.detail.starts_with(
        "10.1.0.0/16 and 1 more via 169.254.10.1: BFD is Up, detects within 150 ms; 10.1.0.0"));
}

TEST_CASE("static-bfd: what is wrong on the way to the gateway is said before BFD") {
    auto neighbor = silent_on_bfd();
    auto found = check(neighbor);
    CHECK(found.result == Result::Failed);
    CHECK(found.detail ==
          "10.1.0.0/16 via 169.254.10.1: it answers ping, but nothing was heard from its BFD: the "
          "route is not used");
    neighbor.probes.echo = Echo::Silent;
    CHECK(check(neighbor).detail.ends_with("169.254.10.1 does not answer ping"));
    neighbor.probes.resolution = Resolution::Failed;
    CHECK(check(neighbor).detail.ends_with("169.254.10.1 does not answer ARP"));
    neighbor.link.carrier = false;
    CHECK(check(neighbor).detail.ends_with("eth0.259 has no carrier"));
    neighbor.link.exists = false;
    neighbor.bfd.reset();
    CHECK(check(neighbor).detail.ends_with("interface eth0.259 does not exist"));
}

TEST_CASE("static-bfd: why BFD itself is not Up") {
    auto neighbor = silent_on_bfd();
    neighbor.bfd->heard = true;
    neighbor.bfd->diagnostic = "control detection time expired";
    CHECK(check(neighbor).detail.find("we say: control detection time expired") !=
          std::string::npos);
    neighbor.bfd->remote_diagnostic = "administratively down";
    CHECK(check(neighbor).result == Result::Warning);
    neighbor.bfd->remote_diagnostic.clear();
    neighbor.bfd->trouble = "port 3784: Address already in use";
    CHECK(check(neighbor).detail.find("cannot work: port 3784") != std::string::npos);
    neighbor.bfd->trouble.clear();
    neighbor.bfd->refused = "authentication, which is not supported";
    CHECK(check(neighbor).detail.find("uses authentication") != std::string::npos);
    neighbor.bfd.reset();
    CHECK(check(neighbor).detail.ends_with("no BFD session runs"));
}

TEST_CASE("static-bfd: one that fails counts more than one that is well") {
    auto failing = healthy_gateway();
    failing.neighbor = silent_on_bfd();
    CHECK(check({healthy_gateway(), failing}).result == Result::Failed);
}
