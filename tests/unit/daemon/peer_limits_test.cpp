#include "daemon/peer_limits.hpp"

#include <fstream>

#include "tests/unit/daemon/control/temporary_directory.hpp"
#include "tests/unit/daemon/site.hpp"

using namespace dx;
using namespace std::chrono_literals;
using daemon::PeerLimit;
using net::Family;

namespace {

struct Run : daemon::Site {
    explicit Run(const std::filesystem::path& directory,
                 const std::vector<std::string>& neighbors = {"dx1, address: 192.0.2.1"})
        : Site(std::vector<std::string>()) {
        state.files.state = directory;
        limits.emplace(
            io, disk, state,
            daemon::PeerLimits::Hooks{.limit_differs = [this](const auto&) { ++limit_differs; },
                                      .hold_down =
                                          [this](const auto&, auto wait, const auto& why) {
                                              waits.push_back(wait);
                                              reason = why;
                                          }},
            [this](bool, const std::string& text) { reports.push_back(text); });
        limits->load();
        for (const auto& keys : neighbors)
            limits->take_up(add(keys));
    }

    ~Run() {
        io.restart();
        io.run();
    }

    std::optional<PeerLimit> taken(std::string_view name, Family family = Family::Ipv4) {
        return (*this)[name].taken_at_most[family];
    }

    // As the peer says it.
    void told(std::string_view name, std::uint32_t max) {
        (*this)[name].taken_at_most[Family::Ipv4] =
            PeerLimit{max, std::chrono::system_clock::from_time_t(1'763'856'000)};
        limits->note();
    }

    void ended(const bgp::Notification& notification, std::uint32_t sent) {
        bgp::PerFamily<std::uint32_t> all{};
        all[Family::Ipv4] = sent;
        limits->ended((*this)["dx1"], notification, all);
    }

    // As a reload does it; true if the neighbor's wait has no reason any more.
    bool reconfigure(const std::string& keys) {
        auto& neighbor = (*this)["dx1"];
        const auto before = neighbor.config;
        neighbor.config = config::loaded(
                              "router: {asn: 65000}\nneighbors:\n  - {remote-as: 64512, import: "
                              "accept-all, export: accept-all, name: dx1, address: 192.0.2.1" +
                              keys + "}\n")
                              .neighbors.front();
        const bool waited = limits->follow(neighbor, before);
        limits->note();
        return waited;
    }

    daemon::Disk disk{io};
    int limit_differs = 0;
    std::vector<std::chrono::minutes> waits;
    std::string reason;
    std::vector<std::string> reports;
    std::optional<daemon::PeerLimits> limits;
};

struct Place {
    control::TemporaryDirectory directory;
    std::filesystem::path state = directory.file("state");

    Place() { std::filesystem::create_directory(state); }

    bool has_file() const { return std::filesystem::exists(state / "peer-limits.json"); }
};

bgp::Notification too_many(std::uint32_t limit, bgp::AfiSafi family = {1, 1}) {
    return bgp::prefix_limit_reached({family, limit});
}

bgp::Notification too_many_unnamed() {
    auto notification = too_many(0);
    notification.data.clear();
    return notification;
}

}  // namespace

TEST_CASE("what a peer said that it takes is obeyed by the next run, with its time") {
    Place place;
    Run(place.state).told("dx1", 40);
    Run next(place.state);
    REQUIRE(next.taken("dx1"));
    CHECK(next.taken("dx1")->max == 40);
    CHECK(std::chrono::system_clock::to_time_t(next.taken("dx1")->said) == 1'763'856'000);
    CHECK_FALSE(next.taken("dx1", Family::Ipv6));
    CHECK(limit_out(next["dx1"], Family::Ipv4)->max == 40);
}

TEST_CASE("it is not obeyed for another peer, or with another limit") {
    Place place;
    Run(place.state).told("dx1", 40);
    const auto* const changed = GENERATE("dx2, address: 192.0.2.1", "dx1, address: 192.0.2.2",
                                         "dx1, address: 192.0.2.1, prefix-limit: {out: 50}");
    Run next(place.state, {changed});
    CHECK_FALSE(next.state.neighbors.all().front()->taken_at_most[Family::Ipv4]);
}

TEST_CASE("what is forgotten, or whose neighbor is gone, is in the file no longer") {
    Place place;
    Run run(place.state);
    run.told("dx1", 40);
    run.io.run();
    CHECK(place.has_file());
    SECTION("cleared") {
        run.limits->forget(run["dx1"]);
        CHECK_FALSE(run.taken("dx1"));
    }
    SECTION("removed") {
        run.state.neighbors.remove(run["dx1"].id);
        run.limits->note();
    }
    run.io.restart();
    run.io.run();
    CHECK_FALSE(place.has_file());
}

TEST_CASE("a neighbor that is made anew by the same run is still obeyed") {
    Place place;
    Run run(place.state);
    run.told("dx1", 40);
    run.state.neighbors.remove(run["dx1"].id);
    run.limits->take_up(run.add("dx1, address: 192.0.2.1"));
    CHECK(run.taken("dx1"));
}

TEST_CASE("a damaged file is told of and stays") {
    Place place;
    std::ofstream(place.state / "peer-limits.json")
        << GENERATE("{", R"({"limits": [{"neighbor": "dx1"}]})", R"({"limits": [{"neighbor": "dx1",
            "address": "192.0.2.1", "remoteAs": 64512, "family": "x", "configured": null,
            "max": 1, "said": 1}]})");
    Run run(place.state);
    CHECK_FALSE(run.taken("dx1"));
    REQUIRE(run.reports.size() == 1);
    CHECK(run.reports.front().find("peer-limits.json is damaged") != std::string::npos);
    CHECK(place.has_file());
}

