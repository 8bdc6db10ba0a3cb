#include "libfib/fib/fib_reports.hpp"

#include <algorithm>
#include <utility>

namespace dx::fib {

void FibReports::tell(NextHopState state) {
    if (tracked_.contains(state.key)) events_.emplace_back(std::move(state));
}

void FibReports::watch(const net::Prefix& network, bool present) {
    if (networks_.emplace(network, present).second)
        events_.emplace_back(NetworkPresence{network, present});
}

void FibReports::tell(const NetworkPresence& network) {
    if (networks_.empty()) return;
    const auto watched = networks_.find(network.prefix);
    if (watched != networks_.end() &&
        std::exchange(watched->second, network.present) != network.present)
        events_.emplace_back(network);
}

bool FibReports::redistribute(RouteSource source, bool enabled) {
    return std::exchange(redistributed_[static_cast<std::size_t>(source)], enabled) != enabled;
}

void FibReports::tell(const RedistributedRoute& route) {
    const bool wants = route.present && redistributed_[static_cast<std::size_t>(route.source)];
    const auto told = told_.find(route.prefix);
    if (told != told_.end()) {
        if (wants && told->second == route) return;
        if (!wants || told->second.source != route.source) {
            told->second.present = false;
            events_.emplace_back(told->second);
            told_.erase(told);
        }
    }
    if (!wants) return;
    told_.insert_or_assign(route.prefix, route);
    events_.emplace_back(route);
}

void FibReports::note(FibNote note) {
    note_counts_[static_cast<std::size_t>(note.kind)] += std::max(note.count, 1U);
    if (notes_ >= kNotesKept) {
        ++notes_lost_;
        return;
    }
    ++notes_;
    events_.emplace_back(std::move(note));
}

std::vector<FibEvent> FibReports::take() {
    if (notes_lost_ > 0) {
        FibNote lost;
        lost.count = notes_lost_;
        events_.emplace_back(lost);
    }
    notes_ = notes_lost_ = 0;
    return std::exchange(events_, {});
}

}  // namespace dx::fib
