#include "libbgp/session/speaker.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include "libbgp/session/connection.hpp"
#include "libbgp/session/endpoint.hpp"
#include "libbgp/session/lazy_timer.hpp"
#include "libbgp/session/listeners.hpp"
#include "libbgp/session/neighbor_session.hpp"

namespace dx::bgp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr milliseconds kStopPoll{2};
constexpr milliseconds kStopAtLatest{1'000};
constexpr std::chrono::seconds kStrangerNote{10};  // at most one line in that time

// RFC 9003 gives a text to 6/2 and 6/4 only.
Notification cease_notification(CeaseReason reason, std::string_view text) {
    const bool with_text =
        reason == CeaseReason::AdministrativeShutdown || reason == CeaseReason::AdministrativeReset;
    return with_text ? cease_with_text(reason, text) : notification(reason);
}

}  // namespace

class Speaker::Impl {
public:
    Impl(asio::any_io_executor executor, const SpeakerSettings& settings, SessionEvents& events)
        : executor_(std::move(executor)),
          events_(events),
          listeners_(
              executor_, settings,
              [this](const Listener& on, tcp::socket socket) { accepted(on, std::move(socket)); },
              [this](Severity severity, const std::string& text) {
                  events_.on_note({}, severity, text);
              }),
          stop_poll_(executor_, [this] { finish_stop(); }) {}

    ~Impl() {
        listeners_.close();
        for (const auto& [id, session] : sessions_)
            session->abort();
        for (const auto& session : removed_)
            session->abort();
    }

    void start();
    void stop(CeaseReason reason, std::string_view text, std::function<void()> done);
    void add(NeighborId id, NeighborSettings settings);
    void remove(NeighborId id);
    void update(NeighborId id, NeighborSettings settings);
    void set_reachable(NeighborId id, bool reachable, std::string_view reason);

    NeighborSession* find(NeighborId id) const {
        const auto it = sessions_.find(id);
        return it == sessions_.end() ? nullptr : it->second.get();
    }

    std::vector<ListenerStatus> listeners() const { return listeners_.status(); }

private:
    using SessionPtr = std::shared_ptr<NeighborSession>;

    void listen_for_all();
    void accepted(const Listener& on, tcp::socket socket);
    NeighborSession* neighbor_of(const tcp::endpoint& local, const tcp::endpoint& remote) const;
    void note_stranger(const tcp::endpoint& remote, const tcp::endpoint& local);
    void finish_stop();

    asio::any_io_executor executor_;
    SessionEvents& events_;
    bool started_ = false;
    Listeners listeners_;
    std::map<NeighborId, SessionPtr> sessions_;
    std::vector<SessionPtr> removed_;  // until their last NOTIFICATION is out
    std::function<void()> stopped_;
    LazyTimer::Clock::time_point stop_at_latest_;
    LazyTimer::Clock::time_point next_stranger_note_;
    std::uint64_t strangers_ = 0;  // since the last note
    LazyTimer stop_poll_;
};

void Speaker::Impl::start() {
    started_ = true;
    listeners_.open();
    for (const auto& [id, session] : std::map(sessions_))
        session->activate();
}

void Speaker::Impl::stop(CeaseReason reason, std::string_view text, std::function<void()> done) {
    started_ = false;
    stopped_ = std::move(done);
    stop_at_latest_ = LazyTimer::Clock::now() + kStopAtLatest;
    listeners_.close();
    const auto why = sent_notification(cease_notification(reason, text), text);
    for (const auto& [id, session] : std::map(sessions_))
        session->deactivate(why);
    stop_poll_.start(milliseconds(0));
}

// Looks again and again, which is simple, and happens once.
void Speaker::Impl::finish_stop() {
    const auto busy = [](const SessionPtr& session) { return session->lingering(); };
    const bool any =
        std::ranges::any_of(removed_, busy) ||
        std::ranges::any_of(sessions_, [&](const auto& entry) { return busy(entry.second); });
    if (any && LazyTimer::Clock::now() < stop_at_latest_) return stop_poll_.start(kStopPoll);
    if (auto done = std::exchange(stopped_, {})) done();
}

void Speaker::Impl::add(NeighborId id, NeighborSettings settings) {
    auto session = std::make_shared<NeighborSession>(executor_, id, std::move(settings), events_);
    sessions_.insert_or_assign(id, session);
    listen_for_all();
    if (started_) session->activate();
}

void Speaker::Impl::remove(NeighborId id) {
    const auto it = sessions_.find(id);
    if (it == sessions_.end()) return;
    const auto session = it->second;
    sessions_.erase(it);
    listen_for_all();
    const auto cease = notification(CeaseReason::PeerDeconfigured);
    session->deactivate(sent_notification(cease, "the neighbor was removed"));
    std::erase_if(removed_, [](const SessionPtr& old) { return !old->lingering(); });
    removed_.push_back(session);
}

