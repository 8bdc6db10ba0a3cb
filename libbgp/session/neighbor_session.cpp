#include "libbgp/session/neighbor_session.hpp"

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "libbgp/session/endpoint.hpp"
#include "libbgp/session/socket_options.hpp"

namespace dx::bgp {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;

// Not only the clock's: routers that are started together should not dial in step.
std::uint32_t seed() {
    return std::random_device{}();
}

}  // namespace

NeighborSession::NeighborSession(boost::asio::any_io_executor executor, NeighborId id,
                                 NeighborSettings settings, SessionEvents& events)
    : executor_(std::move(executor)),
      id_(id),
      settings_(std::move(settings)),
      events_(&events),
      fsm_(settings_.peer, seed()),
      timers_{LazyTimer(executor_, [this] { handle(event::Expired{Timer::ConnectRetry, {}}); }),
              LazyTimer(executor_, [this] { handle(event::Expired{Timer::IdleHold, {}}); }),
              LazyTimer(executor_, [this] { handle(event::Expired{Timer::Settle, {}}); })},
      hold_down_(executor_, [this] { start_or_stop(std::nullopt); }) {
    status_.since = LazyTimer::Clock::now();
}

NeighborSession::~NeighborSession() {
    abort();
}

// --- What the operator and the router want ------------------------------------------------------

void NeighborSession::activate() {
    active_ = true;
    start_or_stop(std::nullopt);
}

void NeighborSession::deactivate(const DownReason& reason) {
    active_ = false;
    start_or_stop(reason);
}

void NeighborSession::update(NeighborSettings settings) {
    const bool was_passive = settings_.peer.passive;
    settings_ = std::move(settings);
    fsm_.set_settings(settings_.peer);
    const auto cease =
        cease_with_text(CeaseReason::AdministrativeShutdown, settings_.shutdown_text);
    start_or_stop(sent_notification(cease, "shut down by configuration"));
    const bool idle = fsm_.state() == State::Active;
    if (was_passive && !settings_.peer.passive && idle)
        reset({DownCause::Administrative, {}, "no longer passive"});
}

void NeighborSession::set_reachable(bool reachable, std::string_view reason) {
    reachable_ = reachable;
    status_.unreachable_reason = reachable ? "" : reason;
    start_or_stop(DownReason{DownCause::Unreachable, {}, std::string(reason)});
}

void NeighborSession::start_or_stop(std::optional<DownReason> why_stopped) {
    const bool wanted = active_ && reachable_ && !settings_.shutdown && !hold_down_.left();
    if (wanted == running_) return;
    running_ = wanted;
    if (wanted) {
        status_.last_error.clear();
        return handle(event::Start{});
    }
    if (why_stopped) status_.last_error = why_stopped->text;
    handle(event::Stop{std::move(why_stopped).value_or(DownReason{})});
}

void NeighborSession::reset(DownReason reason) {
    if (hold_down_.left()) return release();
    handle(event::Reset{std::move(reason)});
}

// Whatever else may come and go meanwhile, a link or a shutdown: the time stays.
void NeighborSession::hold_down(DownReason reason, milliseconds time) {
    if (!running_) return;
    hold_down_.start(time);
    start_or_stop(std::move(reason));
}

void NeighborSession::release() {
    if (!hold_down_.left()) return;
    hold_down_.stop();
    start_or_stop(std::nullopt);
}

void NeighborSession::wake() {
    if (auto* connection = session_connection()) connection->pull_updates();
}

void NeighborSession::send_route_refresh(const RouteRefresh& refresh) {
    if (!fsm_.session() || !fsm_.session()->route_refresh) return;  // RFC 2918 4
    if (auto* connection = session_connection()) connection->send_route_refresh(refresh);
}

bool NeighborSession::lingering() const {
    return std::ranges::any_of(lingering_, [](const auto& weak) { return !weak.expired(); });
}

