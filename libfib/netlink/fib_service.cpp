#include "libfib/netlink/fib_service.hpp"

#include <utility>
#include <variant>

#include <boost/asio/post.hpp>

#include "libfib/netlink/fib_worker.hpp"

namespace dx::netlink {

namespace {

// Tells one event after another.
struct Teller {
    FibEvents& events;

    void operator()(const Interface& interface) { events.on_interface(interface); }

    void operator()(const InterfaceRemoved& gone) {
        events.on_interface_removed(gone.index, gone.name);
    }

    void operator()(Ready) { events.on_fib_ready(); }

    void operator()(const Note& note) { events.on_fib_note(note); }

    void operator()(const fib::NextHopState& state) { events.on_next_hop(state); }

    void operator()(const fib::NetworkPresence& presence) { events.on_network(presence); }

    void operator()(const fib::RedistributedRoute& route) { events.on_redistributed(route); }
};

}  // namespace

// The way back to the routing thread. Only that thread makes it, follows it and ends it, together
// with the service: what arrives later finds it gone.
struct FibService::Inbox {
    boost::asio::io_context& routing;
    FibService& service;
    FibEvents& events;

    void tell(const std::vector<WorkerEvent>& told) {
        for (const WorkerEvent& event : told)
            std::visit(Teller{events}, event);
        service.worker_->post([](FibWorker& worker) { worker.delivered(); });
    }

