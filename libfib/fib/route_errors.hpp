// The routes that the kernel refused, and when each is tried again. Few have an error.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>

#include "libfib/fib/route.hpp"
#include "libfib/net/prefix_map.hpp"

namespace dx::fib {

struct RouteError {
    int error = 0;  // errno
    unsigned attempts = 0;
    bool probed = false;  // what stands in the way is not ours
    bool conflict_told = false;
    bool failure_told = false;
    TimePoint retry{};
};

class RouteErrors {
public:
    RouteError& operator[](net::PrefixId route) { return errors_[route]; }

    int error_of(net::PrefixId route) const {  // 0: none
        const auto found = errors_.find(route);
        return found == errors_.end() ? 0 : found->second.error;
    }

    // Ends it; what it was.
    RouteError take(net::PrefixId route) {
        const auto found = errors_.extract(route);
        return found.empty() ? RouteError{} : found.mapped();
    }

    void retry(net::PrefixId route, TimePoint when) {
        errors_[route].retry = when;
        retries_.emplace(when, route);
    }

    // The next route whose time has come.
    std::optional<net::PrefixId> pop_due(TimePoint now) {
        while (!retries_.empty() && retries_.begin()->first <= now) {
            const auto [due, route] = *retries_.begin();
            retries_.erase(retries_.begin());
            const auto found = errors_.find(route);
            if (found == errors_.end() || found->second.retry != due) continue;
            found->second.probed = false;
            return route;
        }
        return std::nullopt;
    }

    std::optional<TimePoint> next_retry() const {
        if (retries_.empty()) return std::nullopt;
        return retries_.begin()->first;
    }

private:
    std::unordered_map<net::PrefixId, RouteError> errors_;
    std::multimap<TimePoint, net::PrefixId> retries_;  // those of errors that ended too
};

}  // namespace dx::fib
