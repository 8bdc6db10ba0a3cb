#include "libfib/netlink/change_queue.hpp"

#include <utility>

namespace dx::netlink {

void ChangeQueue::push(fib::RouteBatch batch) {
    if (waiting() == 0 && !direct_ && under_way_ < kUnderWay) {
        direct_ = std::move(batch);
        return;
    }
    if (direct_) merge(*std::exchange(direct_, std::nullopt));
    merge(batch);
}

std::optional<fib::RouteBatch> ChangeQueue::pop() {
    if (under_way_ >= kUnderWay) return std::nullopt;
    std::optional<fib::RouteBatch> next = std::exchange(direct_, std::nullopt);
    if (!next && waiting() > 0) next = pop_merged();
    if (next) under_way_ += next->changes.size();
    return next;
}

void ChangeQueue::merge(const fib::RouteBatch& batch) {
    std::vector<std::uint32_t> numbers;  // ours for the batch's
    numbers.reserve(batch.forwardings.size());
    for (const fib::Forwarding& forwarding : batch.forwardings)
        numbers.push_back(keep(forwarding));
    for (fib::RouteBatch::Change change : batch.changes) {
        if (change.forwarding != fib::RouteBatch::kWithdrawn)
            change.forwarding = numbers[change.forwarding];
        waiting_.insert_or_assign({change.prefix, change.source}, change);
    }
}

std::uint32_t ChangeQueue::keep(const fib::Forwarding& forwarding) {
    const auto [at, is_new] =
        numbers_.try_emplace(forwarding, static_cast<std::uint32_t>(forwardings_.size()));
    if (is_new) forwardings_.push_back(forwarding);
    return at->second;
}

fib::RouteBatch ChangeQueue::pop_merged() {
    fib::RouteBatch batch;
    while (!waiting_.empty() && batch.changes.size() < kBatch) {
        fib::RouteBatch::Change change = waiting_.extract(waiting_.begin()).mapped();
        if (change.forwarding != fib::RouteBatch::kWithdrawn)
            change.forwarding = batch.add(forwardings_[change.forwarding]);
        batch.changes.push_back(change);
    }
    if (waiting_.empty()) {
        forwardings_.clear();
        numbers_.clear();
    }
    return batch;
}

}  // namespace dx::netlink
