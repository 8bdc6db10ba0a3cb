#include "libbgp/session/connection.hpp"

#include <algorithm>
#include <exception>
#include <sys/ioctl.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libbgp/session/endpoint.hpp"

namespace dx::bgp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds kReadTurn{3};          // then other neighbors have theirs
constexpr milliseconds kLinger{1'000};        // for the last NOTIFICATION to arrive
constexpr std::size_t kUpdateBatch = 65'536;  // pulled from the router at a time

}  // namespace

void reset_by_rst(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::socket::linger(true, 0), ignored);
    socket.close(ignored);
}

Connection::Connection(tcp::socket socket, ConnectionId id, ConnectionOwner& owner,
                       TrafficStatus& out)
    : socket_(std::move(socket)),
      id_(id),
      owner_(&owner),
      out_(&out),
      output_(socket_.get_executor()),
      hold_(socket_.get_executor(), [this] { owner_->on_expired(id_, Timer::Hold); }),
      keepalive_(socket_.get_executor(), [this] { owner_->on_expired(id_, Timer::Keepalive); }),
      send_hold_(socket_.get_executor(), [this] { owner_->on_expired(id_, Timer::SendHold); }),
      linger_(socket_.get_executor(), [this] { abort(); }) {
    boost::system::error_code ignored;  // a peer that is gone already: the read loop will tell
    local_ = from_asio(socket_.local_endpoint(ignored));
    remote_ = from_asio(socket_.remote_endpoint(ignored));
    socket_.non_blocking(true, ignored);
    output_.expires_at(asio::steady_timer::time_point::max());
}

void Connection::run() {
    const auto executor = socket_.get_executor();
    asio::co_spawn(
        executor, [self = shared_from_this()] { return self->read_loop(); }, asio::detached);
    asio::co_spawn(
        executor, [self = shared_from_this()] { return self->write_loop(); }, asio::detached);
}

// --- Reading ------------------------------------------------------------------------------------

asio::awaitable<void> Connection::read_loop() {
    for (;;) {
        const auto space = framer_.space();
        const auto [error, count] =
            co_await socket_.async_read_some(asio::buffer(space.data(), space.size()), kTuple);
        if (error) co_return owner_ ? lost(error) : peer_ended();
        if (!owner_) break;
        framer_.commit(count);
        unread_ += count;
        if (!co_await process_messages()) break;
    }
    co_await drain();
}

// All the messages that are there, a turn at a time.
asio::awaitable<bool> Connection::process_messages() {
    auto turn_ends = LazyTimer::Clock::now() + kReadTurn;
    while (owner_) {
        bool more = false;
        guarded([&] { more = process(framer_.next()); });
        if (!owner_) break;
        if (!more) co_return true;
        if (LazyTimer::Clock::now() < turn_ends) continue;
        co_await asio::post(socket_.get_executor(), asio::use_awaitable);
        turn_ends = LazyTimer::Clock::now() + kReadTurn;
    }
    co_return false;
}

// True if there may be more.
bool Connection::process(const std::optional<Decoded<MessageView>>& message) {
    if (!message) return false;
    if (!*message) {
        owner_->on_malformed(id_, message->error());
        return false;
    }
    if (const auto ahead = framer_.peek()) owner_->on_message_ahead(id_, *ahead);
    unread_ -= std::min(unread_, (*message)->whole.size());
    owner_->on_message(id_, **message);
    return true;
}

// Our side is closed or closing: what still comes is read and thrown away until the peer closes
// too.
asio::awaitable<void> Connection::drain() {
    std::array<std::uint8_t, 4096> rest;
    for (;;) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(rest), kTuple);
        if (error) co_return peer_ended();
    }
}

void Connection::peer_ended() {
    peer_ended_ = true;
    if (written_all_) abort();
}

// --- Writing ------------------------------------------------------------------------------------