TEST_CASE("a limit that a peer names is obeyed at once, and its next session is not held up") {
    Place place;
    Run run(place.state);
    run.ended(too_many(100), 120);
    REQUIRE(run.taken("dx1"));
    CHECK(run.taken("dx1")->max == 100);
    CHECK(run.limit_differs == 1);
    CHECK(run.waits.empty());
}

TEST_CASE("where obeying changes nothing the next session waits, longer each time") {
    Place place;
    Run run(place.state);
    const auto said = GENERATE(too_many_unnamed(), too_many(100, {1, 2}));
    for (int i = 0; i < 6; ++i)
        run.ended(said, 120);
    CHECK(run.waits == std::vector<std::chrono::minutes>{1min, 2min, 4min, 8min, 16min, 16min});
    CHECK(run.reason.starts_with("the peer takes fewer than the 120 ipv4 prefixes that it was"));

    // Long after that it begins anew.
    run["dx1"].unhelpful_limit_at -= 33min;
    run.ended(said, 120);
    CHECK(run.waits.back() == 1min);
}

TEST_CASE("a limit that we keep may have crossed a withdrawal: it is the next time that waits") {
    Place place;
    Run run(place.state);
    run.ended(too_many(100), 99);
    CHECK(run.taken("dx1")->max == 100);
    CHECK(run.waits.empty());
    CHECK_FALSE(run["dx1"].sent_too_many[Family::Ipv4]);
    run.ended(too_many(100), 99);
    run.ended(too_many(100), 99);
    CHECK(run.waits == std::vector<std::chrono::minutes>{1min, 2min});
    CHECK(
        run.reason ==
        "the peer takes fewer than the 99 ipv4 prefixes that it was sent, and named a limit of 100 "
        "ipv4");
}

TEST_CASE("a peer that was sent nothing and finds that too much is waited for as well") {
    Place place;
    Run run(place.state);
    run.ended(too_many_unnamed(), 0);
    CHECK(run.reason.starts_with("the peer finds too many prefixes, though it was sent none"));
    CHECK(run.reconfigure(", prefix-limit: {out: {ipv6: 7}}"));
}

TEST_CASE("it is true while the peer and its limit are the same, whatever else changes") {
    Place place;
    Run run(place.state);
    run.told("dx1", 40);
    run.reconfigure(", prefix-limit: {out: {ipv6: 7}}, weight: 9");
    CHECK(run.taken("dx1"));
    run.reconfigure(", prefix-limit: {out: 50}");
    CHECK_FALSE(run.taken("dx1"));
}

TEST_CASE("another limit of ours ends the wait for a peer that named none") {
    Place place;
    Run run(place.state);
    run.ended(too_many_unnamed(), 120);
    CHECK_FALSE(run.reconfigure(", weight: 9"));
    CHECK_FALSE(run.reconfigure(", prefix-limit: {out: {ipv6: 7}}"));  // it was sent IPv4 only
    CHECK(run.reconfigure(", prefix-limit: {out: 50}"));
    CHECK_FALSE(run["dx1"].sent_too_many[Family::Ipv4]);
    CHECK_FALSE(run.reconfigure(", prefix-limit: {out: 51}"));
}

TEST_CASE("a change on trial that is taken back brings back what the peer said") {
    Place place;
    Run run(place.state);
    run.told("dx1", 40);
    run.state.last_reload.on_trial = true;
    SECTION("of a neighbor that is configured otherwise") {
        run.reconfigure(", prefix-limit: {out: 50}");
        CHECK_FALSE(run.taken("dx1"));
        run.reconfigure("");
        CHECK(run.taken("dx1"));
    }
    SECTION("of one that is removed") {
        run.state.neighbors.remove(run["dx1"].id);
        run.limits->note();
        run.limits->take_up(run.add("dx1, address: 192.0.2.1"));
        CHECK(run.taken("dx1"));
    }
    SECTION("unless the operator cleared it meanwhile, or the change is confirmed") {
        const bool cleared = GENERATE(true, false);
        run.reconfigure(", prefix-limit: {out: 50}");
        if (cleared) {
            run.limits->forget(run["dx1"]);
        } else {
            run.state.last_reload.on_trial = false;
            run.limits->note();
        }
        run.reconfigure("");
        CHECK_FALSE(run.taken("dx1"));
    }
}
