// Failures where not all prefixes are alike, where several come at once, and where they come in the
// middle of a load: against the real kernel.
#include <string>
#include <vector>

#include "tests/netlink/forwarding.hpp"
#include "tests/netlink/kernel_tables.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using net::Family;
using net::Prefix;
using test::Forwarding;
using test::hop;
using test::ip;
using test::over;
using test::protected_by;
using test::some_prefixes;
using test::together;
using test::way_to;

namespace {

// With both neighbors up on their links.
class TwoNeighbors : public Forwarding {
public:
    bool start() {
        if (!ready()) return false;
        for (int link = 0; link < 2; ++link)
            up(link);
        return true;
    }

    void up(int link) {
        service().neighbor_up(static_cast<fib::NeighborTag>(link), ++epochs_[link],
                              test::index_of("v" + std::to_string(link)));
    }

    void down(int link) {
        service().neighbor_down(static_cast<fib::NeighborTag>(link), epochs_[link]);
    }

    bool both_links(bool running) { return told_that("v0", running) && told_that("v1", running); }

    // Every one of the prefixes, as the kernel routes packets to it.
    bool all_go(const std::vector<Prefix>& prefixes, const std::string& interface) {
        return wait_for([&] {
            for (const auto& prefix : prefixes)
                if (way_to(prefix) != interface) return false;
            return true;
        });
    }

private:
    fib::SessionEpoch epochs_[2] = {};
};

// Several sets of different prefixes.
std::vector<std::vector<Prefix>> sets_of(Family family, std::size_t sets, std::size_t each) {
    const auto all = some_prefixes(family, sets * each);
    std::vector<std::vector<Prefix>> result;
    for (std::size_t i = 0; i < sets; ++i) {
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(i * each);
        result.emplace_back(first, first + static_cast<std::ptrdiff_t>(each));
    }
    return result;
}

bool goes_via(const Prefix& prefix, const std::string& gateway) {
    const auto address = prefix.address().to_string();
    return ip("route get " + address).find("via " + gateway + " ") != std::string::npos;
}

}  // namespace

TEST_CASE("each prefix has its own backup or none, and keeps to it through failure and return") {
    if (!test::enter_namespace_with_two_links()) return;
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        INFO(to_string(family));
        TwoNeighbors forwarding;
        REQUIRE(forwarding.start());
        const auto sets = sets_of(family, 4, 8);
        const std::string network = family == Family::Ipv4 ? "198.18.1." : "2001:db8:1::";
        const fib::Forwarding other_backup{
            fib::ForwardingKind::Unicast, {hop(0, family)}, {hop(1, family, 3)}};
        forwarding.announce(sets[0], protected_by(0, 1, family));
        forwarding.announce(sets[1], other_backup);
        forwarding.announce(sets[2], over(0, family));
        forwarding.announce(sets[3], protected_by(1, 0, family));
        const auto protected_ones = together(together(sets[0], sets[1]), sets[3]);
        const auto all = together(protected_ones, sets[2]);
        CHECK(forwarding.kernel_has(all));

        for (const bool by_link : {true, false}) {
            INFO((by_link ? "link" : "session"));
            if (by_link) {
                ip("link set v0 down");
                CHECK(forwarding.told_that("v0", false));
            } else {
                forwarding.down(0);
            }
            CHECK(forwarding.kernel_has(protected_ones));
            CHECK(forwarding.all_go(protected_ones, "v1"));
            CHECK(goes_via(sets[0].front(), network + "2"));
            CHECK(goes_via(sets[1].front(), network + "3"));
            if (by_link) {
                test::raise_link(0);
                CHECK(forwarding.told_that("v0", true));
            }
            forwarding.up(0);
            CHECK(forwarding.kernel_has(all));
            CHECK(forwarding.all_go(together(together(sets[0], sets[1]), sets[2]), "v0"));
            CHECK(forwarding.all_go(sets[3], "v1"));
        }
        CHECK(forwarding.stop());
        CHECK(test::kernel_objects().empty());
    }
}

