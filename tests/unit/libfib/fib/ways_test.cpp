#include "libfib/fib/ways.hpp"

#include "libfib/fib/route_table.hpp"
#include "tests/support/catch.hpp"

using namespace dx::fib;

namespace {

constexpr NeighborTag kPrimary{1};
constexpr NeighborTag kSecondary{2};

// Whole links as next hops: they need nobody to resolve them.
NextHop over(InterfaceIndex interface, NeighborTag neighbor, std::uint16_t weight = 1) {
    NextHop next_hop;
    next_hop.interface = interface;
    next_hop.neighbor = neighbor;
    next_hop.weight = weight;
    return next_hop;
}

Way way(InterfaceIndex interface, std::uint16_t weight = 1, bool backup = false) {
    return {{std::nullopt, interface}, weight, backup};
}

struct Box {
    Box() {
        set_link(1, true);
        set_link(2, true);
    }

    void set_link(InterfaceIndex index, bool up) {
        LinkChange link;
        link.index = index;
        link.name = "eth" + std::to_string(index);
        link.up = link.running = up;
        interfaces.apply(link);
    }

    // A group as the Fib keeps it: its ways are those found last.
    Group group(std::vector<NextHop> best, std::vector<NextHop> backup = {}) {
        Group group;
        group.identity = {ForwardingKind::Unicast, std::move(best), std::move(backup)};
        refresh(group);
        return group;
    }

    void refresh(Group& group) {
        auto found = ways.of(group);
        group.wanted = found.ways;
        group.last_resort = found.last_resort;
    }

    Interfaces interfaces;
    Vetoes vetoes;
    RouteTable routes{[](const auto&, const auto&) { return Use::Free; }};
    Forwarding none;
    NextHopTable next_hops{interfaces, routes, vetoes,
                           [this](ForwardingId) -> const Forwarding& { return none; }};
    Ways ways{interfaces, vetoes, next_hops};
};

using Tags = std::vector<NeighborTag>;

}  // namespace

TEST_CASE("a group leads over its best and keeps its backup ready") {
    Box box;
    auto group = box.group({over(1, kPrimary)}, {over(2, kSecondary)});
    CHECK(group.wanted == std::vector{way(1), way(2, 1, true)});
    CHECK(box.ways.carriers(group) == Tags{kPrimary});
    CHECK(plain_hops(group.wanted) == std::vector<PlainHop>{{{std::nullopt, 1}, 1}});
    CHECK(box.ways.carriers_without(group, kPrimary) == Tags{kSecondary});

    box.set_link(1, false);
    box.refresh(group);
    CHECK(group.wanted == std::vector{way(2, 1, true)});
    CHECK(box.ways.carriers(group) == Tags{kSecondary});
    CHECK(plain_hops(group.wanted) == std::vector<PlainHop>{{{std::nullopt, 2}, 1}});
    CHECK(box.ways.carriers_without(group, kSecondary).empty());
}

TEST_CASE("a vetoed neighbor leads nowhere; one that returns, where nothing else does") {
    Box box;
    box.vetoes.up(kPrimary, 1, 1);
    box.vetoes.up(kSecondary, 1, 2);
    auto group = box.group({over(1, kPrimary)}, {over(2, kSecondary)});
    box.vetoes.down(kPrimary, 1);
    box.vetoes.returning(kPrimary, 2, 1);
    box.refresh(group);
    CHECK(box.ways.carriers(group) == Tags{kSecondary});
    CHECK_FALSE(group.last_resort);
    CHECK(box.ways.passed_over(group) == std::set{kPrimary});

    box.vetoes.down(kSecondary, 1);
    box.refresh(group);
    CHECK(group.wanted == std::vector{way(1)});
    CHECK(group.last_resort);
    CHECK(box.ways.carriers(group) == Tags{kPrimary});
    CHECK(box.ways.passed_over(group).empty());

    box.vetoes.down(kPrimary, 2);
    box.refresh(group);
    CHECK(group.wanted.empty());
    CHECK_FALSE(group.last_resort);
}

TEST_CASE("what is set for one neighbor counts for all, instead of what the next hops say") {
    Box box;
    auto group = box.group({over(1, kPrimary, 40), over(2, kSecondary, 10)});
    CHECK(group.wanted == std::vector{way(1, 40), way(2, 10)});
    CHECK(plain_hops(group.wanted) ==
          std::vector<PlainHop>{{{std::nullopt, 1}, 4}, {{std::nullopt, 2}, 1}});

    CHECK(box.ways.set_weight(kSecondary, 3));
    CHECK_FALSE(box.ways.set_weight(kSecondary, 3));
    box.refresh(group);
    CHECK(group.wanted == std::vector{way(1, 1), way(2, 3)});

    CHECK(box.ways.set_weight(kSecondary, 1));
    CHECK_FALSE(box.ways.set_weight(kPrimary, 1));
    box.refresh(group);
    CHECK(group.wanted == std::vector{way(1, 40), way(2, 10)});
}

TEST_CASE("a neighbor that comes back waits for the routes that are about to leave its group") {
    Box box;
    auto group = box.group({over(1, kPrimary), over(2, kSecondary)});
    group.programmed = {way(2)};
    group.reviving = true;
    box.refresh(group);
    CHECK(group.wanted == std::vector{way(2)});
    group.reviving = false;
    box.refresh(group);
    CHECK(group.wanted == std::vector{way(1), way(2)});
}
