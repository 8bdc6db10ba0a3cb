// What a BfdService puts on a link, and what it takes from it.
#include <array>
#include <chrono>
#include <cstring>
#include <netinet/in.h>
#include <set>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <variant>
#include <vector>

#include "tests/netlink/bfd_link.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::bfd;
using namespace std::chrono_literals;
using test::BfdLink;
using test::every;
using test::ip;
using test::kNetworks;
using test::udp_socket;

namespace {

// One packet to 192.0.2.1 from here.
void send_packet(const std::string& from, const ControlPacket& packet, int ttl) {
    const int made = udp_socket(from, 0);
    REQUIRE(made >= 0);
    ::setsockopt(made, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(3784);
    to.sin_addr.s_addr = htonl(test::address_of("192.0.2.1").to_v4());
    const auto bytes = encode(packet);
    CHECK(::sendto(made, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&to),
                   sizeof to) == static_cast<ssize_t>(bytes.size()));
    ::close(made);
}

// The port of BFD without a BfdService: what comes is looked at.
class Listener {
public:
    struct Packet {
        State state = State::Down;
        std::uint16_t port = 0;
        int hops = 0;
        int traffic_class = 0;
    };

    explicit Listener(int domain) : socket_(::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in6 any{};  // the port is where sockaddr_in has it too
        any.sin6_family = static_cast<sa_family_t>(domain);
        any.sin6_port = htons(3784);
        const bool v4 = domain == AF_INET;
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&any),
                       v4 ? sizeof(sockaddr_in) : sizeof any) == 0);
        for (const int option : v4 ? std::array{IP_RECVTTL, IP_RECVTOS}
                                   : std::array{IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS})
            ::setsockopt(socket_, v4 ? IPPROTO_IP : IPPROTO_IPV6, option, &on, sizeof on);
        const timeval most{5, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    }

    ~Listener() { ::close(socket_); }

    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    Packet next() const {
        std::array<std::uint8_t, 64> bytes{};
        alignas(cmsghdr) std::array<std::uint8_t, 256> control{};
        sockaddr_in6 from{};
        iovec space{bytes.data(), bytes.size()};
        msghdr message{&from, sizeof from, &space, 1, control.data(), control.size(), 0};
        const auto count = ::recvmsg(socket_, &message, 0);
        REQUIRE(count > 0);
        Packet packet;
        packet.state =
            std::get<ControlPacket>(decode(Bytes(bytes).first(static_cast<std::size_t>(count))))
                .state;
        packet.port = ntohs(from.sin6_port);
        for (auto* one = CMSG_FIRSTHDR(&message); one != nullptr;
             one = CMSG_NXTHDR(&message, one)) {
            const bool hops = one->cmsg_type == IP_TTL || one->cmsg_type == IPV6_HOPLIMIT;
            if (hops)
                std::memcpy(&packet.hops, CMSG_DATA(one), sizeof packet.hops);
            else  // one octet of IPv4
                std::memcpy(&packet.traffic_class, CMSG_DATA(one),
                            one->cmsg_level == IPPROTO_IP ? 1 : sizeof packet.traffic_class);
        }
        return packet;
    }

private:
    int socket_;
};

}  // namespace

TEST_CASE("packets leave with TTL 255 and DSCP CS6, all of a session from one port") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    link.go_there();
    const Listener v4(AF_INET);
    const Listener v6(AF_INET6);
    link.go_here();
    for (const auto& network : kNetworks) {
        const Listener& listener = network == kNetworks[0] ? v4 : v6;
        const auto session = link.ours->service->add(link.our_key(network), every(50ms));
        std::set<std::uint16_t> ports;
        for (int i = 0; i < 2; ++i) {
            const auto packet = listener.next();
            CHECK(packet.hops == 255);
            CHECK(packet.traffic_class == 0xc0);
            ports.insert(packet.port);
        }
        CHECK(ports == std::set<std::uint16_t>{link.peer(session).source_port});
        link.ours->service->remove(session);
        CHECK(listener.next().state == State::AdminDown);
    }
}

TEST_CASE("the bfd thread answers on the routing thread, after what it was told before") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    const auto here = std::this_thread::get_id();
    std::vector<std::string> order;
    link.ours->service->status([&](const BfdStatus&) { order.emplace_back("status"); });
    link.ours->service->answer([&] {
        order.emplace_back("answer");
        CHECK(std::this_thread::get_id() == here);
    });
    CHECK(link.wait_for([&] { return order.size() == 2; }));
    CHECK(order == std::vector<std::string>{"status", "answer"});
}

TEST_CASE("what is not from the peer, or came over a router, is counted and dropped") {
    if (!test::enter_private_namespace()) return;
    BfdLink link;
    const auto session = link.pair("192.0.2.", every(100ms), every(100ms));
    ControlPacket packet;
    packet.state = State::Down;
    packet.my_discriminator = 99;
    packet.desired_min_tx = packet.required_min_rx = 1s;
    packet.your_discriminator = link.peer(session).status.local.my_discriminator;
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
    REQUIRE(link.wait_for([&] { return link.status().discarded.total() >= 5; }));
    const auto discarded = link.status().discarded;
    for (const auto reason : {Discard::HopLimit, Discard::WrongAddress, Discard::UnknownPeer,
                              Discard::UnknownDiscriminator, Discard::NoMyDiscriminator})
        CHECK(discarded.of(reason) == 1);
    CHECK(link.peer(session).discarded.of(Discard::WrongAddress) == 1);
    CHECK(link.ours->all_up());

    link.go_there();
    packet.my_discriminator = 99;
    send_packet("192.0.2.2", packet, 255);  // but this is believed
    link.go_here();
    CHECK(link.wait_for([&] { return link.ours->changes.back().transition.is_failure(); }));
}
