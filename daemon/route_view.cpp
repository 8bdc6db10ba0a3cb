// The route table as `show ip route` wants it. It belongs to the fib thread: each step asks it, and
// the answer comes back to the routing thread.
#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "daemon/kernel_routes.hpp"
#include "daemon/queries.hpp"

namespace dx::daemon {

namespace {

using State = control::RouteView::State;

// A conflict is the trouble of what is kept out, not of the route that keeps it out.
State state_of_other(const fib::RouteView& route, const fib::CandidateView& candidate) {
    if (!candidate.usable) return State::Unresolved;
    const bool ours =
        candidate.source == fib::RouteSource::Bgp || candidate.source == fib::RouteSource::Static;
    return ours && route.state == fib::InstallState::Conflict ? State::Conflict : State::Inactive;
}

State state_of(const fib::RouteView& route, const fib::CandidateView& candidate) {
    if (!candidate.selected) return state_of_other(route, candidate);
    if (candidate.source == fib::RouteSource::Kernel) return State::Installed;
    switch (route.state) {
        case fib::InstallState::NotOurs:
        case fib::InstallState::Installed: return State::Installed;
        case fib::InstallState::Pending: return State::Queued;
        case fib::InstallState::Unusable: return State::Unresolved;
        case fib::InstallState::Conflict: return State::Conflict;
        case fib::InstallState::Failed: return State::Failed;
        case fib::InstallState::Disabled:
        case fib::InstallState::Covered: return State::Inactive;
    }
    return State::Inactive;
}

std::string silence_of(const RouterState& router, const Gateway& gateway) {
    const auto who = gateway.peer.to_string();
    const auto* known = router.tracking->find(gateway.tag);
    if (known == nullptr) return fmt::format("tracking of {} waits: {}", who, gateway.missing);
    return fmt::format("{} {}", who, known->judged() ? "does not answer" : "has not answered yet");
}

// Of a static route: the link that it waits for, if it names one or its gateway is watched.
std::string missing_link(const RouterState& router, const fib::RouteView& route,
                         const fib::CandidateView& candidate) {
    const std::string problem(to_string(candidate.problem));
    if (candidate.source != fib::RouteSource::Static) return problem;
    for (const auto& hop : candidate.forwarding->best)
        if (const auto* gateway = router.gateways.find(hop.neighbor))
            if (!gateway->missing.empty()) return gateway->missing;
    for (const auto& configured : router.config.static_routes) {
        if (configured.prefix != route.prefix || configured.distance != candidate.distance ||
            configured.interface.empty())
            continue;
        if (auto missing = router.interfaces.missing(configured.interface); !missing.empty())
            return missing;
    }
    return problem;
}

// Why a next hop may not be used though it can be reached.
std::string veto_text(const RouterState& router, const fib::CandidateView& candidate) {
    for (const auto& hop : candidate.forwarding->best) {
        const auto* gateway = router.gateways.find(hop.neighbor);
        if (gateway == nullptr || gateway->in_use) continue;
        if (gateway->tracking) return silence_of(router, *gateway);
        const auto* path = router.bfd->find(gateway->tag);
        return fmt::format("BFD with {} {}", gateway->peer.to_string(),
                           path == nullptr ? "waits: " + gateway->missing
                                           : fmt::format("is {}", to_string(path->state)));
    }
    return std::string(to_string(candidate.problem));
}

std::string state_text(const RouterState& router, const fib::RouteView& route,
                       const fib::CandidateView& candidate, State state) {
    switch (state) {
        case State::Conflict: return "another program's kernel route has the prefix";
        case State::Failed: return std::strerror(route.error);
        case State::Unresolved:
            if (candidate.problem == fib::NextHopProblem::Vetoed)
                return veto_text(router, candidate);
            return missing_link(router, route, candidate);
        case State::Inactive:
            if (route.state == fib::InstallState::Disabled) return "fib.enabled is false";
            if (route.state != fib::InstallState::Covered || !route.covered_by) return {};
            return "covered by " + route.covered_by->to_string();
        default: return {};
    }
}

control::RouteSource source_of(fib::RouteSource source) {
    switch (source) {
        case fib::RouteSource::Connected: return control::RouteSource::Connected;
        case fib::RouteSource::Static: return control::RouteSource::Static;
        case fib::RouteSource::Bgp: return control::RouteSource::Bgp;
        case fib::RouteSource::Kernel: return control::RouteSource::Kernel;
    }
    return control::RouteSource::Kernel;
}

class RouteViews {
public:
    explicit RouteViews(const RouterState& state) : state_(state) {}

