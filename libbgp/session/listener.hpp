// One listening socket with the MD5 keys of the neighbors that may connect to it. Opens itself
// again and again until it can; an address that does not exist yet can be listened on
// (IP_FREEBIND).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

class Listener : public std::enable_shared_from_this<Listener> {
public:
    struct Hooks {
        std::function<void(boost::asio::ip::tcp::socket)> accepted;
        std::function<void(Severity, std::string)> note;
    };

    Listener(const boost::asio::any_io_executor& executor, Endpoint endpoint, Hooks hooks);

    void open();   // tries at once; goes on trying by itself
    void close();  // for good

    // Before any packet of that neighbor is answered: keys are in place before listen(). What the
    // kernel refuses is tried again; until then has_key() is false, and the neighbor's connections
    // must not be served. An empty key removes.
    void set_key(const net::IpAddress& address, std::string_view key);
    bool has_key(const net::IpAddress& address) const;

    // RFC 5082, for those neighbors that have it. Replaces the rules before.
    void set_ttl_rules(std::vector<TtlRule> rules);

    const Endpoint& endpoint() const { return endpoint_; }

    ListenerStatus status() const;

private:
    struct Key {
        std::string text;
        Refusal refusal;  // of the socket as it is
    };

    Refusal try_open();
    void apply(const net::IpAddress& address, Key& key);
    void apply_ttl_rules();
    void retry();
    void report(std::string error);
    boost::asio::awaitable<void> accept_loop();

    Endpoint endpoint_;
    Hooks hooks_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::map<net::IpAddress, Key> keys_;
    std::vector<TtlRule> ttl_rules_;
    std::optional<std::string> error_;  // empty: listening; none: not tried yet
    bool closed_ = false;
    LazyTimer retry_;
};

}  // namespace dx::bgp