TEST_CASE("when both fail in the same moment nothing stays, and the first to return carries all") {
    if (!test::enter_namespace_with_two_links()) return;
    ip("link set dev v0 group 7");
    ip("link set dev v1 group 7");
    TwoNeighbors forwarding;
    REQUIRE(forwarding.start());
    const auto sets = sets_of(Family::Ipv4, 2, 100);
    const auto all = together(sets[0], sets[1]);
    const std::vector<Prefix> some{sets[0][0], sets[0][99], sets[1][0], sets[1][99]};
    forwarding.announce(sets[0], protected_by(0, 1, Family::Ipv4));
    forwarding.announce(sets[1], protected_by(1, 0, Family::Ipv4));
    CHECK(forwarding.kernel_has(all));
    for (const bool by_link : {true, false}) {
        for (const int first : {0, 1}) {
            INFO((by_link ? "links" : "sessions") << ", v" << first << " returns first");
            if (by_link) {
                ip("link set group 7 down");
                CHECK(forwarding.both_links(false));
            } else {
                forwarding.down(0);
                forwarding.down(1);
            }
            CHECK(forwarding.kernel_has({}));
            if (by_link) {
                ip("link set group 7 up");
                CHECK(forwarding.both_links(true));
            }
            forwarding.up(first);
            CHECK(forwarding.kernel_has(all));
            CHECK(forwarding.all_go(some, "v" + std::to_string(first)));
            forwarding.up(1 - first);
            CHECK(forwarding.all_go({sets[0][0], sets[0][99]}, "v0"));
            CHECK(forwarding.all_go({sets[1][0], sets[1][99]}, "v1"));
        }
    }
}

TEST_CASE("sessions that fail and return during a load leave every prefix on its way") {
    if (!test::enter_namespace_with_two_links()) return;
    TwoNeighbors forwarding;
    REQUIRE(forwarding.start());
    const auto sets = sets_of(Family::Ipv4, 3, 5000);
    const auto all = together(together(sets[0], sets[1]), sets[2]);
    for (int round = 0; round < 6; ++round) {
        forwarding.announce(sets[0], protected_by(0, 1, Family::Ipv4));
        forwarding.down(round % 2);
        forwarding.announce(sets[1], protected_by(1, 0, Family::Ipv4));
        forwarding.wait_for([] { return false; }, std::chrono::milliseconds(4 * round));
        if (round % 3 == 2) forwarding.down(1 - round % 2);
        forwarding.announce(sets[2], over(round % 2, Family::Ipv4));
        forwarding.up(round % 2);
        if (round % 3 == 2) forwarding.up(1 - round % 2);
        if (round % 2 == 0) forwarding.withdraw(sets[2]);
    }
    CHECK(forwarding.kernel_has(all));
    CHECK(forwarding.all_go({sets[0].front(), sets[0].back()}, "v0"));
    CHECK(forwarding.all_go({sets[1].front(), sets[1].back()}, "v1"));
    CHECK(forwarding.all_go({sets[2].front(), sets[2].back()}, "v1"));
}

TEST_CASE("a primary that comes back without some of its prefixes gets only the others") {
    if (!test::enter_namespace_with_two_links()) return;
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        INFO(to_string(family));
        TwoNeighbors forwarding;
        REQUIRE(forwarding.start());
        const auto sets = sets_of(family, 3, 20);
        const auto all = together(together(sets[0], sets[1]), sets[2]);
        forwarding.announce(all, protected_by(0, 1, family));
        CHECK(forwarding.kernel_has(all));

        forwarding.down(0);
        forwarding.announce(all, over(1, family));  // what the decision makes of it
        CHECK(forwarding.all_go(all, "v1"));
        // It announces the first set again, not the second; the third is gone altogether.
        forwarding.announce(sets[0], protected_by(0, 1, family));
        forwarding.withdraw(sets[2]);
        forwarding.up(0);
        CHECK(forwarding.all_go(sets[0], "v0"));
        CHECK(forwarding.all_go(sets[1], "v1"));
        CHECK(forwarding.kernel_has(together(sets[0], sets[1])));
        CHECK(forwarding.stop());
        CHECK(test::kernel_objects().empty());
    }
}
