// One TCP connection that is up: the read and the write loop, the timers of the connection. Cuts
// the stream into messages and writes what it is given; what any of it means is its owner's
// business.
//
// Lifetime: the loops hold the connection (shared_ptr). close() takes it from its owner, whom it
// does not call again; it then lingers for a moment, so that the peer receives a last NOTIFICATION.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libbgp/fsm/event.hpp"
#include "libbgp/session/lazy_timer.hpp"
#include "libbgp/session/session_status.hpp"
#include "libbgp/wire/message.hpp"

namespace dx::bgp {

class ConnectionOwner {
public:
    virtual void on_message(ConnectionId id, const MessageView& message) = 0;
    // A hint, before the call for the one in front of it.
    virtual void on_message_ahead(ConnectionId id, const MessageView& message) = 0;
    virtual void on_malformed(ConnectionId id, const Notification& notification) = 0;
    virtual void on_closed(ConnectionId id, std::string text) = 0;
    virtual void on_expired(ConnectionId id, Timer timer) = 0;
    virtual void fill_updates(ConnectionId id, std::size_t wanted, Buffer& out) = 0;
    virtual void on_bug(ConnectionId id, std::string text) = 0;

protected:
    ~ConnectionOwner() = default;
};

// Ends what is no connection of ours: a RST leaves nothing behind in the kernel either.
void reset_by_rst(boost::asio::ip::tcp::socket socket);

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(boost::asio::ip::tcp::socket socket, ConnectionId id, ConnectionOwner& owner,
               TrafficStatus& out);

    void run();  // starts the loops

    ConnectionId id() const { return id_; }

    const Endpoint& local() const { return local_; }

    const Endpoint& remote() const { return remote_; }

    std::size_t in_queue() const { return unread_; }

    std::size_t out_queue() const { return control_.size() + unwritten_; }

    void send_open(const Open& open);
    void send_keepalive();
    void send_route_refresh(const RouteRefresh& refresh);

    void start_timer(Timer timer, std::chrono::milliseconds duration);
    void stop_timer(Timer timer);

    void negotiated(const WireContext& context) { framer_.negotiated(context); }

    void pull_updates();  // from now on, and whenever there may be new ones

    // Sends what was not written yet and then `notification`, and ends the stream; reads on, so
    // that unread data does not make the kernel send a RST that would overtake it.
    void close(const std::optional<Notification>& notification);
    void abort();  // at once

private:
    boost::asio::awaitable<void> read_loop();
    boost::asio::awaitable<bool> process_messages();  // false: the stream is over for us
    bool process(const std::optional<Decoded<MessageView>>& message);
    boost::asio::awaitable<void> drain();
    void peer_ended();  // after we closed
    boost::asio::awaitable<void> write_loop();
    boost::asio::awaitable<bool> write(const Buffer& bytes);
    bool collect_output(Buffer& out);
    void lost(const boost::system::error_code& error);
    void count_sent(MessageType type);
    void wake_writer();

    template <class Step>
    bool guarded(Step step);

    boost::asio::ip::tcp::socket socket_;
    ConnectionId id_;
    Endpoint local_;
    Endpoint remote_;
    ConnectionOwner* owner_;  // null: closing
    TrafficStatus* out_;      // valid as long as owner_
    Framer framer_;
    std::size_t unread_ = 0;
    std::size_t unwritten_ = 0;
    Buffer control_;  // messages other than UPDATEs that wait to be written
    bool pulling_ = false;
    bool written_all_ = false;
    bool peer_ended_ = false;
    boost::asio::steady_timer output_;  // at max: a signal that there is output
    std::chrono::milliseconds send_hold_time_{0};
    LazyTimer hold_;
    LazyTimer keepalive_;
    LazyTimer send_hold_;
    LazyTimer linger_;
};

}  // namespace dx::bgp
