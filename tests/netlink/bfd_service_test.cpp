// Two BfdServices in two namespaces, over a link between them.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <optional>
#include <sched.h>
#include <set>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "libfib/bfd/service.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::bfd;
using namespace std::chrono_literals;
using test::ip;

namespace {

using Clock = std::chrono::steady_clock;

// A namespace that stays when the thread is elsewhere.
class Box {
public:
    // Where the thread is now.
    Box() : file_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {}

    ~Box() { ::close(file_); }

    Box(const Box&) = delete;
    Box& operator=(const Box&) = delete;

    void enter() const { REQUIRE(::setns(file_, CLONE_NEWNET) == 0); }

    std::string path() const {
        return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_);
    }

private:
    int file_;
};

net::IpAddress address(const std::string& text) {
    return *net::IpAddress::parse(text);
}

SessionSettings every(Interval interval, std::uint8_t multiplier = 3) {
    return {interval, interval, multiplier};
}

class Side : public BfdEvents {
public:
    Side(boost::asio::io_context& routing, const BfdServiceConfig& config)
        : service(std::make_unique<BfdService>(
              routing, *this,
              [this](const SessionChange& change) {
                  const std::lock_guard lock(mutex);
                  downs.push_back(change);
                  if (on_down) on_down();
              },
              config)) {}

    void on_bfd_change(const SessionChange& change) override {
        states[change.session] = change.transition.to;
        changes.push_back(change);
    }

    void on_bfd_note(const std::string& text) override { notes.push_back(text); }

    bool all_up() const {
        return !states.empty() && std::ranges::all_of(states, [](const auto& entry) {
            return entry.second == State::Up;
        });
    }

    std::map<SessionId, State> states;
    std::vector<SessionChange> changes;
    std::vector<std::string> notes;
    std::mutex mutex;
    std::vector<SessionChange> downs;
    std::function<void()> on_down;
    std::unique_ptr<BfdService> service;
};

// Two boxes with a link between them: 192.0.2.1 and .2, 2001:db8::1 and ::2, fe80::1 and ::2.
class Link {
public:
    Link() {
        there_.emplace();
        REQUIRE(test::enter_private_namespace());
        here_.emplace();
        connect();
        ours = std::make_unique<Side>(routing_, BfdServiceConfig{100ms});
        there_->enter();
        theirs = std::make_unique<Side>(routing_, BfdServiceConfig{100ms});
        here_->enter();
    }

    void connect() {
        here_->enter();
        ip("link add v0 type veth peer name v0 netns " + there_->path());
        for (int side = 1; side <= 2; ++side) {
            (side == 1 ? *here_ : *there_).enter();
            const auto host = std::to_string(side);
            ip("addr add 192.0.2." + host + "/24 dev v0");
            ip("addr add 2001:db8::" + host + "/64 dev v0 nodad");
            ip("addr add fe80::" + host + "/64 dev v0 nodad");
            ip("link set v0 up");
            (side == 1 ? our_index : their_index) = test::index_of("v0");
        }
        here_->enter();
    }

    void go_there() { there_->enter(); }

    void go_here() { here_->enter(); }

    // The peers' keys, by the address without its last digit.
    PeerKey our_key(const std::string& network) const {
        return {address(network + "2"), address(network + "1"), our_index};
    }

    PeerKey their_key(const std::string& network) const {
        return {address(network + "1"), address(network + "2"), their_index};
    }

    SessionId pair(const std::string& network, const SessionSettings& ours_as,
                   const SessionSettings& theirs_as, Token token = 0) {
        const auto session = ours->service->add(our_key(network), ours_as, token);
        their_sessions.push_back(theirs->service->add(their_key(network), theirs_as));
        REQUIRE(wait_for([&] { return ours->states[session] == State::Up && theirs->all_up(); }));
        return session;
    }

    bool wait_for(const std::function<bool()>& condition, std::chrono::milliseconds most = 30s) {
        const auto end = Clock::now() + most;
        while (!condition()) {
            if (Clock::now() > end) return false;
            routing_.run_for(2ms);
        }
        return true;
    }

