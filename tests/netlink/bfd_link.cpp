#include "tests/netlink/bfd_link.hpp"

#include <algorithm>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

namespace dx::test {

using namespace bfd;
using namespace std::chrono_literals;

net::IpAddress address_of(const std::string& text) {
    return *net::IpAddress::parse(text);
}

SessionSettings every(Interval interval, std::uint8_t multiplier) {
    return {interval, interval, multiplier};
}

int udp_socket(const std::string& local, std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(address_of(local).to_v4());
    if (::bind(made, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return made;
    ::close(made);
    return -1;
}

Box::Box() : file_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {}

Box::~Box() {
    ::close(file_);
}

void Box::enter() const {
    REQUIRE(::setns(file_, CLONE_NEWNET) == 0);
}

std::string Box::path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_);
}

BfdSide::BfdSide(boost::asio::io_context& routing)
    : service(std::make_unique<BfdService>(
          routing, *this,
          [this](const SessionChange& change) {
              const std::lock_guard lock(mutex);
              downs.push_back(change);
              if (on_down) on_down();
          },
          BfdServiceConfig{100ms})) {}

void BfdSide::on_bfd_change(const SessionChange& change) {
    states[change.session] = change.transition.to;
    changes.push_back(change);
}

void BfdSide::on_bfd_refusal(const RefusalChange& change) {
    refusals.push_back(change);
}

void BfdSide::on_bfd_note(const std::string& text) {
    notes.push_back(text);
}

bool BfdSide::all_up() const {
    return !states.empty() &&
           std::ranges::all_of(states, [](const auto& entry) { return entry.second == State::Up; });
}

bool BfdSide::none_up() const {
    return std::ranges::none_of(states,
                                [](const auto& entry) { return entry.second == State::Up; });
}

BfdLink::BfdLink() : work_(routing_.get_executor()), there_(std::make_unique<Box>()) {
    REQUIRE(enter_private_namespace());
    here_ = std::make_unique<Box>();
    connect();
    ours = std::make_unique<BfdSide>(routing_);
    there_->enter();
    theirs = std::make_unique<BfdSide>(routing_);
    here_->enter();
}

void BfdLink::connect() {
    here_->enter();
    ip("link add v0 type veth peer name v0 netns " + there_->path());
    for (int side = 1; side <= 2; ++side) {
        (side == 1 ? *here_ : *there_).enter();
        const auto host = std::to_string(side);
        ip("addr add 192.0.2." + host + "/24 dev v0");
        ip("addr add 2001:db8::" + host + "/64 dev v0 nodad");
        ip("addr add fe80::" + host + "/64 dev v0 nodad");
        ip("link set v0 up");
        (side == 1 ? our_index_ : their_index_) = index_of("v0");
    }
    here_->enter();
}

PeerKey BfdLink::our_key(const std::string& network) const {
    return {address_of(network + "2"), address_of(network + "1"), our_index_};
}

PeerKey BfdLink::their_key(const std::string& network) const {
    return {address_of(network + "1"), address_of(network + "2"), their_index_};
}

SessionId BfdLink::pair(const std::string& network, const SessionSettings& ours_as,
                        const SessionSettings& theirs_as, Token token) {
    const auto session = ours->service->add(our_key(network), ours_as, token);
    their_sessions.push_back(theirs->service->add(their_key(network), theirs_as));
    REQUIRE(wait_for([&] { return ours->states[session] == State::Up && theirs->all_up(); }));
    return session;
}

bool BfdLink::wait_for(const std::function<bool()>& condition, std::chrono::milliseconds most) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        routing_.run_for(2ms);
    }
    return true;
}

BfdStatus BfdLink::status() {
    const auto result = std::make_shared<std::optional<BfdStatus>>();
    ours->service->status([result](BfdStatus status) { *result = std::move(status); });
    REQUIRE(wait_for([&] { return result->has_value(); }));
    return **result;
}

PeerStatus BfdLink::peer(SessionId session) {
    const auto peers = status().peers;
    const auto found = std::ranges::find(peers, session, &PeerStatus::session);
    REQUIRE(found != peers.end());
    return *found;
}

bool BfdLink::negotiated(SessionId session, Interval transmit, Interval detection) {
    return wait_for([&] {
        const auto shown = peer(session).status;
        return shown.transmit_interval == transmit && shown.detection_time == detection;
    });
}

}  // namespace dx::test
