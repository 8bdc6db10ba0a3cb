#include "libfib/bfd/worker.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "libfib/thread/thread.hpp"

namespace dx::bfd {

namespace {

using Clock = std::chrono::steady_clock;

// Read before timers have a turn: about a millisecond's work.
constexpr std::size_t kBatchesPerTurn = 8;

// Before a session is judged; more than the receive buffer holds, and yet an end of a flood.
constexpr std::size_t kBatchesBeforeJudging = 512;

// A wake-up that is so late says that this machine, or its hypervisor, stood still.
constexpr std::chrono::milliseconds kLate{5};
// What was under way meanwhile goes through the kernel in this time.
constexpr std::chrono::milliseconds kReprieve{10};

}  // namespace

BfdWorker::Peer::Peer(BfdWorker& worker, SessionId its_id, const PeerKey& its_key,
                      const SessionSettings& settings, Token its_token)
    : id(its_id),
      key(its_key),
      token(its_token),
      session(worker.demultiplexer_.add(its_id, its_key, [&worker] { return worker.random_(); }),
              settings, Clock::now(), worker.random_()),
      socket([&worker] { return worker.random_(); }),
      timer(worker.context_) {}

BfdWorker::BfdWorker(const BfdServiceConfig& config, Handlers handlers)
    : config_(config),
      handlers_(std::move(handlers)),
      receivers_{Receiver(context_, net::Family::Ipv4), Receiver(context_, net::Family::Ipv6)},
      thread_(thread::start("dx-bfd", [this] {
          thread::ask_for_turns_of(thread::kShortTurns);
          context_.run();
      })) {}

BfdWorker::~BfdWorker() {
    try {
        post([](BfdWorker& worker) { worker.context_.stop(); });
    } catch (...) {  // no memory: at once, then
        context_.stop();
    }
    thread_.join();
}

void BfdWorker::add(SessionId id, const PeerKey& key, const SessionSettings& settings,
                    Token token) {
    auto& peer = peers_.try_emplace(id, *this, id, key, settings, token).first->second;
    follow_sessions();
    act(peer, peer.session.advance(Clock::now()));
}

void BfdWorker::configure(SessionId id, const PeerKey& key, const SessionSettings& settings) {
    Peer* peer = find(id);
    if (peer == nullptr) return;
    peer->key = key;
    demultiplexer_.change(id, key);
    follow_sessions();
    act(*peer, peer->session.configure(settings, Clock::now()));
}

void BfdWorker::set_token(SessionId id, Token token) {
    if (Peer* peer = find(id)) peer->token = token;
}

void BfdWorker::set_admin_down(SessionId id, bool admin_down) {
    if (Peer* peer = find(id)) act(*peer, peer->session.set_admin_down(admin_down, Clock::now()));
}

void BfdWorker::set_link(SessionId id, bool there) {
    Peer* peer = find(id);
    if (peer == nullptr) return;
    if (there)
        act(*peer, peer->session.find_link(Clock::now()));
    else
        peer->session.lose_link();
}

void BfdWorker::remove(SessionId id) {
    Peer* peer = find(id);
    if (peer == nullptr) return;
    for (const ControlPacket& packet : peer->session.set_admin_down(true, Clock::now()).packets)
        send(*peer, packet);
    demultiplexer_.remove(id);
    peers_.erase(id);
    follow_sessions();
}

void BfdWorker::status(std::function<void(BfdStatus)> answer) {
    BfdStatus status;
    for (const auto& [id, peer] : peers_)
        status.peers.push_back({id, peer.token, peer.key, peer.session.status(), peer.heard_at,
                                peer.discarded, peer.refusals.reason(), peer.send_errors,
                                peer.last_send_error, peer.socket.port()});
    status.discarded = discarded_;
    status.ipv4_trouble = receiver_of(net::Family::Ipv4).trouble;
    status.ipv6_trouble = receiver_of(net::Family::Ipv6).trouble;
    handlers_.on_status(std::move(status), std::move(answer));
}

BfdWorker::Peer* BfdWorker::find(SessionId id) {
    const auto found = peers_.find(id);
    return found != peers_.end() ? &found->second : nullptr;
}

// A family without sessions has no socket: the port is free for others.
void BfdWorker::follow_sessions() {
    for (Receiver& receiver : receivers_) {
        const bool wanted = std::ranges::any_of(peers_, [&](const auto& entry) {
            return entry.second.key.peer.family() == receiver.family;
        });
        if (wanted && !receiver.socket.is_open() && receiver.trouble.empty()) open(receiver);
        if (wanted) continue;
        receiver.socket.close();
        receiver.retry.cancel();
        receiver.trouble.clear();
    }
}

void BfdWorker::open(Receiver& receiver) {
    const std::string before = std::exchange(receiver.trouble, receiver.socket.open());
    const std::string peers = std::string(to_string(receiver.family)) + " peers";
    if (receiver.trouble.empty()) {
        if (!before.empty()) handlers_.on_note("BFD hears " + peers + " now");
        wait(receiver, ++receiver.openings);
        return;
    }
    if (receiver.trouble != before)
        handlers_.on_note("BFD cannot hear " + peers + ": " + receiver.trouble);
    receiver.retry.expires_after(config_.retry);
    receiver.retry.async_wait([this, &receiver](const boost::system::error_code& error) {
        if (!error && !receiver.trouble.empty()) open(receiver);
    });
}

void BfdWorker::wait(Receiver& receiver, std::uint64_t opening) {
    receiver.socket.async_wait([this, &receiver, opening] {
        if (!receiver.socket.is_open() || receiver.openings != opening) return;
        read(receiver, kBatchesPerTurn);
        wait(receiver, opening);  // tells at once if there is more
    });
}

void BfdWorker::read(Receiver& receiver, std::size_t most_batches) {
    if (!receiver.socket.is_open()) return;
    const auto visit = [&](const ReceiveSocket::Datagram& datagram) { take(receiver, datagram); };
    while (most_batches-- > 0 && receiver.socket.read(receiver.clock, visit))
        continue;
}

void BfdWorker::take(Receiver& receiver, const ReceiveSocket::Datagram& datagram) {
    const auto decoded = decode(datagram.bytes);
    const Match match = demultiplexer_.find(decoded, datagram.arrival);
    Peer* peer = match.session ? find(*match.session) : nullptr;
    if (match.refused) return refuse(peer, *match.refused, receiver.clock.now());
    if (peer->session.state() == State::AdminDown) {  // but it is told who the peer is
        discarded_.add(Discard::SessionAdminDown);
        peer->discarded.add(Discard::SessionAdminDown);
    }
    peer->heard_at = datagram.arrival.destination;
    const auto arrived = receiver.clock.arrival(datagram.stamp);
    act(*peer,
        peer->session.receive(std::get<ControlPacket>(decoded), arrived, receiver.clock.now()));
}

void BfdWorker::refuse(Peer* peer, Discard reason, TimePoint now) {
    discarded_.add(reason);
    if (peer == nullptr) return;
    peer->discarded.add(reason);
    if (peer->refusals.refuse(reason, now)) handlers_.on_refusal({peer->id, reason});
}

void BfdWorker::act(Peer& peer, const Outcome& outcome) {
    if (outcome.transition) tell(peer, *outcome.transition);
    for (const ControlPacket& packet : outcome.packets)
        send(peer, packet);
    arm(peer);
}

void BfdWorker::tell(Peer& peer, const Transition& transition) {
    if (transition.to == State::Up && peer.refusals.end())
        handlers_.on_refusal({peer.id, std::nullopt});
    const SessionChange change{peer.id,
                               peer.token,
                               peer.key,
                               transition,
                               Clock::now(),
                               peer.session.status().counters,
                               peer.refusals.reason()};
    if (transition.is_failure() && handlers_.on_down) handlers_.on_down(change);
    handlers_.on_change(change);
}

// Whoever cannot hear does not speak: a program that has the port may have a session with the same
// peer, which would take our packets for its own.
void BfdWorker::send(Peer& peer, const ControlPacket& packet) {
    const Receiver& receiver = receiver_of(peer.key.peer.family());
    std::string error = receiver.trouble;
    if (error.empty())
        if (const int number = peer.socket.send(encode(packet), peer.key))
            error = std::generic_category().message(number);
    if (error.empty()) return;
    ++peer.send_errors;
    peer.last_send_error = std::move(error);
}

// A deadline that moves away, as with every packet that comes, leaves the timer as it is: it fires
// too early then and is armed anew.
void BfdWorker::arm(Peer& peer) {
    const auto next = peer.session.next_event();
    if (!next) return;
    const auto due = std::max(*next, peer.not_before);
    if (peer.armed && *peer.armed <= due) return;
    peer.armed = due;
    peer.timer.expires_at(due);
    peer.timer.async_wait([this, id = peer.id](const boost::system::error_code& error) {
        if (error) return;
        if (Peer* alive = find(id)) on_timer(*alive);
    });
}

// What came is read before it is said that nothing did: this thread may have been kept from it.
void BfdWorker::on_timer(Peer& peer) {
    peer.armed.reset();
    const auto now = Clock::now();
    const auto is_due = [&] {
        const auto deadline = peer.session.detection_deadline();
        return deadline && *deadline <= now;
    };
    if (is_due() || peer.refusals.is_quiet(now))
        read(receiver_of(peer.key.peer.family()), kBatchesBeforeJudging);
    if (peer.refusals.end_if_quiet(now)) handlers_.on_refusal({peer.id, std::nullopt});
    const bool wait_on = is_due() && reprieve(peer, now);
    act(peer, wait_on ? peer.session.transmit(now) : peer.session.advance(now));
}

// True: the session is to be judged a moment later. Once for each deadline.
bool BfdWorker::reprieve(Peer& peer, TimePoint now) {
    const auto deadline = *peer.session.detection_deadline();
    if (now - deadline < kLate || peer.not_before > deadline) return false;
    peer.not_before = now + kReprieve;
    return true;
}

}  // namespace dx::bfd