asio::awaitable<void> Connection::write_loop() {
    Buffer batch;
    for (;;) {
        batch.clear();
        bool filled = false;
        guarded([&] { filled = collect_output(batch); });
        if (filled) {
            if (!co_await write(batch)) co_return;
        } else if (owner_) {
            co_await output_.async_wait(kTuple);
        } else if (control_.empty()) {
            break;
        }
    }
    written_all_ = true;
    if (peer_ended_) co_return abort();
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

// What waits, in the order of urgency: control messages, then UPDATEs.
bool Connection::collect_output(Buffer& out) {
    std::swap(out, control_);
    if (!owner_ || !pulling_) return !out.empty();
    const auto before = out.size();
    do {  // again where the owner found out meanwhile that there is something after all
        pulling_ = false;
        owner_->fill_updates(id_, kUpdateBatch, out);
    } while (owner_ && pulling_ && out.size() == before);
    pulling_ |= out.size() != before;
    return !out.empty();
}

// All of it, however small the bites that the peer takes. False: the connection is broken.
asio::awaitable<bool> Connection::write(const Buffer& bytes) {
    auto rest = asio::buffer(bytes);
    while (rest.size() != 0) {
        unwritten_ = rest.size();
        if (owner_ && send_hold_time_ != milliseconds(0)) send_hold_.start(send_hold_time_);
        const auto [error, count] = co_await socket_.async_write_some(rest, kTuple);
        if (error) {
            // The read loop finds out as well, and may first read why: a NOTIFICATION.
            unwritten_ = 0;
            if (!owner_) abort();
            co_return false;
        }
        if (owner_) out_->bytes += count;
        rest += count;
    }
    unwritten_ = 0;
    send_hold_.stop();
    co_return true;
}

void Connection::pull_updates() {
    pulling_ = true;
    wake_writer();
}

void Connection::wake_writer() {
    output_.cancel();
}

void Connection::send_open(const Open& open) {
    encode_open(open, control_);
    count_sent(MessageType::Open);
}

void Connection::send_keepalive() {
    encode_keepalive(control_);
    count_sent(MessageType::Keepalive);
}

void Connection::send_route_refresh(const RouteRefresh& refresh) {
    encode_route_refresh(refresh, control_);
    count_sent(MessageType::RouteRefresh);
}

void Connection::count_sent(MessageType type) {
    ++out_->messages.of(type);
    out_->last = LazyTimer::Clock::now();
    wake_writer();
}

// --- Timers and the end -------------------------------------------------------------------------

void Connection::start_timer(Timer timer, milliseconds duration) {
    if (timer == Timer::Hold) hold_.start(duration);
    if (timer == Timer::Keepalive) keepalive_.start(duration);
    if (timer == Timer::SendHold) send_hold_time_ = duration;
}

void Connection::stop_timer(Timer timer) {
    if (timer == Timer::Hold) hold_.stop();
    if (timer == Timer::Keepalive) keepalive_.stop();
    if (timer == Timer::SendHold) {
        send_hold_time_ = milliseconds(0);
        send_hold_.stop();
    }
}

void Connection::close(const std::optional<Notification>& notification) {
    if (!owner_) return;
    if (notification) {
        encode_notification(*notification, control_);
        count_sent(MessageType::Notification);
        out_->note(*notification);
    }
    owner_ = nullptr;
    hold_.stop();
    keepalive_.stop();
    send_hold_.stop();
    linger_.start(kLinger);
    output_.cancel();
}

void Connection::abort() {
    owner_ = nullptr;
    hold_.stop();
    keepalive_.stop();
    send_hold_.stop();
    linger_.stop();
    output_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Connection::lost(const boost::system::error_code& error) {
    const bool ended = error == asio::error::eof;
    auto text = ended ? std::string("the peer closed the connection")
                      : "the connection was lost: " + error.message();
    guarded([&] { owner_->on_closed(id_, std::move(text)); });
    abort();
}

// A bug that shows in what one connection says ends that session only.
template <class Step>
bool Connection::guarded(Step step) {
    try {
        step();
        return true;
    } catch (const std::exception& bug) {
        if (owner_) owner_->on_bug(id_, bug.what());
        return false;
    }
}

}  // namespace dx::bgp