    // From the fib thread: runs work(inbox) on the routing thread.
    template <class Work>
    static void post(boost::asio::io_context& routing, std::weak_ptr<Inbox> inbox, Work work) {
        boost::asio::post(routing, [inbox = std::move(inbox), work = std::move(work)]() mutable {
            if (const auto alive = inbox.lock()) work(*alive);
        });
    }
};

FibService::FibService(const FibServiceConfig& config, boost::asio::io_context& routing,
                       FibEvents& events)
    : inbox_(std::make_shared<Inbox>(Inbox{routing, *this, events})) {
    worker_ = std::make_unique<FibWorker>(config, [&routing, inbox = std::weak_ptr(inbox_)](
                                                      std::vector<WorkerEvent> told) {
        Inbox::post(routing, inbox, [told = std::move(told)](Inbox& alive) { alive.tell(told); });
    });
}

FibService::~FibService() = default;

// Runs ask(worker) on the fib thread and answer(its result) on the routing thread.
template <class Ask, class Answer>
void FibService::query(Ask ask, Answer answer) {
    worker_->post([&routing = inbox_->routing, inbox = std::weak_ptr(inbox_), ask = std::move(ask),
                   answer = std::move(answer)](FibWorker& worker) mutable {
        Inbox::post(routing, std::move(inbox),
                    [answer = std::move(answer), result = ask(worker)](Inbox&) mutable {
                        answer(std::move(result));
                    });
    });
}

template <class Change>
void FibService::change(Change change) {
    worker_->post(
        [change = std::move(change)](FibWorker& worker) mutable { worker.change(change); });
}

void FibService::configure(const FibServiceConfig& config) {
    worker_->post([config](FibWorker& worker) { worker.configure(config); });
}

void FibService::apply(fib::RouteBatch batch) {
    changes_.push(std::move(batch));
    send_changes();
}

void FibService::send_changes() {
    while (auto batch = changes_.pop()) {
        query(
            [batch = std::move(*batch)](FibWorker& worker) {
                worker.change([&](fib::Fib& fib, fib::TimePoint now) { fib.apply(batch, now); });
                return batch.changes.size();
            },
            [this](std::size_t changes) {
                changes_.arrived(changes);
                send_changes();
            });
    }
    if (changes_.empty() && std::exchange(end_of_rib_waits_, false))
        change([](fib::Fib& fib, fib::TimePoint now) { fib.end_of_rib(now); });
}

void FibService::set_static_routes(std::vector<fib::StaticRoute> routes) {
    change([routes = std::move(routes)](fib::Fib& fib, fib::TimePoint now) mutable {
        fib.set_static_routes(std::move(routes), now);
    });
}

void FibService::track_next_hop(const fib::NextHopKey& key) {
    change([key](fib::Fib& fib, fib::TimePoint now) { fib.track_next_hop(key, now); });
}

void FibService::untrack_next_hop(const fib::NextHopKey& key) {
    change([key](fib::Fib& fib, fib::TimePoint) { fib.untrack_next_hop(key); });
}

void FibService::watch_network(const net::Prefix& prefix) {
    change([prefix](fib::Fib& fib, fib::TimePoint) { fib.watch_network(prefix); });
}

void FibService::unwatch_network(const net::Prefix& prefix) {
    change([prefix](fib::Fib& fib, fib::TimePoint) { fib.unwatch_network(prefix); });
}

void FibService::redistribute(fib::RouteSource source, bool enabled) {
    change([source, enabled](fib::Fib& fib, fib::TimePoint) { fib.redistribute(source, enabled); });
}

void FibService::neighbor_up(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                             fib::InterfaceIndex interface) {
    change([neighbor, epoch, interface](fib::Fib& fib, fib::TimePoint now) {
        fib.neighbor_up(neighbor, epoch, interface, now);
    });
}

void FibService::neighbor_returning(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                                    fib::InterfaceIndex interface) {
    change([neighbor, epoch, interface](fib::Fib& fib, fib::TimePoint now) {
        fib.neighbor_returning(neighbor, epoch, interface, now);
    });
}

void FibService::neighbor_down(fib::NeighborTag neighbor, fib::SessionEpoch epoch) {
    change([neighbor, epoch](fib::Fib& fib, fib::TimePoint now) {
        fib.neighbor_down(neighbor, epoch, now);
    });
}

void FibService::fail_over(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                           std::function<void(FailoverAnswer)> answer) {
    worker_->post([&routing = inbox_->routing, inbox = std::weak_ptr(inbox_), neighbor, epoch,
                   answer = std::move(answer)](FibWorker& worker) mutable {
        worker.fail_over(neighbor, epoch,
                         [&routing, inbox = std::move(inbox),
                          answer = std::move(answer)](FailoverAnswer result) mutable {
                             Inbox::post(routing, std::move(inbox),
                                         [answer = std::move(answer),
                                          result = std::move(result)](Inbox&) { answer(result); });
                         });
    });
}

void FibService::lost_way(std::function<void(std::optional<net::Prefix>)> answer) {
    query([](FibWorker& worker) { return worker.lost_way(); }, std::move(answer));
}

void FibService::end_drill() {
    worker_->post([](FibWorker& worker) { worker.end_drill(); });
}

void FibService::set_weight(fib::NeighborTag neighbor, std::uint16_t weight) {
    change([neighbor, weight](fib::Fib& fib, fib::TimePoint now) {
        fib.set_weight(neighbor, weight, now);
    });
}

void FibService::set_cover_role(fib::NeighborTag neighbor, fib::CoverRole role) {
    change([neighbor, role](fib::Fib& fib, fib::TimePoint now) {
        fib.set_cover_role(neighbor, role, now);
    });
}

void FibService::forget_neighbor(fib::NeighborTag neighbor) {
    change([neighbor](fib::Fib& fib, fib::TimePoint) { fib.forget_neighbor(neighbor); });
}

void FibService::end_of_rib() {
    end_of_rib_waits_ = true;
    send_changes();
}

void FibService::stop(std::function<void()> done) {
    worker_->post([&routing = inbox_->routing, inbox = std::weak_ptr(inbox_),
                   done = std::move(done)](FibWorker& worker) mutable {
        worker.stop([&routing, inbox = std::move(inbox), done = std::move(done)]() mutable {
            Inbox::post(routing, std::move(inbox), [done = std::move(done)](Inbox&) { done(); });
        });
    });
}

void FibService::routes(const RouteQuery& query, std::function<void(RouteAnswer)> answer) {
    worker_->post([&routing = inbox_->routing, inbox = std::weak_ptr(inbox_), query,
                   answer = std::move(answer)](FibWorker& worker) mutable {
        worker.routes(query, [&routing, inbox = std::move(inbox),
                              answer = std::move(answer)](RouteAnswer result) mutable {
            // std::function wants what can be copied, and the answer cannot.
            const auto shared = std::make_shared<RouteAnswer>(std::move(result));
            Inbox::post(routing, std::move(inbox), [answer = std::move(answer), shared](Inbox&) {
                answer(std::move(*shared));
            });
        });
    });
}

void FibService::find(const net::Prefix& prefix,
                      std::function<void(std::optional<ShownRoute>)> answer) {
    query([prefix](FibWorker& worker) { return worker.find(prefix); }, std::move(answer));
}

void FibService::lookup(const net::IpAddress& address,
                        std::function<void(std::optional<ShownRoute>)> answer) {
    query([address](FibWorker& worker) { return worker.lookup(address); }, std::move(answer));
}

void FibService::interfaces(std::function<void(std::vector<Interface>)> answer) {
    query([](FibWorker& worker) { return worker.interfaces(); }, std::move(answer));
}

void FibService::stats(std::function<void(FibStats)> answer) {
    query([](FibWorker& worker) { return worker.stats(); }, std::move(answer));
}

void FibService::reliance_on(fib::NeighborTag neighbor, std::function<void(fib::Reliance)> answer) {
    query([neighbor](FibWorker& worker) { return worker.reliance_on(neighbor); },
          std::move(answer));
}

void FibService::progress(std::function<void(FibProgress)> answer) {
    query([](FibWorker& worker) { return worker.progress(); }, std::move(answer));
}

}  // namespace dx::netlink
