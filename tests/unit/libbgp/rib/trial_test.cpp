// What `why` and `policy test` are told is what import and export really do.
#include <random>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

PolicyPtr preferring(std::uint32_t local_pref) {
    PolicyRule sets;
    sets.set.local_pref = local_pref;
    PolicyRule accepts;
    accepts.then = PolicyAction::Accept;
    return std::make_shared<const Policy>("preferring", std::vector{sets, accepts});
}

}  // namespace

TEST_CASE("an import is tried again with a trace, before and after the policy") {
    RibLab lab;
    auto settings = RibLab::external(64512);
    settings.import_local_pref = 200;
    settings.import_policy = preferring(300);
    const auto id = lab.add(1, settings);
    lab.announce(id, {"10.0.0.0/8"}, attributes({64512}));
    lab.settle();

    RouteTrace trace;
    const auto trial = lab.rib.try_import(prefix("10.0.0.0/8"), id, settings, &trace);
    REQUIRE(trial);
    CHECK(trial->state == PathState::Accepted);
    CHECK(trial->rule == 1U);
    CHECK_FALSE(trial->received->local_pref);
    CHECK(trace.asked->local_pref == 200U);
    CHECK(trace.left->local_pref == 300U);
    CHECK(trial->imported->local_pref == 300U);
    CHECK(trace.policy.steps.size() == 2);
    CHECK_FALSE(lab.rib.try_import(prefix("10.0.0.0/9"), id, settings, nullptr));
}

TEST_CASE("an import under other settings leaves the table alone and tells what is in force") {
    RibLab lab;
    const auto settings = RibLab::external(64512);
    const auto id = lab.add(1, settings);
    lab.announce(id, {"10.0.0.0/8"}, attributes({64512}));
    lab.settle();
    auto other = settings;
    other.import_policy = only("10.9.0.0/16");
    const auto trial = lab.rib.try_import(prefix("10.0.0.0/8"), id, other, nullptr);
    REQUIRE(trial);
    CHECK(trial->state == PathState::FilteredByPolicy);
    CHECK_FALSE(trial->rule);
    CHECK(trial->state_now == PathState::Accepted);
    CHECK(lab.rib.counts(id, net::Family::Ipv4).accepted == 1);
}

TEST_CASE("what never comes to the policy says so") {
    RibLab lab;
    const auto settings = RibLab::external(64512);
    const auto id = lab.add(1, settings);
    lab.announce(id, {"10.0.0.0/8"}, attributes({64512, kOurAs}));
    lab.announce(id, {"127.0.0.0/8"}, attributes({64512}));
    const auto state = [&](std::string_view of) {
        RouteTrace trace;
        const auto trial = lab.rib.try_import(prefix(of), id, settings, &trace);
        CHECK_FALSE(trace.asked);
        return trial->state;
    };
    CHECK(state("10.0.0.0/8") == PathState::AsLoop);
    CHECK(state("127.0.0.0/8") == PathState::PrefixInvalid);
}

TEST_CASE("an export is explained by the state of its session too") {
    RibLab lab;
    auto limited = RibLab::external(64513);
    limited.limit_out[net::Family::Ipv4] = PrefixLimitOut{.max = 1};
    const auto from = lab.add(1, RibLab::external(64512));
    const auto to = lab.add(2, limited);
    lab.announce(from, {"10.0.0.0/8", "10.0.0.0/9"}, attributes({64512}));
    const auto why = [&](std::string_view what, NeighborId whom) {
        return lab.rib.explain_export(prefix(what), whom, nullptr);
    };
    CHECK(why("10.0.0.0/8", to).state == ExportState::NoBestPath);
    lab.work();
    CHECK(why("10.0.0.0/8", to).state == ExportState::Accepted);
    CHECK(why("10.0.0.0/8", to).waiting);
    lab.settle();
    const auto sent = why("10.0.0.0/8", to);
    CHECK(sent.state == ExportState::Accepted);
    CHECK_FALSE(sent.waiting);
    CHECK(sent.exported == lab.rib.advertised(to, prefix("10.0.0.0/8")));
    CHECK(why("10.0.0.0/9", to).state == ExportState::HeldBack);
    CHECK(why("10.0.0.0/8", from).state == ExportState::LearntFromIt);

    auto session = RibLab::session(3);
    session.families = {net::Family::Ipv6};
    const auto other = lab.add(3, RibLab::external(64514), session);
    CHECK(why("10.0.0.0/8", other).state == ExportState::FamilyNotNegotiated);
    lab.rib.session_down(other);
    CHECK(why("10.0.0.0/8", other).state == ExportState::NotEstablished);
    lab.rib.hold(net::Family::Ipv4);
    CHECK(why("10.0.0.0/8", to).state == ExportState::Deferred);
}

