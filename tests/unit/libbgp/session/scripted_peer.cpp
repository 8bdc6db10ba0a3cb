#include "tests/unit/libbgp/session/scripted_peer.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include "libbgp/session/socket_options.hpp"

namespace dx::bgp::test {
namespace {

sockaddr_in endpoint(const std::string& text, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    ::inet_pton(AF_INET, text.c_str(), &result.sin_addr);
    return result;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

ScriptedPeer::ScriptedPeer(Lab& lab, const char* own_address)
    : lab_(lab),
      own_address_(own_address),
      socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    set_option(SOL_SOCKET, SO_REUSEADDR, 1);
    open.my_as = 64512;
    open.hold_time = std::chrono::seconds(90);
    open.identifier = {0x0a000002};
    open.capabilities.multiprotocol = {AfiSafi::unicast(net::Family::Ipv4)};
    open.capabilities.four_octet_as = 64512;
    open.capabilities.route_refresh = true;
}

ScriptedPeer::~ScriptedPeer() {
    close();
    stop_listening();
}

void ScriptedPeer::set_option(int level, int name, int value) {
    if (::setsockopt(socket_, level, name, &value, sizeof value) != 0)
        throw std::runtime_error(std::strerror(errno));
}

void ScriptedPeer::set_key(const char* key) {
    if (const auto refusal = set_md5_key(socket_, address("127.0.0.1"), key))
        throw std::runtime_error(*refusal);
}

void ScriptedPeer::listen() {
    const auto own = endpoint(own_address_, lab_.remote_port);
    if (::bind(socket_, generic(own), sizeof own) != 0 || ::listen(socket_, 16) != 0)
        throw std::runtime_error(std::strerror(errno));
    std::swap(listener_, socket_);
}

void ScriptedPeer::stop_listening() {
    if (listener_ != -1) ::close(listener_);
    listener_ = -1;
}

bool ScriptedPeer::accept() {
    close();
    ended_ = reset_ = false;
    received_.clear();
    return lab_.until([this] {
        socket_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        return socket_ != -1;
    });
}

bool ScriptedPeer::connect(std::chrono::milliseconds limit) {
    const auto own = endpoint(own_address_, 0);
    const auto remote = endpoint("127.0.0.1", lab_.port);
    if (::bind(socket_, generic(own), sizeof own) != 0) return false;
    ::connect(socket_, generic(remote), sizeof remote);
    const auto connected = [&] {
        return ::connect(socket_, generic(remote), sizeof remote) == 0 || errno == EISCONN;
    };
    return run_until(lab_.io, connected, limit);
}

void ScriptedPeer::send(const Buffer& bytes) {
    std::size_t sent = 0;
    lab_.until([&] {
        const auto count =
            ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) sent += static_cast<std::size_t>(count);
        return sent == bytes.size() || (count < 0 && errno != EAGAIN);
    });
}

void ScriptedPeer::send_open() {
    Buffer out;
    encode_open(open, out);
    send(out);
}

void ScriptedPeer::send_keepalive() {
    Buffer out;
    encode_keepalive(out);
    send(out);
}

void ScriptedPeer::send_notification(const Notification& notification) {
    Buffer out;
    encode_notification(notification, out);
    send(out);
}

bool ScriptedPeer::establish() {
    send_open();
    send_keepalive();
    return lab_.until_state(State::Established);
}

bool ScriptedPeer::read_some() {
    std::array<std::uint8_t, 65536> bytes;
    const auto count = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count > 0) received_.insert(received_.end(), bytes.begin(), bytes.begin() + count);
    if (count == 0) ended_ = true;
    if (count < 0 && errno != EAGAIN) reset_ = true;
    return count > 0;
}

std::optional<Buffer> ScriptedPeer::receive() {
    std::size_t length = 0;
    const auto complete = [&] {
        read_some();
        if (received_.size() < kHeaderSize) return ended_ || reset_;
        length = std::size_t{received_[16]} << 8 | received_[17];
        return received_.size() >= length || ended_ || reset_;
    };
    if (!lab_.until(complete) || received_.size() < kHeaderSize) return std::nullopt;
    const auto end = received_.begin() + static_cast<std::ptrdiff_t>(length);
    Buffer message(received_.begin(), end);
    received_.erase(received_.begin(), end);
    return message;
}

std::optional<Notification> ScriptedPeer::receive_notification() {
    while (const auto message = receive())
        if ((*message)[18] == static_cast<std::uint8_t>(MessageType::Notification))
            return decode_notification(Bytes(*message).subspan(kHeaderSize));
    return std::nullopt;
}

bool ScriptedPeer::at_end() {
    lab_.until([this] {
        read_some();
        return ended_ || reset_;
    });
    return ended_ && !reset_;
}

void ScriptedPeer::close() {
    if (socket_ != -1) ::close(socket_);
    socket_ = -1;
}

}  // namespace dx::bgp::test