    BfdStatus status(Side& side) {
        const auto result = std::make_shared<std::optional<BfdStatus>>();
        side.service->status([result](BfdStatus status) { *result = std::move(status); });
        REQUIRE(wait_for([&] { return result->has_value(); }));
        return **result;
    }

    PeerStatus peer(Side& side, SessionId session) {
        const auto all = status(side).peers;
        const auto found = std::ranges::find(all, session, &PeerStatus::session);
        REQUIRE(found != all.end());
        return *found;
    }

    bool negotiated(SessionId session, Interval transmit, Interval detection) {
        return wait_for([&] {
            const auto shown = peer(*ours, session).status;
            return shown.transmit_interval == transmit && shown.detection_time == detection;
        });
    }

    std::vector<SessionId> their_sessions;
    InterfaceIndex our_index = 0;
    InterfaceIndex their_index = 0;

private:
    boost::asio::io_context routing_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        routing_.get_executor()};
    std::optional<Box> there_;
    std::optional<Box> here_;

public:
    std::unique_ptr<Side> ours;
    std::unique_ptr<Side> theirs;
};

// In a namespace of the test's own, as all of them begin.
bool isolated() {
    return test::enter_private_namespace();
}

int udp_socket(const std::string& local, std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(address(local).to_v4());
    return ::bind(made, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 ? made : -1;
}

// One packet to 192.0.2.1 from here.
void send_packet(const std::string& from, const ControlPacket& packet, int ttl) {
    const int made = udp_socket(from, 0);
    REQUIRE(made >= 0);
    ::setsockopt(made, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(3784);
    to.sin_addr.s_addr = htonl(address("192.0.2.1").to_v4());
    const auto bytes = encode(packet);
    CHECK(::sendto(made, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to),
                   sizeof to) == static_cast<ssize_t>(bytes.size()));
    ::close(made);
}

const std::vector<std::string> kNetworks{"192.0.2.", "2001:db8::", "fe80::"};

}  // namespace

TEST_CASE("sessions over IPv4, IPv6 and link-local addresses come Up and agree on intervals") {
    if (!isolated()) return;
    Link link;
    std::set<std::uint16_t> ports;
    for (const auto& network : kNetworks) {
        const auto session = link.pair(network, every(50ms), {100ms, 20ms, 4}, 42);
        CHECK(link.negotiated(session, 50ms, 400ms));
        const auto shown = link.peer(*link.ours, session);
        CHECK(shown.token == 42);
        CHECK(shown.send_errors == 0);
        CHECK(shown.source_port >= 49152);
        CHECK(shown.discarded.total() == 0);
        CHECK(shown.status.remote.detect_multiplier == 4);
        ports.insert(shown.source_port);
    }
    CHECK(ports.size() == kNetworks.size());
    CHECK(link.ours->downs.empty());
    CHECK(link.ours->changes.front().token == 42);
}

TEST_CASE("a peer that dies is noticed within the detection time, whatever routing does") {
    if (!isolated()) return;
    Link link;
    std::vector<SessionId> sessions;
    for (const auto& network : kNetworks)
        sessions.push_back(link.pair(network, every(50ms), every(50ms), 9));
    for (const auto session : sessions)
        REQUIRE(link.negotiated(session, 50ms, 150ms));
    const auto died = Clock::now();
    link.theirs.reset();
    std::this_thread::sleep_for(500ms);  // the routing thread is at something else
    {
        const std::lock_guard lock(link.ours->mutex);
        REQUIRE(link.ours->downs.size() == 3);
        for (const auto& down : link.ours->downs) {
            CHECK(down.transition.diagnostic == Diagnostic::ControlDetectionTimeExpired);
            CHECK(down.token == 9);
            CHECK(down.at - died < 150ms + 100ms);  // a busy machine
            CHECK(down.at - died > 90ms);           // the last packet was at most an interval old
        }
    }
    CHECK(link.ours->all_up());
    CHECK(link.wait_for([&] {
        return std::ranges::none_of(link.ours->states,
                                    [](const auto& entry) { return entry.second == State::Up; });
    }));
}

