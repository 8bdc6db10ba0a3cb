// UDP and TCP; ICMP is in echo.cpp.
#include "cli/doctor/probes/path.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include "cli/doctor/probes/endpoints.hpp"

namespace dx::doctor {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;

constexpr std::uint16_t kBgp = 179;
constexpr std::uint16_t kDiscard = 9;
constexpr std::chrono::milliseconds kConnectTime{1500};  // a SYN and its first repetition

template <class Protocol>
Protocol protocol_of(const net::IpAddress& address) {
    return address.is_v4() ? Protocol::v4() : Protocol::v6();
}

ConnectOutcome outcome_of(const error_code& error) {
    if (!error) return {Connect::Accepted, {}};
    if (error == asio::error::connection_refused) return {Connect::Refused, {}};
    if (error == asio::error::timed_out) return {Connect::Silent, {}};
    return {Connect::Failed, error.message()};
}

}  // namespace

std::optional<net::IpAddress> source_towards(const net::IpAddress& to) {
    asio::io_context context;
    udp::socket socket(context);
    error_code error;
    socket.open(protocol_of<udp>(to), error);
    socket.connect({asio_address(to, 0), kDiscard}, error);
    const auto local = error ? udp::endpoint() : socket.local_endpoint(error);
    if (error) return std::nullopt;
    return net::IpAddress::parse(local.address().to_string());
}

void send_datagram(const Path& path) {
    asio::io_context context;
    udp::socket socket(context);
    error_code error;
    socket.open(protocol_of<udp>(path.to), error);
    socket.bind({asio_address(path.from, path.interface), 0}, error);
    if (error) return;
    socket.send_to(asio::buffer("", 1), {asio_address(path.to, path.interface), kDiscard}, 0,
                   error);
}

ConnectOutcome connect_to_bgp(const Path& path) {
    asio::io_context context;
    tcp::socket socket(context);
    error_code error;
    socket.open(protocol_of<tcp>(path.to), error);
    if (!error) socket.bind({asio_address(path.from, path.interface), 0}, error);
    if (error) return {Connect::Failed, error.message()};
    std::optional<error_code> result;
    socket.async_connect({asio_address(path.to, path.interface), kBgp},
                         [&](const error_code& outcome) { result = outcome; });
    context.run_for(kConnectTime);
    const auto outcome = result ? outcome_of(*result) : ConnectOutcome{};
    socket.close(error);
    context.restart();
    context.run();  // a connection given up still has a handler, which refers to `result`
    return outcome;
}

}  // namespace dx::doctor
