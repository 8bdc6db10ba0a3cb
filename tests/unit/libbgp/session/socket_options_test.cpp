#include "libbgp/session/socket_options.hpp"

#include <linux/in6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/unit/libbgp/session/session_lab.hpp"

using namespace dx::bgp;
using namespace dx::bgp::test;

namespace {

struct Socket {
    explicit Socket(int family) : fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

    ~Socket() { ::close(fd); }

    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int option(int level, int name) const {
        int value = -1;
        socklen_t size = sizeof value;
        ::getsockopt(fd, level, name, &value, &size);
        return value;
    }

    int fd;
};

NeighborSettings external(const char* text) {
    NeighborSettings settings;
    settings.address = address(text);
    settings.peer.local_as = 65000;
    settings.peer.remote_as = 64512;
    return settings;
}

}  // namespace

TEST_CASE(
    "external neighbors get TTL 1 or their hops, internal ones 255, ttl-security 255 both ways") {
    auto settings = external("192.0.2.1");
    CHECK(hop_limits(settings).ttl == 1);
    CHECK(hop_limits(settings).min_ttl == 0);
    settings.multihop = 3;
    CHECK(hop_limits(settings).ttl == 3);
    settings.ttl_security = true;
    CHECK(hop_limits(settings).ttl == 255);
    CHECK(hop_limits(settings).min_ttl == 253);
    settings.multihop = 1;
    CHECK(hop_limits(settings).min_ttl == 255);
    settings.ttl_security = false;
    settings.peer.remote_as = settings.peer.local_as;
    CHECK(hop_limits(settings).ttl == 255);
}

TEST_CASE("a connection carries TTL, DSCP CS6 and no delay before it is used") {
    const Socket v4(AF_INET);
    auto settings = external("192.0.2.1");
    settings.ttl_security = true;
    CHECK_FALSE(prepare_connection(v4.fd, settings));
    CHECK(v4.option(IPPROTO_IP, IP_TTL) == 255);
    CHECK(v4.option(IPPROTO_IP, IP_MINTTL) == 255);
    CHECK(v4.option(IPPROTO_IP, IP_TOS) == 0xc0);
    CHECK(v4.option(IPPROTO_TCP, TCP_NODELAY) == 1);

    const Socket v6(AF_INET6);
    CHECK_FALSE(prepare_connection(v6.fd, external("2001:db8::1")));
    CHECK(v6.option(IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 1);
    CHECK(v6.option(IPPROTO_IPV6, IPV6_MINHOPCOUNT) == 0);
    CHECK(v6.option(IPPROTO_IPV6, IPV6_TCLASS) == 0xc0);
}

TEST_CASE("a listener answers with TTL 255 and takes IPv6 only") {
    const Socket v6(AF_INET6);
    CHECK_FALSE(prepare_listener(v6.fd, dx::net::Family::Ipv6, {}));
    CHECK(v6.option(IPPROTO_IPV6, IPV6_V6ONLY) == 1);
    CHECK(v6.option(IPPROTO_IPV6, IPV6_UNICAST_HOPS) == 255);
}

TEST_CASE("keys are set, replaced and removed; removing none is no error") {
    const Socket v4(AF_INET);
    CHECK_FALSE(set_md5_key(v4.fd, address("192.0.2.1"), "one"));
    CHECK_FALSE(set_md5_key(v4.fd, address("192.0.2.1"), std::string(80, 'k')));
    CHECK_FALSE(set_md5_key(v4.fd, address("192.0.2.1"), ""));
    CHECK_FALSE(set_md5_key(v4.fd, address("192.0.2.1"), ""));
    const Socket v6(AF_INET6);
    CHECK_FALSE(set_md5_key(v6.fd, address("fe80::1"), "one"));
}

TEST_CASE("what the kernel refuses is said in words") {
    const Socket v4(AF_INET);
    CHECK(set_md5_key(v4.fd, address("192.0.2.1"), std::string(81, 'k')) ==
          "the password is longer than 80 bytes");
    auto settings = external("192.0.2.1");
    settings.interface = "nosuch0";
    const auto refusal = prepare_connection(v4.fd, settings);
    REQUIRE(refusal);
    CHECK(refusal->find("interface nosuch0") != std::string::npos);
}
