#include "daemon/revivals.hpp"

#include "tests/unit/daemon/site.hpp"

using namespace dx;
using namespace std::chrono_literals;
using daemon::Neighbor;

namespace {

struct Lab : daemon::Site {
    using Site::Site;

    void comes_up(std::string_view name) {
        up(name);
        (*this)[name].end_of_rib_awaited = {net::Family::Ipv4};
        revivals.begin((*this)[name]);
    }

    void has_told_all(std::string_view name) {
        (*this)[name].end_of_rib_awaited = {};
        revivals.follow_told();
    }

    std::vector<std::string> returning;
    std::vector<std::string> in_use;
    daemon::Revivals revivals{
        io,
        state.neighbors,
        {[this](const Neighbor& neighbor) { returning.push_back(neighbor.config.name); },
         [this](const Neighbor& neighbor) { in_use.push_back(neighbor.config.name); }},
        {.quiet = 1h, .at_most = 1h}};
};

}  // namespace

TEST_CASE("the first neighbor to come up is used at once: there is nothing to protect") {
    Lab lab;
    lab.comes_up("dx1");
    CHECK(lab.revivals.waiting(lab["dx1"]));
    lab.revivals.follow();
    CHECK(lab.in_use == std::vector<std::string>{"dx1"});
    CHECK_FALSE(lab.revivals.waiting(lab["dx1"]));
}

TEST_CASE("while another one carries traffic a neighbor is used when it has told all") {
    Lab lab;
    lab.up("dx2");
    lab.comes_up("dx1");
    lab.revivals.follow();
    lab.revivals.follow_told();
    CHECK(lab.in_use.empty());
    lab.has_told_all("dx1");
    CHECK(lab.in_use == std::vector<std::string>{"dx1"});
}

TEST_CASE(
    "what only a waiting neighbor carries goes by it as soon as its old routes are on their way") {
    Lab lab;
    lab.up("dx2");
    lab.comes_up("dx1");
    lab.revivals.follow();
    CHECK(lab.returning.empty());
    lab.revivals.follow_told();
    lab.revivals.follow_told();
    CHECK(lab.returning == std::vector<std::string>{"dx1"});
    lab.revivals.end(lab["dx1"]);
    lab.revivals.follow_told();
    lab.comes_up("dx1");
    lab.revivals.follow_told();
    CHECK(lab.returning == std::vector<std::string>{"dx1", "dx1"});
    CHECK(lab.in_use.empty());
}

TEST_CASE("a neighbor that has nothing to wait for is put in use, and is no last resort before") {
    Lab lab;
    lab.up("dx2");
    lab.comes_up("dx1");
    lab.has_told_all("dx1");
    CHECK(lab.returning.empty());
    CHECK(lab.in_use == std::vector<std::string>{"dx1"});
}

TEST_CASE("routes that outlived their session carry traffic too") {
    Lab lab;
    const bgp::KeptFamily kept{net::Family::Ipv4, 60s, 0s};
    lab["dx2"].retention.begin({kept}, {kept.family}, std::chrono::steady_clock::now());
    CHECK(lab.revivals.others_carry(lab["dx1"]));
    CHECK(lab.revivals.others_carry(lab["dx1"], net::Family::Ipv4));
    CHECK_FALSE(lab.revivals.others_carry(lab["dx1"], net::Family::Ipv6));
    lab.comes_up("dx1");
    lab.revivals.follow();
    CHECK(lab.in_use.empty());
    lab.comes_up("dx2");  // and sends its table, its routes in use all the while
    CHECK(lab.revivals.carries(lab["dx2"]));
    CHECK_FALSE(lab.revivals.carries(lab["dx1"]));
}

TEST_CASE("a neighbor whose session ended meanwhile is not used") {
    Lab lab;
    lab.up("dx2");
    lab.comes_up("dx1");
    lab.revivals.end(lab["dx1"]);
    lab.has_told_all("dx1");
    lab.revivals.hurry_all();
    CHECK(lab.in_use.empty());
}

TEST_CASE("a configured delay is shown while it lasts, and holds back who has told all") {
    Lab lab({"dx1"});
    lab.add("dx2, address: 192.0.2.9, return-delay: 30s");
    lab.up("dx1");
    lab["dx2"].flaps.failed(daemon::Flaps::Clock::now());
    lab.comes_up("dx2");
    CHECK(lab["dx2"].back_in_use_at);
    lab.has_told_all("dx2");
    CHECK(lab.in_use.empty());
    lab.revivals.hurry_all();
    CHECK_FALSE(lab["dx2"].back_in_use_at);
    CHECK(lab.in_use == std::vector<std::string>{"dx2"});
}

TEST_CASE("others carry traffic if they are up, not drained, and in use") {
    Lab lab;
    CHECK_FALSE(lab.revivals.others_carry(lab["dx1"]));
    lab.up("dx1");
    CHECK_FALSE(lab.revivals.others_carry(lab["dx1"]));
    CHECK(lab.revivals.others_carry(lab["dx2"]));
    lab["dx1"].drain = std::make_unique<daemon::Drain>(lab.io, 1h);
    CHECK_FALSE(lab.revivals.others_carry(lab["dx2"]));
    lab.comes_up("dx2");
    CHECK_FALSE(lab.revivals.others_carry(lab["dx1"]));
}
