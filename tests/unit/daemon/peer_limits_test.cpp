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
        limits.emplace(io, disk, state,
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

    daemon::Disk disk{io};
    std::vector<std::string> reports;
    std::optional<daemon::PeerLimits> limits;
};

struct Place {
    control::TemporaryDirectory directory;
    std::filesystem::path state = directory.file("state");

    Place() { std::filesystem::create_directory(state); }

    bool has_file() const { return std::filesystem::exists(state / "peer-limits.json"); }
};

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