TEST_CASE("an export can be tried before the first session") {
    RibLab lab;
    const NeighborId to{2};
    lab.rib.set_neighbor(to, RibLab::external(64513));
    lab.originate("10.0.0.0/8");
    lab.settle();
    RouteTrace trace;
    const auto trial = lab.rib.try_export(prefix("10.0.0.0/8"), to, lab.rib.settings(to), &trace);
    CHECK(trial.state == ExportState::Accepted);
    CHECK(trial.exported->as_path == path_of({kOurAs}));
    CHECK(trace.policy.steps.size() == 1);
}

// The reason and the deed come from the same code: they must never differ.
TEST_CASE("what is explained as sent is sent, and nothing else") {
    std::mt19937 random(7);
    const auto dice = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
    RibLab lab;
    constexpr std::uint8_t kNeighbors = 6;
    for (std::uint8_t n = 1; n <= kNeighbors; ++n) {
        auto settings = n > 4 ? RibLab::internal() : RibLab::external(64510U + n);
        if (n <= 2) settings.aws_link = AwsLink::Circuit;
        settings.heeds_horizon = n <= 2;
        settings.next_hop_self = n != 6;
        if (n == 3) settings.export_policy = only("10.3.0.0/16");
        if (n == 4) settings.limit_out[net::Family::Ipv4] = PrefixLimitOut{.max = 3};
        auto session = RibLab::session(n, settings.external());
        if (n == 2) session.role = Role::Customer;
        lab.add(n, settings, session);
    }
    const Community marks[] = {community::kNoExport, community::kNoAdvertise, community::kLlgrStale,
                               Community::of(1, 1)};
    for (int i = 0; i < 60; ++i) {
        const auto n = static_cast<std::uint8_t>(1 + dice(kNeighbors));
        auto with = n > 4 ? attributes({9}) : attributes({64510U + n, 64510U + 1 + dice(4)});
        with.next_hop.address = net::IpAddress::v4(0xc0000201U + dice(kNeighbors));
        if (dice(3) == 0) with.communities = {marks[dice(4)]};
        if (dice(5) == 0) with.only_to_customer = 7;
        if (n > 4 && dice(3) == 0) with.aws_link = AwsLink::Vpn;
        lab.announce(NeighborId{n},
                     {net::Prefix(net::IpAddress::v4(0x0a000000U + (dice(20) << 16)), 16)}, with);
    }
    lab.settle();
    std::set<ExportState> met;
    for (std::uint8_t n = 1; n <= kNeighbors; ++n)
        for (unsigned i = 0; i < 20; ++i) {
            const net::Prefix one(net::IpAddress::v4(0x0a000000U + (i << 16)), 16);
            const auto trial = lab.rib.explain_export(one, NeighborId{n}, nullptr);
            const auto& routes = lab.peer(NeighborId{n}).routes;
            INFO(one.to_string() << " to " << int{n} << ": " << to_string(trial.state));
            met.insert(trial.state);
            CHECK((trial.state == ExportState::Accepted) == routes.contains(one));
        }
    CHECK(met.size() >= 9);
}

TEST_CASE("a route whose attributes fit in no message is said to be so, until it does") {
    RibLab lab;
    const auto a = lab.add(1, RibLab::external(64512));
    const auto b = lab.add(2, RibLab::external(64513));
    auto route = attributes({64512});
    std::vector<std::uint8_t> unknown(4104, 7);  // one optional attribute of 4100 bytes
    unknown[0] = 0xf0, unknown[1] = 99, unknown[2] = 4100 >> 8, unknown[3] = 4100 & 0xff;
    route.unknown = CompactArray<std::uint8_t>(std::span<const std::uint8_t>(unknown));
    lab.announce(a, {"10.0.0.0/16"}, route);
    lab.settle();
    const auto state = [&] {
        return lab.rib.explain_export(prefix("10.0.0.0/16"), b, nullptr).state;
    };
    CHECK(state() == ExportState::DoesNotFit);
    lab.announce(a, {"10.0.0.0/16"}, attributes({64512}));
    lab.settle();
    CHECK(state() == ExportState::Accepted);
}

}  // namespace dx::bgp::test
