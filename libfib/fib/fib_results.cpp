// What the results of requests mean for their routes.
//
// A route that is not known to be there is added with CREATE|EXCL. If something stands in the way
// that we do not know of, a deletion limited to our protocol and metric tells: it removes what is
// ours and nothing else. After that, EEXIST means somebody else's.
#include <cerrno>
#include <utility>

#include "libfib/fib/fib.hpp"
#include "libfib/fib/refusal.hpp"

namespace dx::fib {

namespace flag = route_flag;

namespace {

constexpr std::chrono::milliseconds kConflictRetry{30000};  // besides the monitor's word
constexpr std::chrono::milliseconds kSlowRetry{60000};      // what is not expected to pass

}  // namespace

void Fib::on_result(RequestId id, int error, TimePoint now) {
    now_ = now;
    groups_.set_time(now);
    const auto pending = pending_.take(id);
    if (error == 0) pauses_ = 0;
    switch (pending.kind) {
        case PendingRequest::Kind::Free:
        case PendingRequest::Kind::Cleanup: return;  // what is not there needs no cleaning up
        case PendingRequest::Kind::Object: return on_object_result(pending, error);
        case PendingRequest::Kind::Put: return on_put_result(pending, error);
        case PendingRequest::Kind::Delete: return on_delete_result(pending, error);
    }
}

void Fib::on_object_result(const PendingRequest& pending, int error) {
    const auto refusal = groups_.on_result(pending.ticket, error);
    note_moved();
    if (!refusal) return;
    FibNote what;
    what.kind = FibNote::Kind::ObjectFailed;
    what.object = refusal->object;
    what.error = refusal->error;
    reports_.note(what);
}

void Fib::on_put_result(const PendingRequest& pending, int error) {
    const auto id = pending.route;
    auto& entry = table_.entries()[id];
    auto& group = groups_[pending.forwarding];
    entry.set(flag::kInFlight, false);
    if (--group.in_flight == 0 && group.unused()) groups_.note_idle();
    const bool disturbed = entry.has(flag::kDisturbed);
    entry.set(flag::kDisturbed, false);
    if (pending.metric != config_.metric) {
        cleanups_.push_back(
            {table_.entries().prefix(id), protocol(pending.static_protocol), pending.metric});
        return enqueue(id);
    }
    if (error != 0) return on_put_refused(pending, error);
    const bool lost =
        disturbed || pending.losses != (pending.object_form ? group.losses : group.plain_losses);
    change_installed(id, [&](RouteEntry& put) {
        put.set(flag::kPresent, !lost);
        put.set(flag::kUnknown, lost);
        put.set(flag::kStale, false);
        put.set(flag::kObjectForm, pending.object_form);
        put.set(flag::kStaticProtocol, pending.static_protocol);
        if (pending.dump == dumps_) put.set(flag::kSeen);  // later than the dump began
        put.installed = lost ? kNoForwarding : pending.forwarding;
        if (!pending.object_form && pending.version != group.version) put.set(flag::kRewrite);
    });
    if (entry.has(flag::kError)) {
        FibNote over;  // of a conflict that the monitor did not tell of
        over.kind = FibNote::Kind::ConflictOver;
        over.prefix = table_.entries().prefix(id);
        if (errors_[id].conflict_told) reports_.note(over);
        clear_error(id);
    }
    follow_cover(id);
    enqueue(id);
}

void Fib::on_put_refused(const PendingRequest& pending, int error) {
    const auto id = pending.route;
    auto& entry = table_.entries()[id];
    if (pending.adding && error == EEXIST) {
        if (!std::exchange(errors_[id].probed, true)) {
            entry.set(flag::kError | flag::kProbe);
            return enqueue(id);
        }
        change_installed(id, [](RouteEntry& absent) { absent.set(flag::kUnknown, false); });
        return refused(id, error, Refusal::Conflict);
    }
    if (!pending.adding && is_gone(error)) {
        lose_route(id);
        return enqueue(id);
    }
    entry.set(flag::kRewrite);
    if (pause_for(error)) return enqueue(id);
    // EINVAL: the object was deleted before the kernel came to the route. The monitor's word of it
    // may have been read already, or be on its way, or (a link that went down) not come at all.
    const bool over_lost = pending.object_form && error == EINVAL;
    if (over_lost && pending.losses != groups_[pending.forwarding].losses) return enqueue(id);
    if (over_lost || is_passing(error)) return refused(id, error, Refusal::Passing);
    refused(id, error, Refusal::Lasting);
}

void Fib::on_delete_result(const PendingRequest& pending, int error) {
    const auto id = pending.route;
    auto& entry = table_.entries()[id];
    entry.set(flag::kInFlight | flag::kDisturbed, false);
    if (error != 0 && !is_gone(error) && !stopping_) {
        if (pause_for(error)) return enqueue(id);
        return refused(id, error, Refusal::Passing);
    }
    entry.set(flag::kProbe, false);
    change_installed(id, [](RouteEntry& absent) {
        absent.set(flag::kPresent | flag::kUnknown | flag::kStale, false);
        absent.installed = kNoForwarding;
    });
    enqueue(id);
}

void Fib::refused(PrefixId id, int error, Refusal why) {
    auto& refusal = errors_[id];
    const auto delay = why == Refusal::Passing    ? backoff(refusal.attempts)
                       : why == Refusal::Conflict ? kConflictRetry
                                                  : kSlowRetry;
    const bool is_due = ++refusal.attempts >= kPassingAttempts || why != Refusal::Passing;
    auto& told = why == Refusal::Conflict ? refusal.conflict_told : refusal.failure_told;
    if (is_due && !std::exchange(told, true)) {
        FibNote what;
        what.kind = why == Refusal::Conflict ? FibNote::Kind::Conflict : FibNote::Kind::RouteFailed;
        what.prefix = table_.entries().prefix(id);
        what.error = error;
        reports_.note(what);
    }
    if (refusal.error != 0) --count_of_error(id, refusal.error);
    refusal.error = error;
    ++count_of_error(id, error);
    errors_.retry(id, now_ + delay);
    table_.entries()[id].set(flag::kError);
}

void Fib::clear_error(PrefixId id) {
    auto& entry = table_.entries()[id];
    if (!entry.has(flag::kError)) return;
    entry.set(flag::kError, false);
    if (const int error = errors_.take(id).error; error != 0) --count_of_error(id, error);
}

std::uint64_t& Fib::count_of_error(PrefixId id, int error) {
    return error == EEXIST ? counts(id).conflicts : counts(id).failed;
}

bool Fib::pause_for(int error) {
    if (!is_shortage(error)) return false;
    if (!paused_until_) paused_until_ = now_ + backoff(pauses_++);
    return true;
}

}  // namespace dx::fib
