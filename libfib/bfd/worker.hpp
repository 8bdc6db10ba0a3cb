// The bfd thread: its loop, the sessions, and the sockets between them and their peers.
// BfdService's other half; decides nothing of the protocol.
//
// Constructed and destroyed by the owner's thread, everything else happens on its own.
//
// A thread that did not run for a while must not take its own sleep for a peer's silence. So the
// detection time is judged only after everything that has come is read, by the time at which it
// came; and after a late wake-up not before packets that the whole machine held up had a moment to
// arrive.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libfib/bfd/arrival_clock.hpp"
#include "libfib/bfd/receive_socket.hpp"
#include "libfib/bfd/refusals.hpp"
#include "libfib/bfd/send_socket.hpp"
#include "libfib/bfd/service.hpp"
#include "libfib/thread/mailbox.hpp"

namespace dx::bfd {

class BfdWorker {
public:
    // Called on the bfd thread.
    struct Handlers {
        BfdService::OnDown on_down;
        std::function<void(const SessionChange&)> on_change;
        std::function<void(const RefusalChange&)> on_refusal;
        std::function<void(const std::string&)> on_note;
        std::function<void(BfdStatus, std::function<void(BfdStatus)>)> on_status;
    };

    BfdWorker(const BfdServiceConfig& config, Handlers handlers);
    ~BfdWorker();  // ends the thread, after what was posted

    BfdWorker(const BfdWorker&) = delete;
    BfdWorker& operator=(const BfdWorker&) = delete;

    // Runs work(*this) on the bfd thread, in the order of the calls.
    template <class Work>
    void post(Work work) {
        mailbox_.post([this, work = std::move(work)]() mutable { work(*this); });
    }

    // --- From here on only on the bfd thread.

    void add(SessionId id, const PeerKey& key, const SessionSettings& settings, Token token);
    void configure(SessionId id, const PeerKey& key, const SessionSettings& settings);
    void set_token(SessionId id, Token token);
    void set_admin_down(SessionId id, bool admin_down);
    void set_link(SessionId id, bool there);
    void remove(SessionId id);
    void status(std::function<void(BfdStatus)> answer);

private:
    struct Peer {
        Peer(BfdWorker& worker, SessionId its_id, const PeerKey& its_key,
             const SessionSettings& settings, Token its_token);

        SessionId id;
        PeerKey key;
        Token token;
        Session session;
        SendSocket socket;
        boost::asio::steady_timer timer;
        std::optional<TimePoint> armed;  // when the timer fires
        TimePoint not_before;            // the timer's, after a late wake-up
        std::optional<net::IpAddress> heard_at;
        DiscardCounts discarded;
        Refusals refusals;
        std::uint64_t send_errors = 0;
        std::string last_send_error;
    };

    // One for each family.
    struct Receiver {
        Receiver(boost::asio::io_context& context, net::Family its_family)
            : family(its_family), socket(context, its_family), retry(context) {}

        net::Family family;
        ReceiveSocket socket;
        ArrivalClock clock;
        boost::asio::steady_timer retry;
        std::uint64_t openings = 0;
        std::string trouble;  // why it is not open
    };

    Receiver& receiver_of(net::Family family) { return receivers_[static_cast<int>(family)]; }

    Peer* find(SessionId id);

    void follow_sessions();  // opens and closes the receivers
    void open(Receiver& receiver);
    void wait(Receiver& receiver, std::uint64_t opening);
    void read(Receiver& receiver, std::size_t most_batches);
    void take(Receiver& receiver, const ReceiveSocket::Datagram& datagram);
    void refuse(Peer* peer, Discard reason, TimePoint now);

    void act(Peer& peer, const Outcome& outcome);
    void send(Peer& peer, const ControlPacket& packet);
    void tell(Peer& peer, const Transition& transition);
    void arm(Peer& peer);
    void on_timer(Peer& peer);
    bool reprieve(Peer& peer, TimePoint now);

    boost::asio::io_context context_{1};
    thread::Mailbox mailbox_{context_};
    BfdServiceConfig config_;
    Handlers handlers_;
    std::random_device random_;
    std::array<Receiver, 2> receivers_;  // by net::Family
    Demultiplexer demultiplexer_;
    std::map<SessionId, Peer> peers_;
    DiscardCounts discarded_;
    std::thread thread_;
};

}  // namespace dx::bfd
