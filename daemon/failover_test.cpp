#include "daemon/failover_test.hpp"

#include <fmt/format.h>

#include "daemon/kernel_routes.hpp"

namespace dx::daemon {

namespace {

using control::FailoverTestView;

// What is wrong with how the traffic moved; empty: nothing.
std::string fault(const FailoverTestView& view) {
    if (!view.aborted.empty()) return view.aborted;
    if (!view.lost.empty()) return view.lost;
    if (!view.moved)
        return view.over ? "the kernel had not moved all of it when the circuit was back" : "";
    if (view.stranded > 0)
        return fmt::format("{} of {} routes have no way", view.stranded, view.routes);
    if (!view.expected_backup) return {};
    if (view.routes == 0) return "it carried no routes, so none could move";
    for (const auto& [name, routes] : view.moved_to)
        if (name == *view.expected_backup && routes == view.routes) return {};
    return fmt::format("not all of the {} routes are with {}", view.routes, *view.expected_backup);
}

}  // namespace

FailoverTestView failover_test_view(const FailoverTest& test, const NeighborTable& neighbors) {
    using std::chrono::duration_cast;
    FailoverTestView view;
    view.neighbor = test.neighbor;
    view.expected_backup = test.expected_backup;
    view.lasts = duration_cast<control::Milliseconds>(test.lasts);
    view.aborted = test.aborted;
    view.lost = test.lost;
    view.over = test.is_over();
    const auto at = [&](const std::optional<FailoverTest::Clock::time_point>& time) {
        std::optional<control::Microseconds> since;
        if (time) since = duration_cast<control::Microseconds>(*time - test.began);
        return since;
    };
    view.given_back = at(test.given_back);
    view.established = at(test.established);
    view.back_in_use = at(test.back_in_use);
    if (test.moved) {
        view.moved = duration_cast<control::Microseconds>(test.moved->took);
        view.routes = test.moved->what.routes;
        view.stranded = test.moved->what.stranded;
        std::uint64_t others = 0;  // static routes
        for (const auto& [tag, routes] : test.moved->what.moved_to) {
            const auto* const by = neighbors.find(neighbor_of(tag));
            if (by != nullptr)
                view.moved_to.emplace_back(by->config.name, routes);
            else
                others += routes;
        }
        if (others > 0) view.moved_to.emplace_back("(static routes)", others);
    }
    view.fault = fault(view);
    return view;
}

}  // namespace dx::daemon