void Speaker::Impl::update(NeighborId id, NeighborSettings settings) {
    auto* session = find(id);
    if (!session) return;
    session->update(std::move(settings));
    listen_for_all();
}

void Speaker::Impl::set_reachable(NeighborId id, bool reachable, std::string_view reason) {
    auto* session = find(id);
    if (!session) return;
    session->set_reachable(reachable, reason);
    listen_for_all();
}

void Speaker::Impl::listen_for_all() {
    std::vector<const NeighborSettings*> neighbors;
    for (const auto& [id, session] : sessions_)
        if (session->reachable() || link_of(session->settings()).empty())
            neighbors.push_back(&session->settings());
    listeners_.serve(neighbors);
}

// --- Connections that come in -------------------------------------------------------------------

void Speaker::Impl::accepted(const Listener& on, tcp::socket socket) {
    boost::system::error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) return;
    const auto local = socket.local_endpoint(error);
    if (error) return;
    auto* session = neighbor_of(local, remote);
    if (!session) {
        note_stranger(remote, local);
        return reset_by_rst(std::move(socket));
    }
    // Without its key, say: the listener has said why.
    if (!on.serves(session->settings())) return reset_by_rst(std::move(socket));
    session->accept(std::move(socket));
}

NeighborSession* Speaker::Impl::neighbor_of(const tcp::endpoint& local,
                                            const tcp::endpoint& remote) const {
    const auto from = from_asio(remote).address;
    const auto to = from_asio(local).address;
    const auto scope = scope_of(remote);
    for (const auto& [id, session] : sessions_) {
        const auto& settings = session->settings();
        if (settings.address != from) continue;
        if (settings.local_address && *settings.local_address != to) continue;
        if (!scope.empty() && scope != settings.interface) continue;
        return session.get();
    }
    return nullptr;
}

void Speaker::Impl::note_stranger(const tcp::endpoint& remote, const tcp::endpoint& local) {
    ++strangers_;
    const auto now = LazyTimer::Clock::now();
    if (now < next_stranger_note_) return;
    next_stranger_note_ = now + kStrangerNote;
    auto text = "refused a connection from " + from_asio(remote).address.to_string() + " to " +
                to_string(from_asio(local)) + ": no such neighbor";
    if (strangers_ > 1) text += " (" + std::to_string(strangers_) + " since the last such line)";
    strangers_ = 0;
    events_.on_note({}, Severity::Warning, text);
}

// --- The public face ----------------------------------------------------------------------------

Speaker::Speaker(asio::any_io_executor executor, const SpeakerSettings& settings,
                 SessionEvents& events)
    : impl_(std::make_unique<Impl>(std::move(executor), settings, events)) {}

Speaker::~Speaker() = default;

void Speaker::start() {
    impl_->start();
}

void Speaker::stop(CeaseReason reason, std::string_view text, std::function<void()> done) {
    impl_->stop(reason, text, std::move(done));
}

std::vector<ListenerStatus> Speaker::listeners() const {
    return impl_->listeners();
}

void Speaker::add_neighbor(NeighborId id, NeighborSettings settings) {
    impl_->add(id, std::move(settings));
}

void Speaker::remove_neighbor(NeighborId id) {
    impl_->remove(id);
}

void Speaker::update_neighbor(NeighborId id, NeighborSettings settings) {
    impl_->update(id, std::move(settings));
}

void Speaker::clear(NeighborId id, CeaseReason reason, std::string_view text) {
    if (auto* session = impl_->find(id))
        session->reset(sent_notification(cease_notification(reason, text), text));
}

void Speaker::cease(NeighborId id, const Notification& notification,
                    std::optional<milliseconds> restart_after) {
    auto* session = impl_->find(id);
    if (!session) return;
    auto reason = sent_notification(notification);
    if (restart_after) return session->hold_down(std::move(reason), *restart_after);
    session->reset(std::move(reason));
}

void Speaker::hold_down(NeighborId id, milliseconds time, std::string_view reason) {
    if (auto* session = impl_->find(id))
        session->hold_down({DownCause::PrefixLimit, {}, std::string(reason)}, time);
}

void Speaker::leave(NeighborId id) {
    if (auto* session = impl_->find(id))
        session->deactivate({DownCause::Administrative, {}, "left, to be back soon"});
}

void Speaker::release(NeighborId id) {
    if (auto* session = impl_->find(id)) session->release();
}

void Speaker::set_reachable(NeighborId id, bool reachable, std::string_view reason) {
    impl_->set_reachable(id, reachable, reason);
}

void Speaker::wake(NeighborId id) {
    if (auto* session = impl_->find(id)) session->wake();
}

void Speaker::send_route_refresh(NeighborId id, const RouteRefresh& refresh) {
    if (auto* session = impl_->find(id)) session->send_route_refresh(refresh);
}

SessionStatus Speaker::status(NeighborId id) const {
    const auto* session = impl_->find(id);
    return session ? session->status() : SessionStatus{};
}

}  // namespace dx::bgp
