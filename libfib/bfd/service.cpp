#include "libfib/bfd/service.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "libfib/bfd/worker.hpp"

namespace dx::bfd {

// The way back to the routing thread. Only that thread makes it, follows it and ends it, together
// with the service: what arrives later finds it gone.
struct BfdService::Inbox {
    boost::asio::io_context& routing;
    BfdEvents& events;

    // From the bfd thread: runs work(events) on the routing thread.
    template <class Work>
    static void post(boost::asio::io_context& routing, std::weak_ptr<Inbox> inbox, Work work) {
        boost::asio::post(routing, [inbox = std::move(inbox), work = std::move(work)]() mutable {
            if (const auto alive = inbox.lock()) work(alive->events);
        });
    }
};

BfdService::BfdService(boost::asio::io_context& routing, BfdEvents& events, OnDown on_down,
                       const BfdServiceConfig& config)
    : inbox_(std::make_shared<Inbox>(Inbox{routing, events})) {
    BfdWorker::Handlers handlers;
    handlers.on_down = std::move(on_down);
    handlers.on_change = [&routing, inbox = std::weak_ptr(inbox_)](const SessionChange& change) {
        Inbox::post(routing, inbox, [change](BfdEvents& told) { told.on_bfd_change(change); });
    };
    handlers.on_refusal = [&routing, inbox = std::weak_ptr(inbox_)](const RefusalChange& change) {
        Inbox::post(routing, inbox, [change](BfdEvents& told) { told.on_bfd_refusal(change); });
    };
    handlers.on_note = [&routing, inbox = std::weak_ptr(inbox_)](const std::string& text) {
        Inbox::post(routing, inbox, [text](BfdEvents& told) { told.on_bfd_note(text); });
    };
    handlers.on_status = [&routing, inbox = std::weak_ptr(inbox_)](
                             BfdStatus status, std::function<void(BfdStatus)> answer) {
        Inbox::post(routing, inbox,
                    [status = std::move(status), answer = std::move(answer)](BfdEvents&) mutable {
                        answer(std::move(status));
                    });
    };
    worker_ = std::make_unique<BfdWorker>(config, std::move(handlers));
}

BfdService::~BfdService() = default;

SessionId BfdService::add(const PeerKey& key, const SessionSettings& settings, Token token) {
    const SessionId session{++last_session_};
    worker_->post([=](BfdWorker& worker) { worker.add(session, key, settings, token); });
    return session;
}

void BfdService::configure(SessionId session, const PeerKey& key, const SessionSettings& settings) {
    worker_->post([=](BfdWorker& worker) { worker.configure(session, key, settings); });
}

void BfdService::set_token(SessionId session, Token token) {
    worker_->post([=](BfdWorker& worker) { worker.set_token(session, token); });
}

void BfdService::set_admin_down(SessionId session, bool admin_down) {
    worker_->post([=](BfdWorker& worker) { worker.set_admin_down(session, admin_down); });
}

void BfdService::set_link(SessionId session, bool there) {
    worker_->post([=](BfdWorker& worker) { worker.set_link(session, there); });
}

void BfdService::remove(SessionId session) {
    worker_->post([=](BfdWorker& worker) { worker.remove(session); });
}

void BfdService::status(std::function<void(BfdStatus)> answer) {
    worker_->post([answer = std::move(answer)](BfdWorker& worker) mutable {
        worker.status(std::move(answer));
    });
}

void BfdService::answer(std::function<void()> answer) {
    worker_->post([&routing = inbox_->routing, inbox = std::weak_ptr(inbox_),
                   answer = std::move(answer)](BfdWorker&) mutable {
        Inbox::post(routing, std::move(inbox),
                    [answer = std::move(answer)](BfdEvents&) { answer(); });
    });
}

}  // namespace dx::bfd
