#include "tests/unit/libbgp/session/session_lab.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace dx::bgp::test {

using boost::asio::ip::tcp;
using Clock = std::chrono::steady_clock;

net::IpAddress address(const char* text) {
    return net::IpAddress::parse(text).value();
}

std::uint16_t free_port() {
    boost::asio::io_context io;
    return tcp::acceptor(io, {tcp::v4(), 0}).local_endpoint().port();
}

bool run_until(boost::asio::io_context& io, const std::function<bool()>& done,
               std::chrono::milliseconds limit) {
    const auto end = Clock::now() + limit;
    while (!done()) {
        if (Clock::now() > end) return false;
        io.restart();
        io.run_one_for(std::chrono::milliseconds(1));
    }
    return true;
}

void run_for(boost::asio::io_context& io, std::chrono::milliseconds time) {
    run_until(io, [] { return false; }, time);
}

void Recorder::on_established(NeighborId id, SessionEpoch epoch, const Negotiated&) {
    ++of(id).up;
    last_epoch = epoch;
}

void Recorder::on_down(NeighborId id, SessionEpoch, const DownReason& reason) {
    of(id).downs.push_back(reason);
}

void Recorder::on_update(NeighborId id, const Update& update) {
    for (const auto prefix : update.announced)
        of(id).prefixes.push_back(prefix.to_string());
    if (during_update) during_update(id);
}

void Recorder::on_route_refresh(NeighborId id, const RouteRefresh& refresh) {
    of(id).refreshes.push_back(refresh);
}

void Recorder::fill_updates(NeighborId id, std::size_t, Buffer& out) {
    ++of(id).fills;
    if (fill) fill(id, out);
}

void Recorder::on_state_change(NeighborId id, State, State now, std::string_view) {
    of(id).states.emplace_back(to_string(now));
}

void Recorder::on_note(std::optional<NeighborId>, Severity, std::string_view text) {
    notes.emplace_back(text);
}

Lab::Lab(std::uint16_t listen_port)
    : port(listen_port),
      speaker(io.get_executor(), {.listen_addresses = {address("127.0.0.1")}, .port = port},
              events) {}

NeighborSettings Lab::neighbor(const char* peer_address) const {
    NeighborSettings settings;
    settings.address = address(peer_address);
    settings.local_address = address("127.0.0.1");
    settings.remote_port = remote_port;
    settings.peer.local_as = 65000;
    settings.peer.remote_as = 64512;
    settings.peer.router_id = {0x0a000001};
    return settings;
}

Buffer update_of(const char* prefix) {
    PathAttributes attributes;
    const AsNumber path[] = {64512};
    attributes.as_path = AsPath::sequence(path);
    attributes.next_hop.address = address("127.0.0.2");
    const net::Prefix prefixes[] = {net::Prefix::parse(prefix).value()};
    Buffer out;
    encode_announcements(net::Family::Ipv4, prefixes, attributes, WireContext{}, out);
    return out;
}

}  // namespace dx::bgp::test