    void append(const fib::RouteView& route, std::optional<control::RouteSource> only,
                std::vector<control::RouteView>& out) const {
        for (const auto& candidate : route.candidates) {
            auto view = entry(route, candidate);
            if (!only || view.source == *only) out.push_back(std::move(view));
        }
    }

private:
    control::RouteView entry(const fib::RouteView& route,
                             const fib::CandidateView& candidate) const;
    std::vector<control::RouteNextHopView> next_hops(const fib::CandidateView& candidate) const;
    void describe_path(const fib::RouteView& route, const fib::CandidateView& candidate,
                       control::RouteView& view) const;
    unsigned weight(const fib::NextHop& hop) const;
    void describe_passed_over(fib::NeighborTag tag, control::RouteNextHopView& view) const;

    const RouterState& state_;
};

// BGP's metric is the MED of the best path.
void RouteViews::describe_path(const fib::RouteView& route, const fib::CandidateView& candidate,
                               control::RouteView& view) const {
    view.metric = candidate.metric;
    if (candidate.source != fib::RouteSource::Bgp || !state_.rib) return;
    const auto found = state_.rib->find(route.prefix);
    view.metric = 0;
    if (!found || found->paths.empty()) return;
    const auto& best = found->paths.front();
    if (best.imported) view.metric = best.imported->med.value_or(0);
    view.kept = kept_text(state_, route.prefix, best);
}

unsigned RouteViews::weight(const fib::NextHop& hop) const {
    const auto* neighbor = state_.neighbors.find(neighbor_of(hop.neighbor));
    const bool configured = neighbor != nullptr && neighbor->config.weight != 1;
    return configured ? neighbor->config.weight : hop.weight;
}

void RouteViews::describe_passed_over(fib::NeighborTag tag, control::RouteNextHopView& view) const {
    const auto* neighbor = state_.neighbors.find(neighbor_of(tag));
    if (neighbor == nullptr) return;
    view.neighbor = neighbor->config.name;
    view.passed_over = return_text(*neighbor);
}

std::vector<control::RouteNextHopView> RouteViews::next_hops(
    const fib::CandidateView& candidate) const {
    std::vector<control::RouteNextHopView> views;
    if (candidate.forwarding == nullptr) return views;
    const auto named = [&](const fib::OnLink& way) {
        return std::ranges::find(candidate.forwarding->backup, way.gateway,
                                 &fib::NextHop::gateway) != candidate.forwarding->backup.end();
    };
    const auto add = [&](const fib::NextHop& hop, bool backup) {
        control::RouteNextHopView view;
        view.gateway = hop.gateway;
        view.backup = backup;
        view.weight = weight(hop);
        view.interface_index = hop.interface;
        view.active = false;
        const bool passed_over = candidate.passed_over.contains(hop.neighbor);
        if (passed_over) describe_passed_over(hop.neighbor, view);
        for (const auto& way : candidate.on_link) {
            if (passed_over) break;
            const bool direct = way.gateway == hop.gateway && (hop.interface == fib::kNoInterface ||
                                                               way.interface == hop.interface);
            // Only a sole best hop is known to be what a way of another name stands for.
            if (!direct && (backup || candidate.forwarding->best.size() != 1 || named(way)))
                continue;
            view.active = true;
            view.interface_index = way.interface;
            if (!direct) {
                view.resolved_from = hop.gateway;
                view.gateway = way.gateway;
            }
            break;
        }
        if (backup && hop.gateway && view.interface_index == fib::kNoInterface)
            if (const auto* link = state_.interfaces.connected_to(*hop.gateway))
                view.interface_index = link->index;
        view.interface = state_.interfaces.name_of(view.interface_index);
        views.push_back(std::move(view));
    };
    for (const auto& hop : candidate.forwarding->best)
        add(hop, false);
    const bool best_carry = std::ranges::any_of(views, &control::RouteNextHopView::active);
    for (const auto& hop : candidate.forwarding->backup)
        add(hop, true);
    for (auto& view : views)
        if (!best_carry && view.active) view.backup = false;  // it has taken over
    return views;
}

control::RouteView RouteViews::entry(const fib::RouteView& route,
                                     const fib::CandidateView& candidate) const {
    control::RouteView view;
    view.prefix = route.prefix;
    view.source = source_of(candidate.source);
    view.external = candidate.distance == fib::kExternalBgpDistance;
    view.selected = candidate.selected;
    view.distance = candidate.distance;
    describe_path(route, candidate, view);
    view.blackhole =
        candidate.forwarding && candidate.forwarding->kind != fib::ForwardingKind::Unicast;
    view.next_hops = next_hops(candidate);
    view.age = std::chrono::duration_cast<control::Milliseconds>(candidate.age);
    view.state = state_of(route, candidate);
    view.state_text = state_text(state_, route, candidate, view.state);
    view.table = state_.config.fib.table;
    return view;
}

class FibWalk final : public control::RouteWalk {
public:
    FibWalk(const RouterState& state, const control::RouteQuery& query)
        : state_(state), query_(query) {}

