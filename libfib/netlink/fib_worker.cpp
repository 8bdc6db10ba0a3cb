#include "libfib/netlink/fib_worker.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "libfib/thread/thread.hpp"

namespace dx::netlink {

namespace {

using Clock = std::chrono::steady_clock;

// Routes looked at in one slice of a walk: about a millisecond.
constexpr std::size_t kWalkSlice = 1000;

std::uint64_t tune_from(const FibServiceConfig& config) {
    return config.tune_kernel && config.fib.enabled ? config.fib.plain_route_limit : 0;
}

// With copies of what the view points to.
ShownRoute copy(const fib::RouteView& route) {
    ShownRoute shown{route, std::make_unique<fib::Forwarding[]>(route.candidates.size())};
    for (std::size_t i = 0; i < route.candidates.size(); ++i) {
        if (route.candidates[i].forwarding == nullptr) continue;
        shown.forwardings[i] = *route.candidates[i].forwarding;
        shown.route.candidates[i].forwarding = &shown.forwardings[i];
    }
    return shown;
}

std::optional<ShownRoute> copy(const std::optional<fib::RouteView>& route) {
    return route ? std::optional(copy(*route)) : std::nullopt;
}

}  // namespace

FibWorker::FibWorker(const FibServiceConfig& config, Deliver deliver)
    : fib_(config.fib, Clock::now()),
      kernel_(context_, fib_, {config.table, tune_from(config), kReceiveBufferBytes}, handlers()),
      deliver_(std::move(deliver)) {
    kernel_.start();
    thread_ = thread::start("dx-fib", [this] {
        thread::ask_for_turns_of(thread::kShortTurns);
        context_.run();
    });
}

FibWorker::~FibWorker() {
    context_.stop();
    thread_.join();
}

KernelSync::Handlers FibWorker::handlers() {
    return {[this](const Interface& interface) { outbox_.emplace_back(interface); },
            [this](const Interface& interface) {
                outbox_.emplace_back(InterfaceRemoved{interface.index, interface.name});
            },
            [this] { outbox_.emplace_back(Ready{}); }, [this] { on_turn(); },
            [this](Note note) { outbox_.emplace_back(std::move(note)); }};
}

void FibWorker::configure(const FibServiceConfig& config) {
    kernel_.tune_from(tune_from(config));
    change([&](fib::Fib& fib, fib::TimePoint now) { fib.configure(config.fib, now); });
}

void FibWorker::on_turn() {
    deliver();
    end_drills();
    if (on_stopped_ && fib_.stopped()) std::exchange(on_stopped_, nullptr)();
}

void FibWorker::deliver() {
    if (delivering_) return;
    for (fib::FibEvent& event : fib_.take_events()) {
        std::visit(
            [this](auto& told) {
                if constexpr (std::is_same_v<std::decay_t<decltype(told)>, fib::FibNote>)
                    outbox_.emplace_back(describe(told, kernel_.explanation(told.error)));
                else
                    outbox_.emplace_back(std::move(told));
            },
            event);
    }
    if (outbox_.empty()) return;
    delivering_ = true;
    deliver_(std::exchange(outbox_, {}));
}

void FibWorker::delivered() {
    delivering_ = false;
    deliver();
}

void FibWorker::stop(std::function<void()> done) {
    on_stopped_ = std::move(done);
    change([](fib::Fib& fib, fib::TimePoint now) { fib.stop(now); });
}

void FibWorker::fail_over(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                          std::function<void(FailoverAnswer)> answer) {
    const auto began = Clock::now();
    drills_.push_back({began, fib_.take_away(neighbor, epoch, began), std::move(answer)});
    kernel_.wake();
}

// The time is taken before what it came to is counted.
void FibWorker::end_drills() {
    const auto now = Clock::now();
    for (auto drill = drills_.begin(); drill != drills_.end();) {
        if (!fib_.moved(drill->what)) {
            ++drill;
            continue;
        }
        auto ended = std::move(*drill);
        drill = drills_.erase(drill);
        ended.answer({fib_.taken_over(ended.what), now - ended.began});
        if (ended.goes_on) moved_ = std::move(ended.what);
    }
}

// One that has not moved yet answers, but nobody looks after it any more.
void FibWorker::end_drill() {
    moved_.reset();
    for (auto& drill : drills_)
        drill.goes_on = false;
}

// Some at a time: failures shall not wait behind a large table.
std::optional<net::Prefix> FibWorker::lost_way() {
    constexpr std::size_t kAtOnce = 1000;
    return moved_ ? fib_.lost_way(*moved_, kAtOnce) : std::nullopt;
}

struct FibWorker::Walk {
    RouteQuery query;
    std::function<void(RouteAnswer)> answer;
    RouteAnswer result;
};

void FibWorker::routes(RouteQuery query, std::function<void(RouteAnswer)> answer) {
    walk(std::make_unique<Walk>(Walk{std::move(query), std::move(answer), {}}));
}

// A query for the few routes of one source may look at very many: slice by slice.
void FibWorker::walk(std::unique_ptr<Walk> walk) {
    RouteQuery& query = walk->query;
    auto& routes = walk->result.routes;
    const auto wanted = [&](const fib::RouteView& route) {
        return !query.source ||
               std::ranges::any_of(route.candidates, [&](const fib::CandidateView& candidate) {
                   return candidate.source == *query.source;
               });
    };
    const std::size_t limit = std::min(kWalkSlice, query.limit - routes.size());
    walk->result.next =
        fib_.walk(query.after, limit, query.within, Clock::now(), [&](const fib::RouteView& route) {
            if (wanted(route)) routes.push_back(copy(route));
        });
    query.after = walk->result.next;
    if (!query.after || routes.size() >= query.limit) return walk->answer(std::move(walk->result));
    post([walk = std::move(walk)](FibWorker& worker) mutable { worker.walk(std::move(walk)); });
}

std::optional<ShownRoute> FibWorker::find(const net::Prefix& prefix) const {
    return copy(fib_.find(prefix, Clock::now()));
}

std::optional<ShownRoute> FibWorker::lookup(const net::IpAddress& address) const {
    return copy(fib_.lookup(address, Clock::now()));
}

}  // namespace dx::netlink
