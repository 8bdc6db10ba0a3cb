// One listening socket with the MD5 keys of the neighbors that may connect to it. Opens itself
// again and again until it can; an address that does not exist yet can be listened on
// (IP_FREEBIND).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "libbgp/session/lazy_timer.hpp"
#include "libbgp/session/session_events.hpp"
#include "libbgp/session/settings.hpp"
#include "libbgp/session/socket_options.hpp"
#include "libbgp/session/speaker.hpp"
#include "libbgp/session/ttl_filter.hpp"

namespace dx::bgp {

// What the neighbors that may connect to one listener ask of it.
struct ListenFor {
    std::map<net::IpAddress, std::string> keys;  // of those that have one
    std::vector<TtlRule> ttl_rules;              // RFC 5082, of those that have it
};

// The interface of a neighbor with a link-local IPv6 address, which has a listener of its own;
// empty for all others.
std::string link_of(const NeighborSettings& neighbor);

class Listener : public std::enable_shared_from_this<Listener> {
public:
    struct Hooks {
        std::function<void()> opened;
        std::function<void(const Listener&, boost::asio::ip::tcp::socket)> accepted;
        std::function<void(Severity, std::string)> note;
    };

    // With an `interface` it hears what comes in there, and nothing else.
    Listener(const boost::asio::any_io_executor& executor, Endpoint endpoint, std::string interface,
             Hooks hooks);

    void open();   // tries at once; goes on trying by itself
    void close();  // for good

    // Replaces what was asked before; a key that stays or changes is there all the time. Keys are
    // in place before listen(). What the kernel refuses is tried again; until then the neighbor is
    // not served.
    void serve(const ListenFor& neighbors);

    // Whether a connection that came in here may be this neighbor's: it has the key that it should
    // have, and is the right listener for it.
    bool serves(const NeighborSettings& neighbor) const;

    const Endpoint& endpoint() const { return endpoint_; }

    bool listening() const { return error_ && error_->empty(); }

    ListenerStatus status() const;

private:
    struct Key {
        std::string text;
        Refusal refusal;  // of the socket as it is
    };

    Refusal try_open();
    void set_key(const net::IpAddress& address, const std::string& text);
    void apply(const net::IpAddress& address, Key& key);
    void apply_ttl_rules();
    void retry();
    void report(const std::string& error);

    std::string where() const { return status().where(); }

    boost::asio::awaitable<void> accept_loop();

    Endpoint endpoint_;
    std::string interface_;
    Hooks hooks_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::map<net::IpAddress, Key> keys_;
    std::vector<TtlRule> ttl_rules_;
    std::optional<std::string> error_;  // empty: listening; none: not tried yet
    bool closed_ = false;
    LazyTimer retry_;
};

}  // namespace dx::bgp