    void next(std::size_t max, Answer answer) override;

private:
    static std::optional<fib::RouteSource> fib_source(std::optional<control::RouteSource> source) {
        if (!source) return std::nullopt;
        return static_cast<fib::RouteSource>(static_cast<int>(*source));
    }

    void one(std::optional<netlink::ShownRoute> found, const Answer& answer) const;

    const RouterState& state_;
    control::RouteQuery query_;
    std::optional<net::Prefix> after_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // answers may come after our end
};

void FibWalk::one(std::optional<netlink::ShownRoute> found, const Answer& answer) const {
    std::vector<control::RouteView> views;
    if (found) RouteViews(state_).append(found->route, query_.source, views);
    answer(std::move(views), false);
}

void FibWalk::next(std::size_t max, Answer answer) {
    auto then = [answer = std::move(answer), alive = std::weak_ptr(alive_)](auto&& continue_with) {
        if (!alive.expired()) continue_with(answer);
    };
    if (query_.prefix) {
        state_.fib->find(*query_.prefix, [this, then](std::optional<netlink::ShownRoute> found) {
            then([&](const Answer& to) { one(std::move(found), to); });
        });
        return;
    }
    if (query_.address) {
        state_.fib->lookup(*query_.address, [this, then](std::optional<netlink::ShownRoute> found) {
            then([&](const Answer& to) { one(std::move(found), to); });
        });
        return;
    }
    const auto within = query_.within.value_or(net::Prefix::default_route(query_.family));
    const netlink::RouteQuery ask{after_, within, fib_source(query_.source), max};
    state_.fib->routes(ask, [this, then](netlink::RouteAnswer got) {
        then([&](const Answer& to) {
            std::vector<control::RouteView> views;
            for (const auto& shown : got.routes)
                RouteViews(state_).append(shown.route, query_.source, views);
            after_ = got.next;
            to(std::move(views), after_.has_value());
        });
    });
}

}  // namespace

std::unique_ptr<control::RouteWalk> route_walk(const RouterState& state,
                                               const control::RouteQuery& query) {
    return std::make_unique<FibWalk>(state, query);
}

}  // namespace dx::daemon
