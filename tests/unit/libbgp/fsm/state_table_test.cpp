// Every (state, event) pair, from the code, compared with a committed table. After a change that is
// meant: DX_WRITE_STATE_TABLE=1 build/dev/tests/unit/libbgp/fsm/unit_fsm "[table]", and read the
// diff.
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/fsm/fsm_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;

namespace {

constexpr auto kFile = "tests/unit/libbgp/fsm/state_table.txt";
constexpr ConnectionId kNew{3};

struct Row {
    std::string name;
    std::function<void(Lab&)> reach;
};

const Notification kCease = notification(CeaseReason::AdministrativeShutdown);

const std::vector<Row>& states() {
    static const std::vector<Row> kStates{
        {"Idle (stopped)", [](Lab&) {}},
        {"Idle (damped)",
         [](Lab& lab) {
             lab.start();
             lab.connect_outgoing();
             lab.handle(event::UpdateReceived{kDialled});
         }},
        {"Connect", [](Lab& lab) { lab.start(); }},
        {"Active",
         [](Lab& lab) {
             lab.start();
             lab.handle(event::ConnectFailed{"refused"});
         }},
        {"OpenSent",
         [](Lab& lab) {
             lab.start();
             lab.connect_outgoing();
         }},
        {"OpenConfirm",
         [](Lab& lab) {
             lab.start();
             lab.connect_outgoing();
             lab.open(kDialled);
         }},
        {"Established",
         [](Lab& lab) {
             lab.start();
             lab.connect_outgoing();
             lab.establish(kDialled);
         }},
    };
    return kStates;
}

std::vector<std::pair<std::string, Event>> events() {
    auto bad_open = their_open();
    bad_open.my_as = 1;
    const auto version = notification(OpenError::UnsupportedVersion, {0, 4});
    const auto malformed = notification(HeaderError::BadMessageLength);
    std::vector<std::pair<std::string, Event>> all{
        {"Start", event::Start{}},
        {"Stop", event::Stop{sent_notification(kCease)}},
        {"Reset", event::Reset{sent_notification(kCease)}},
        {"Connected, outgoing", event::Connected{kNew, Direction::Outgoing}},
        {"Connected, incoming", event::Connected{kNew, Direction::Incoming}},
        {"ConnectFailed", event::ConnectFailed{"refused"}},
        {"Closed", event::Closed{kDialled, "closed"}},
        {"OpenReceived", event::OpenReceived{kDialled, their_open()}},
        {"OpenReceived, unacceptable", event::OpenReceived{kDialled, bad_open}},
        {"KeepaliveReceived", event::KeepaliveReceived{kDialled}},
        {"UpdateReceived", event::UpdateReceived{kDialled}},
        {"RouteRefreshReceived", event::RouteRefreshReceived{kDialled}},
        {"NotificationReceived", event::NotificationReceived{kDialled, malformed}},
        {"NotificationReceived, Cease", event::NotificationReceived{kDialled, kCease}},
        {"NotificationReceived, version", event::NotificationReceived{kDialled, version}},
        {"MalformedMessage", event::MalformedMessage{kDialled, malformed, ""}},
        {"InternalError", event::InternalError{kDialled, "bug"}},
    };
    for (const auto timer : {Timer::ConnectRetry, Timer::IdleHold, Timer::Settle, Timer::Hold,
                             Timer::Keepalive, Timer::SendHold})
        all.emplace_back(std::string(to_string(timer)) + " expired",
                         event::Expired{timer, kDialled});
    return all;
}

std::string print_table() {
    std::ostringstream out;
    out << "# (state, event) -> next state: actions. Connection 1 was dialled; 3 is a new one.\n";
    for (const auto& state : states()) {
        out << "\n" << state.name << "\n";
        for (const auto& [name, event] : events()) {
            Lab lab;
            state.reach(lab);
            const auto actions = lab.handle(event);
            out << "  " << name << std::string(32 - name.size(), ' ') << "-> "
                << to_string(lab.fsm.state());
            const char* separator = ": ";
            for (const auto& action : actions)
                out << std::exchange(separator, "; ") << action;
            out << "\n";
        }
    }
    return out.str();
}

}  // namespace

TEST_CASE("the state machine does what the committed table says", "[table]") {
    const auto table = print_table();
    if (std::getenv("DX_WRITE_STATE_TABLE")) std::ofstream(kFile) << table;
    std::stringstream committed;
    committed << std::ifstream(kFile).rdbuf();
    CHECK(committed.str() == table);
}
