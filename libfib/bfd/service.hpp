// BFD as the routing thread sees it: a thread of its own with the sessions and their sockets.
//
// Every call returns at once and is carried out on the bfd thread in the order of the calls, from
// whatever thread; everything that is told comes back on the routing io_context, in order, except
// for `on_down`. No state is shared. All of it belongs to the network namespace of the thread that
// constructs the service. Without sessions the thread sleeps and there are no sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libfib/bfd/demultiplexer.hpp"
#include "libfib/bfd/packet.hpp"
#include "libfib/bfd/session.hpp"

namespace dx::bfd {

// The owner's own mark on a session, such as who uses it, with an epoch: what is
// told carries the one that was set last.
using Token = std::uint64_t;

struct SessionChange {
    SessionId session{};
    Token token = 0;
    PeerKey key;
    Transition transition;
    TimePoint at;
    SessionCounters counters;          // with this change
    std::optional<Discard> refused{};  // the peer spoke meanwhile, and was refused for this
};

// Packets that seem to be the session's come and are refused, or no longer are.
struct RefusalChange {
    SessionId session{};
    std::optional<Discard> reason;  // none: they no longer are
};

// What the routing thread hears. May call the service back, but not end it.
class BfdEvents {
public:
    virtual ~BfdEvents() = default;

    // Also of a session that was removed meanwhile: its SessionId is not used again.
    virtual void on_bfd_change(const SessionChange& change) = 0;

    // At most once a minute begins, however often packets are refused; each DiscardCounts has.
    virtual void on_bfd_refusal(const RefusalChange& change) = 0;

    // One line for the log: why nothing is heard, and that it is heard again.
    virtual void on_bfd_note(const std::string& text) = 0;
};

// One session for `show bfd peers`.
struct PeerStatus {
    SessionId session{};
    Token token = 0;
    PeerKey key;
    SessionStatus status;
    std::optional<net::IpAddress> heard_at;  // the address of ours that the last packet came to
    DiscardCounts discarded;                 // that seemed to be this session's
    std::optional<Discard> refused;          // why the peer's packets are refused at present
    std::uint64_t send_errors = 0;
    std::string last_send_error;    // "Network is unreachable"; empty: there was none
    std::uint16_t source_port = 0;  // 0: nothing was sent yet
};

struct BfdStatus {
    std::vector<PeerStatus> peers;  // in the order in which they were added
    DiscardCounts discarded;        // all
    std::string ipv4_trouble;       // why no IPv4 peer can be heard; empty: nothing is wrong
    std::string ipv6_trouble;
};

struct BfdServiceConfig {
    // How often it is tried again where the port of BFD is taken by another program.
    std::chrono::milliseconds retry{30'000};
};

class BfdWorker;

class BfdService {
public:
    // Called on the bfd thread the moment a path failed, before anything else is done about it:
    // for what must not wait for the routing thread. Not for what an operator switched off, here or
    // there (RFC 5882 4.2). Neither blocks nor throws.
    using OnDown = std::function<void(const SessionChange&)>;

    // Starts the thread; throws std::system_error where there can be none. `routing` and `events`
    // outlive the service; `events` are told from `routing` only.
    BfdService(boost::asio::io_context& routing, BfdEvents& events, OnDown on_down,
               const BfdServiceConfig& config = {});

    // Ends the thread when all calls are carried out. Peers whose session was not removed before
    // notice by their detection time.
    ~BfdService();

    BfdService(const BfdService&) = delete;
    BfdService& operator=(const BfdService&) = delete;

    // Starts a session, which goes on trying until it is removed; never an error: what goes wrong
    // is shown in its status. Of two with the same key only the first comes Up.
    SessionId add(const PeerKey& key, const SessionSettings& settings, Token token = 0);

    // The session stays in its state. The local address and the interface may be others, as when
    // the link was made anew; another peer is another session. Unknown sessions are ignored, here
    // and below.
    void configure(SessionId session, const PeerKey& key, const SessionSettings& settings);

    void set_token(SessionId session, Token token);
    void set_admin_down(SessionId session, bool admin_down);

    // Whether the link to the peer is there, which it is at first: back, it is used at once.
    void set_link(SessionId session, bool there);

    // The peer is told AdminDown, once, so that it takes this for no failure. No event comes of it.
    void remove(SessionId session);

    // Answered on `routing`, exactly once, unless the service is destroyed before.
    void status(std::function<void(BfdStatus)> answer);

    // The same, when all calls before have been carried out: for whoever asks whether the thread
    // still does anything.
    void answer(std::function<void()> answer);

private:
    struct Inbox;

    std::shared_ptr<Inbox> inbox_;
    std::atomic<std::uint64_t> last_session_ = 0;
    std::unique_ptr<BfdWorker> worker_;
};

}  // namespace dx::bfd
