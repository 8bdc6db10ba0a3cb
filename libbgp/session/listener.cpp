#include "libbgp/session/listener.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libbgp/session/endpoint.hpp"

namespace dx::bgp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kRetry{2'000};
constexpr std::chrono::milliseconds kPauseWithoutResources{200};
constexpr int kBacklog = 128;

// The connection in question is lost, the listener is not.
bool is_passing(const error_code& error) {
    return error == asio::error::connection_aborted || error == asio::error::connection_reset ||
           error == asio::error::interrupted || error == asio::error::try_again;
}

}  // namespace

std::string link_of(const NeighborSettings& neighbor) {
    const auto& address = neighbor.address;
    return address.is_scoped() ? neighbor.interface : std::string();
}

Listener::Listener(const asio::any_io_executor& executor, Endpoint endpoint, std::string interface,
                   Hooks hooks)
    : endpoint_(endpoint),
      interface_(std::move(interface)),
      hooks_(std::move(hooks)),
      acceptor_(executor),
      retry_(executor, [this] { retry(); }) {}

void Listener::open() {
    if (auto refusal = try_open()) {
        error_code ignored;
        acceptor_.close(ignored);
        report(*refusal);
        return retry_.start(kRetry);
    }
    report({});
    asio::co_spawn(
        acceptor_.get_executor(), [self = shared_from_this()] { return self->accept_loop(); },
        asio::detached);
    if (interface_.empty()) hooks_.opened();
}

Refusal Listener::try_open() {
    error_code error;
    acceptor_.open(endpoint_.address.is_v4() ? tcp::v4() : tcp::v6(), error);
    if (error) return "no socket: " + error.message();
    auto refusal =
        prepare_listener(acceptor_.native_handle(), endpoint_.address.family(), interface_);
    if (refusal) return refusal;
    for (auto& [address, key] : keys_)
        apply(address, key);
    apply_ttl_rules();
    acceptor_.bind(to_asio(endpoint_, {}), error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (error) return "cannot listen on " + where() + ": " + error.message();
    if (interface_.empty()) return share_port(acceptor_.native_handle());
    return std::nullopt;
}

void Listener::report(const std::string& error) {
    if (std::exchange(error_, error) == error) return;
    if (error.empty())
        hooks_.note(Severity::Info, "listening on " + where());
    else
        hooks_.note(Severity::Error, error);
}

void Listener::close() {
    closed_ = true;
    retry_.stop();
    hooks_ = {};
    error_code ignored;
    acceptor_.close(ignored);
}

void Listener::retry() {
    if (!acceptor_.is_open()) return open();
    for (auto& [address, key] : keys_)
        if (key.refusal) apply(address, key);
}

void Listener::serve(const ListenFor& neighbors) {
    std::erase_if(keys_, [&](const auto& entry) {
        if (neighbors.keys.contains(entry.first)) return false;
        if (acceptor_.is_open()) set_md5_key(acceptor_.native_handle(), entry.first, {});
        return true;
    });
    for (const auto& [address, text] : neighbors.keys)
        set_key(address, text);
    if (std::exchange(ttl_rules_, neighbors.ttl_rules) == neighbors.ttl_rules) return;
    if (acceptor_.is_open()) apply_ttl_rules();
}

void Listener::set_key(const net::IpAddress& address, const std::string& text) {
    auto& key = keys_[address];
    if (std::exchange(key.text, text) == text && !key.refusal) return;
    if (acceptor_.is_open()) apply(address, key);
}

void Listener::apply(const net::IpAddress& address, Key& key) {
    const auto refusal = set_md5_key(acceptor_.native_handle(), address, key.text);
    if (refusal && !key.refusal)
        hooks_.note(Severity::Error,
                    "connections from " + address.to_string() + " are refused: " + *refusal);
    key.refusal = refusal;
    if (refusal) retry_.start(kRetry);
}

void Listener::apply_ttl_rules() {
    const auto refusal = bgp::set_ttl_rules(acceptor_.native_handle(), ttl_rules_);
    if (refusal) hooks_.note(Severity::Error, *refusal);
}

bool Listener::serves(const NeighborSettings& neighbor) const {
    if (link_of(neighbor) != interface_) return false;
    if (neighbor.password.empty()) return true;
    const auto key = keys_.find(neighbor.address);
    return key != keys_.end() && !key->second.refusal;
}

std::string ListenerStatus::where() const {
    return to_string(endpoint) + (interface.empty() ? "" : " on " + interface);
}

ListenerStatus Listener::status() const {
    return {.endpoint = endpoint_,
            .interface = interface_,
            .listening = listening(),
            .error = error_.value_or("")};
}

asio::awaitable<void> Listener::accept_loop() {
    asio::steady_timer pause(acceptor_.get_executor());
    while (!closed_) {
        auto [error, socket] = co_await acceptor_.async_accept(kTuple);
        if (closed_) co_return;
        if (!error) {
            const auto accepted = hooks_.accepted;  // close() may be called from within
            accepted(*this, std::move(socket));
        } else if (!is_passing(error)) {  // out of file descriptors or memory
            report("cannot accept connections on " + where() + ": " + error.message());
            pause.expires_after(kPauseWithoutResources);
            co_await pause.async_wait(kTuple);
            continue;
        }
        report({});
    }
}

}  // namespace dx::bgp