void NeighborSession::abort() {
    events_ = nullptr;
    dial_.reset();
    for (auto& running : timers_)
        running.stop();
    hold_down_.stop();
    for (const auto& connection : std::exchange(connections_, {}))
        connection->abort();
    for (const auto& weak : lingering_)
        if (const auto connection = weak.lock()) connection->abort();
}

// --- TCP ----------------------------------------------------------------------------------------

void NeighborSession::accept(tcp::socket socket) {
    if (const auto refusal = prepare_connection(socket.native_handle(), settings_)) {
        status_.last_error = "a connection was refused: " + *refusal;
        note_failure({DownCause::ConnectFailed, {}, status_.last_error});
        return reset_by_rst(std::move(socket));
    }
    adopt(std::move(socket), Direction::Incoming);
}

void NeighborSession::dial_done(DialResult result) {
    dial_.reset();
    if (result) return adopt(std::move(*result), Direction::Outgoing);
    const auto took =
        std::chrono::duration_cast<milliseconds>(LazyTimer::Clock::now() - dialled_at_);
    handle(event::ConnectFailed{result.error(), took});
}

void NeighborSession::adopt(tcp::socket socket, Direction direction) {
    const auto id = ConnectionId{++last_connection_};
    ConnectionOwner& owner = *this;
    auto connection = std::make_shared<Connection>(std::move(socket), id, owner, status_.out);
    connections_.push_back(connection);
    connection->run();
    handle(event::Connected{id, direction});
}

// --- Events in, actions out ---------------------------------------------------------------------

void NeighborSession::handle(Event event) {
    waiting_.push_back(std::move(event));
    if (std::exchange(handling_, true)) return;
    const auto self = shared_from_this();
    while (!waiting_.empty() && events_) {
        const auto next = std::move(waiting_.front());
        waiting_.pop_front();
        handle_one(next);
    }
    handling_ = false;
}

void NeighborSession::handle_one(const Event& event) {
    const auto old = fsm_.state();
    for (const auto& action : fsm_.handle(event)) {
        if (!events_) return;
        guarded([&] { std::visit([this](const auto& what) { perform(what); }, action); });
    }
    guarded([&] { note_state_change(old, event); });
}

// What the router throws at us ends this session, and nothing else: the fsm's other actions are
// still carried out.
template <class Step>
void NeighborSession::guarded(Step step) {
    try {
        step();
    } catch (const std::exception& bug) {
        on_bug(fsm_.furthest().value_or(ConnectionId{}), bug.what());
    }
}

void NeighborSession::note_state_change(State old, const Event& event) {
    const auto why = std::exchange(why_, {});
    const auto now = fsm_.state();
    if (now == old || !events_) return;
    status_.since = LazyTimer::Clock::now();
    events_->on_state_change(id_, old, now, why.empty() ? describe(event) : why);
}

Connection* NeighborSession::find(ConnectionId id) const {
    const auto it = std::ranges::find(connections_, id, &Connection::id);
    return it == connections_.end() ? nullptr : it->get();
}

Connection* NeighborSession::session_connection() const {
    return fsm_.session() ? find(*fsm_.furthest()) : nullptr;
}

LazyTimer& NeighborSession::timer(Timer timer) {
    return timers_[static_cast<std::size_t>(timer)];
}

SessionStatus NeighborSession::status() const {
    auto status = status_;
    status.state = fsm_.state();
    if (const auto* agreed = fsm_.session()) status.negotiated = *agreed;
    if (const auto furthest = fsm_.furthest()) {
        if (const auto* connection = find(*furthest)) {
            status.local = connection->local();
            status.remote = connection->remote();
            status.in_queue = connection->in_queue();
            status.out_queue = connection->out_queue();
        }
    }
    for (const auto waiting : {Timer::ConnectRetry, Timer::IdleHold})
        if (const auto left = timers_[static_cast<std::size_t>(waiting)].left())
            status.next_attempt_in = left;
    if (const auto left = hold_down_.left()) status.next_attempt_in = left;
    status.held_down = hold_down_.left().has_value();
    status.shutdown = settings_.shutdown;
    status.reachable = reachable_;
    return status;
}

}  // namespace dx::bgp
