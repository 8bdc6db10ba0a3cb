// What routing asked to be told, what it knows already, and what it is told next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "libfib/fib/fib_note.hpp"

namespace dx::fib {

class FibReports {
public:
    // False: tracked, or not tracked, already.
    bool track(const NextHopKey& key) { return tracked_.insert(key).second; }

    bool untrack(const NextHopKey& key) { return tracked_.erase(key) > 0; }

    void tell(NextHopState state);  // if it is tracked

    // `network … when: route`; the present state is told at once.
    void watch(const net::Prefix& network, bool present);

    void unwatch(const net::Prefix& network) { networks_.erase(network); }

    void tell(const NetworkPresence& network);  // if it is watched and another one

    // False: it is so already.
    bool redistribute(RouteSource source, bool enabled);

    // Of routes that were told, or that are to be: what has won the prefix now.
    void tell(const RedistributedRoute& route);

    void note(FibNote note);

    const NoteCounts& note_counts() const { return note_counts_; }

    std::vector<FibEvent> take();

private:
    static constexpr std::size_t kNotesKept = 256;

    std::set<NextHopKey> tracked_;
    std::unordered_map<net::Prefix, bool> networks_;  // told as present
    bool redistributed_[4] = {};
    std::unordered_map<net::Prefix, RedistributedRoute> told_;
    std::vector<FibEvent> events_;
    std::size_t notes_ = 0;  // in events_
    std::uint32_t notes_lost_ = 0;
    NoteCounts note_counts_{};
};

}  // namespace dx::fib
