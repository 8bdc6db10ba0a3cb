// What reaches forwarding when a neighbor fails and comes back: from routing, from BFD, and from
// the kernel. Each speaks from a thread of its own, so every order must end alike.
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

namespace dx::fib::test {
namespace {

using namespace std::chrono_literals;

enum Message : std::uint8_t {
    BfdDown,
    SessionDown,
    LinkDown,
    LinkUp,
    Returning,    // epoch + 1
    Established,  // epoch + 1
    RoutesAway,
    RoutesBack,
};

constexpr const char* kNames[] = {"BFD down",  "session down", "link down",   "link up",
                                  "returning", "Established",  "routes away", "routes back"};

constexpr NeighborTag kFirst{1};
const std::vector<std::string> kPrefixes{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"};

// One thread's words stay in order, and a new session takes a link that is up, and that routing
// knows to be.
bool possible(const std::array<Message, 8>& order) {
    const auto before = [&](Message a, Message b) {
        return std::ranges::find(order, a) < std::ranges::find(order, b);
    };
    return before(LinkDown, LinkUp) && before(LinkUp, Returning) &&
           before(Returning, Established) && before(RoutesAway, RoutesBack);
}

class Failure {
public:
    Failure() {
        box.start();
        box.fib.neighbor_up(kFirst, 1, 1, box.now);
        box.fib.neighbor_up(NeighborTag{2}, 1, 2, box.now);
        announce(Box::to({1}, {2}));
        box.run();
    }

    void announce(const Forwarding& forwarding) {
        for (const auto& prefix : kPrefixes)
            box.announce(prefix, forwarding);
    }

    void tell(Message message) {
        switch (message) {
            case BfdDown:
            case SessionDown: box.fib.neighbor_down(kFirst, 1, box.now); break;
            case LinkDown: box.kernel.set_link(1, false, false); break;
            case LinkUp:
                box.kernel.set_link(1, true, true);
                box.kernel.add_address(1, "192.0.2.17", "192.0.2.16/28");
                break;
            case Returning: box.fib.neighbor_returning(kFirst, 2, 1, box.now); break;
            case Established: box.fib.neighbor_up(kFirst, 2, 1, box.now); break;
            case RoutesAway: announce(Box::to({2})); break;
            case RoutesBack: announce(Box::to({1}, {2})); break;
        }
        box.run();
        back_ |= message == Established;
        failed_ |= message <= LinkDown;
    }

    bool vetoed() const { return failed_ && !back_; }

    bool all_over(InterfaceIndex link) const {
        return std::ranges::all_of(kPrefixes, [&](const auto& prefix) {
            return box.carriers(prefix) == std::set<OnLink>{Box::at(link)};
        });
    }

    Box box;

private:
    bool failed_ = false;
    bool back_ = false;
};

TEST_CASE("no order of the threads' messages uses a failed neighbor or loses one that is back") {
    std::array<Message, 8> order{BfdDown,   SessionDown, LinkDown,   LinkUp,
                                 Returning, Established, RoutesAway, RoutesBack};
    unsigned tried = 0;
    do {
        if (!possible(order)) continue;
        ++tried;
        std::string told;
        Failure failure;
        REQUIRE(failure.all_over(1));
        for (const auto message : order) {
            failure.tell(message);
            told += std::string(kNames[message]) + ", ";
            INFO("after " << told << "in this order");
            if (failure.vetoed())
                REQUIRE(failure.all_over(2));
            else
                REQUIRE((failure.all_over(1) || failure.all_over(2)));
        }
        failure.box.pass(120s);
        REQUIRE(failure.all_over(1));
    } while (std::ranges::next_permutation(order).found);
    CHECK(tried == 840);
}

}  // namespace
}  // namespace dx::fib::test