TEST_CASE("what an operator ends is no failure, at either end") {
    if (!isolated()) return;
    Link link;
    const auto session = link.pair("192.0.2.", every(50ms), every(50ms));
    const auto gone = [&] { return link.ours->states[session] == State::Down; };

    link.theirs->service->set_admin_down(link.their_sessions[0], true);
    REQUIRE(link.wait_for(gone));
    CHECK(link.ours->changes.back().transition.administrative);
    CHECK(link.peer(*link.ours, session).status.remote.diagnostic ==
          Diagnostic::AdministrativelyDown);
    link.theirs->service->set_admin_down(link.their_sessions[0], false);
    REQUIRE(link.wait_for([&] { return link.ours->all_up() && link.theirs->all_up(); }));

    link.theirs->service->remove(link.their_sessions[0]);
    REQUIRE(link.wait_for(gone));
    CHECK(link.ours->changes.back().transition.administrative);
    const std::lock_guard lock(link.ours->mutex);
    CHECK(link.ours->downs.empty());
}

TEST_CASE("intervals change while Up without a flap") {
    if (!isolated()) return;
    Link link;
    const auto session = link.pair("192.0.2.", every(50ms), every(10ms));
    for (const auto interval : {20ms, 500ms, 10ms, 200ms}) {
        link.ours->service->configure(session, link.our_key("192.0.2."), every(interval));
        CHECK(link.negotiated(session, interval, 3 * interval));
    }
    const auto status = link.peer(*link.ours, session).status;
    CHECK(status.counters.ups == 1);
    CHECK(status.counters.downs == 0);
    CHECK(status.smallest_margin > 0us);
}

TEST_CASE("a link that goes and comes again, also as another interface, is survived") {
    if (!isolated()) return;
    Link link;
    std::vector<SessionId> sessions;
    for (const auto& network : kNetworks)
        sessions.push_back(link.pair(network, every(50ms), every(50ms)));
    const auto all_down = [&] {
        return std::ranges::none_of(link.ours->states,
                                    [](const auto& entry) { return entry.second == State::Up; });
    };
    const auto all_up = [&] { return link.ours->all_up() && link.theirs->all_up(); };

    link.go_there();
    ip("link set v0 down");
    link.go_here();
    REQUIRE(link.wait_for(all_down));
    link.go_there();
    ip("link set v0 up");
    ip("addr replace 2001:db8::2/64 dev v0 nodad");  // a link that is shut loses them
    ip("addr replace fe80::2/64 dev v0 nodad");
    link.go_here();
    REQUIRE(link.wait_for(all_up));

    ip("link delete v0");
    REQUIRE(link.wait_for(all_down));
    const auto errors = [&] { return link.peer(*link.ours, sessions[0]).send_errors; };
    REQUIRE(link.wait_for([&] { return errors() > 0; }));
    CHECK_FALSE(link.peer(*link.ours, sessions[0]).last_send_error.empty());
    ip("link add x type veth peer name y");  // takes the next indexes
    link.connect();
    for (std::size_t i = 0; i < kNetworks.size(); ++i) {
        link.ours->service->configure(sessions[i], link.our_key(kNetworks[i]), every(50ms));
        link.theirs->service->configure(link.their_sessions[i], link.their_key(kNetworks[i]),
                                        every(50ms));
    }
    REQUIRE(link.wait_for(all_up));
}

TEST_CASE("a port that another program has is said, and used when it is free") {
    if (!isolated()) return;
    Link link;
    const int other = udp_socket("0.0.0.0", 3784);
    REQUIRE(other >= 0);
    const auto session = link.ours->service->add(link.our_key("192.0.2."), every(50ms));
    link.theirs->service->add(link.their_key("192.0.2."), every(50ms));
    REQUIRE(link.wait_for([&] { return !link.ours->notes.empty(); }));
    CHECK(link.ours->notes.back() ==
          "BFD cannot hear ipv4 peers: UDP port 3784 is in use by another program");
    CHECK(link.status(*link.ours).ipv4_trouble == "UDP port 3784 is in use by another program");
    CHECK(link.status(*link.ours).ipv6_trouble.empty());
    link.wait_for([] { return false; }, 300ms);
    CHECK(link.ours->notes.size() == 1);                     // said once
    CHECK(link.peer(*link.ours, session).source_port == 0);  // and not a packet sent

    ::close(other);
    REQUIRE(link.wait_for([&] { return link.ours->all_up(); }));
    CHECK(link.ours->notes.back() == "BFD hears ipv4 peers now");

    CHECK(udp_socket("0.0.0.0", 3784) < 0);
    link.ours->service->remove(session);
    REQUIRE(link.status(*link.ours).peers.empty());
    const int again = udp_socket("0.0.0.0", 3784);
    CHECK(again >= 0);  // nobody needs it any more
    ::close(again);
}

TEST_CASE("what is not from the peer, or came over a router, is counted and dropped") {
    if (!isolated()) return;
    Link link;
    const auto session = link.pair("192.0.2.", every(100ms), every(100ms));
    ControlPacket packet;
    packet.state = State::Down;
    packet.my_discriminator = 99;
    packet.desired_min_tx = packet.required_min_rx = 1s;
    packet.your_discriminator = link.peer(*link.ours, session).status.local.my_discriminator;
    link.go_there();
    ip("addr add 192.0.2.3/24 dev v0");
    send_packet("192.0.2.2", packet, 64);
    send_packet("192.0.2.3", packet, 255);
    packet.your_discriminator ^= 1;
    send_packet("192.0.2.2", packet, 255);
    packet.your_discriminator = 0;
    send_packet("192.0.2.3", packet, 255);
    packet.my_discriminator = 0;
    send_packet("192.0.2.2", packet, 255);
    link.go_here();
    REQUIRE(link.wait_for([&] { return link.status(*link.ours).discarded.total() >= 5; }));
    const auto discarded = link.status(*link.ours).discarded;
    for (const auto reason : {Discard::HopLimit, Discard::WrongAddress, Discard::UnknownPeer,
                              Discard::UnknownDiscriminator, Discard::NoMyDiscriminator})
        CHECK(discarded.of(reason) == 1);
    CHECK(link.peer(*link.ours, session).discarded.of(Discard::WrongAddress) == 1);
    CHECK(link.ours->all_up());

    link.go_there();
    packet.my_discriminator = 99;
    send_packet("192.0.2.2", packet, 255);  // but this is believed
    link.go_here();
    CHECK(link.wait_for([&] { return link.ours->changes.back().transition.is_failure(); }));
}

TEST_CASE("a bfd thread that did not run takes no peer for dead that spoke meanwhile") {
    if (!isolated()) return;
    Link link;
    link.ours->on_down = [] { std::this_thread::sleep_for(1s); };
    // The peer bears our silence, we do not bear the peer's.
    const auto kept = link.pair("2001:db8::", {50ms, 50ms, 100}, every(50ms));
    REQUIRE(link.negotiated(kept, 50ms, 150ms));
    // Two, so that the second keeps the thread from the socket when the timers are late already.
    const auto lost = link.pair("192.0.2.", every(50ms), every(50ms));
    const auto lost_too = link.pair("fe80::", every(50ms), every(50ms));
    link.go_there();
    ip("addr del 192.0.2.2/24 dev v0");
    ip("addr del fe80::2/64 dev v0");
    link.go_here();
    REQUIRE(link.wait_for([&] {
        return link.ours->states[lost] != State::Up && link.ours->states[lost_too] != State::Up;
    }));
    link.wait_for([] { return false; }, 500ms);
    CHECK(link.ours->states[kept] == State::Up);
    const auto status = link.peer(*link.ours, kept).status;
    CHECK(status.counters.downs == 0);
    REQUIRE(status.smallest_margin);
    CHECK(*status.smallest_margin > 0us);  // by when the packets came, not by when they were read
}
