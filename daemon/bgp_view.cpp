// The BGP tables as `show ip bgp` wants them: walks over the RIB, and one prefix with the reasons.
#include <algorithm>
#include <utility>

#include "daemon/queries.hpp"

namespace dx::daemon {

namespace {

using control::BgpQuery;

constexpr std::uint32_t kLocalWeight = 32768;  // Cisco's, of our own routes

const Neighbor* query_neighbor(const RouterState& state, const BgpQuery& query) {
    if (!query.neighbor) return nullptr;
    for (const auto& neighbor : state.neighbors.all())
        if (neighbor->config.address == *query.neighbor &&
            (query.neighbor_interface.empty() ||
             query.neighbor_interface == neighbor->config.interface))
            return neighbor.get();
    return nullptr;
}

std::string rejected_by(const bgp::PathView& path, const Neighbor* neighbor) {
    if (path.state == bgp::PathState::Accepted) return {};
    if (path.state == bgp::PathState::FilteredByPolicy && neighbor &&
        neighbor->config.import_policy)
        return "policy " + neighbor->config.import_policy->name() + " rejects it";
    return std::string(to_string(path.state));
}

class PathViews {
public:
    explicit PathViews(const RouterState& state) : state_(state) {}

    control::BgpPathView path(const bgp::PathView& path,
                              const bgp::PathAttributes& attributes) const;
    // A path of a route; the best one with what decided for it.
    control::BgpPathView with_reason(const bgp::RouteView& route, const bgp::PathView& of) const;
    control::BgpRouteView route(const bgp::RouteView& route) const;
    control::BgpRouteView explained(const bgp::Explanation& explanation) const;

private:
    void describe_source(const bgp::PathView& path, control::BgpPathView& view) const;
    std::string selection_reason(const bgp::RouteView& route) const;

    const RouterState& state_;
};

void PathViews::describe_source(const bgp::PathView& path, control::BgpPathView& view) const {
    if (path.source) {
        view.weight = kLocalWeight;
        view.neighbor_id = state_.router_id;
        return;
    }
    const auto* neighbor = state_.neighbors.find(path.neighbor);
    if (neighbor == nullptr) return;
    view.neighbor = neighbor->config.address;
    view.neighbor_interface = neighbor->config.interface;
    view.neighbor_name = neighbor->config.name;
    view.external = !neighbor->config.internal;
    if (neighbor->session || neighbor->retention.any())
        view.neighbor_id = neighbor->agreed.remote_id;
    view.rejected_by = rejected_by(path, neighbor);
    if (neighbor->back_in_use_at) view.returning = return_text(*neighbor);
}

control::BgpPathView PathViews::path(const bgp::PathView& path,
                                     const bgp::PathAttributes& attributes) const {
    control::BgpPathView view;
    describe_source(path, view);
    view.attributes = attributes;
    if (path.source)  // shown as everybody does: metric 0, no LOCAL_PREF
        view.attributes.med = attributes.med.value_or(0);
    else
        view.local_pref = bgp::local_pref_of(attributes);
    if (path.reachable) view.interior_cost = path.cost;
    view.next_hop_looked_up = path.state == bgp::PathState::Accepted;
    view.valid = path.state == bgp::PathState::Accepted && path.reachable;
    view.best = path.role == bgp::PathRole::Best;
    view.multipath = path.role == bgp::PathRole::Multipath;
    view.backup = path.role == bgp::PathRole::Backup;
    view.stale = path.stale;
    view.age = std::chrono::duration_cast<control::Milliseconds>(state_.route_time() - path.learnt);
    return view;
}

control::BgpRouteView PathViews::route(const bgp::RouteView& route) const {
    control::BgpRouteView view;
    view.prefix = route.prefix;
    view.version = state_.rib->summary(route.prefix.family()).version;
    for (const auto& each : route.paths)
        view.paths.push_back(with_reason(route, each));
    return view;
}

control::BgpPathView PathViews::with_reason(const bgp::RouteView& route,
                                            const bgp::PathView& of) const {
    auto view = path(of, of.imported ? *of.imported : *of.received);
    view.kept = kept_text(state_, route.prefix, of);
    if (view.best) view.reason = selection_reason(route);
    return view;
}

// What decided for the best path: the latest step at which another one left.
std::string decided_by(const std::vector<bgp::PathVerdict>& verdicts) {
    auto latest = bgp::Reason::Won;
    for (const auto& verdict : verdicts)
        latest = std::max(latest, verdict.reason);
    return std::string(deciding_step(latest));
}

std::string PathViews::selection_reason(const bgp::RouteView& route) const {
    if (route.paths.size() == 1) return decided_by({});
    const auto explanation = state_.rib->explain(route.prefix);
    return explanation ? decided_by(explanation->verdicts) : std::string();
}

std::string compared(const bgp::PathVerdict& verdict) {
    switch (verdict.reason) {
        case bgp::Reason::LocalPref:
            return std::to_string(verdict.own) + " is lower than " + std::to_string(verdict.best);
        case bgp::Reason::AsPathLength:
        case bgp::Reason::Origin:
        case bgp::Reason::Med:
        case bgp::Reason::InteriorCost:
        case bgp::Reason::ClusterList:
            return std::to_string(verdict.own) + " is higher than " + std::to_string(verdict.best);
        case bgp::Reason::RouterId:
            return to_string(bgp::RouterId{static_cast<std::uint32_t>(verdict.own)}) +
                   " is higher than " +
                   to_string(bgp::RouterId{static_cast<std::uint32_t>(verdict.best)});
        default: return {};
    }
}

control::BgpRouteView PathViews::explained(const bgp::Explanation& explanation) const {
    auto view = route(explanation.route);
    for (std::size_t i = 0; i < view.paths.size() && i < explanation.verdicts.size(); ++i) {
        const auto& verdict = explanation.verdicts[i];
        view.paths[i].reason = verdict.reason == bgp::Reason::Won
                                   ? decided_by(explanation.verdicts)
                                   : std::string(to_string(verdict.reason));
        view.paths[i].reason_values = compared(verdict);
    }
    for (const auto& neighbor : state_.neighbors.all())
        if (state_.rib->advertised(neighbor->id, view.prefix))
            view.advertised_to.push_back(neighbor->config.name);
    return view;
}

// All of a table, or of one neighbor's part of it.
class TableWalk final : public control::BgpWalk {
public:
    TableWalk(const RouterState& state, const BgpQuery& query, bgp::WalkOf of)
        : state_(state), views_(state), query_(query), of_(of), walk_(walk_of(query, of)) {}

    bool next(std::size_t max, std::vector<control::BgpRouteView>& out) override {
        if (!state_.rib) return false;
        return state_.rib->walk(walk_, max, [&](const bgp::RouteView& route) {
            if (query_.prefix && route.prefix != *query_.prefix) return;
            auto view = of_.kind == bgp::WalkOf::Kind::AdvertisedTo   ? advertised(route)
                        : of_.kind == bgp::WalkOf::Kind::HeldBackFrom ? held_back(route)
                        : query_.neighbor                             ? of_neighbor(route)
                                                                      : views_.route(route);
            if (!view.paths.empty()) out.push_back(std::move(view));
        });
    }

private:
    static bgp::RouteWalk walk_of(const BgpQuery& query, bgp::WalkOf of) {
        if (query.prefix) return {*query.prefix, of};
        if (query.within) return {*query.within, of};
        if (query.address) return {net::Prefix::host(*query.address), of};
        return {query.family, of};
    }

    control::BgpRouteView advertised(const bgp::RouteView& route) const {
        control::BgpRouteView view;
        view.prefix = route.prefix;
        if (!route.advertised) return view;
        bgp::PathView path = route.paths.empty() ? bgp::PathView{} : route.paths.front();
        if (route.aggregate) path.source = bgp::LocalSource::Network;  // shown as our own
        auto& shown = view.paths.emplace_back(views_.path(path, *route.advertised));
        shown.local_pref = route.advertised->local_pref;
        shown.valid = shown.best = true;
        shown.aggregate = route.aggregate;
        return view;
    }

    // The best path, as it is here: what it would be sent with is worked out when it is its turn.
    control::BgpRouteView held_back(const bgp::RouteView& route) const {
        control::BgpRouteView view;
        view.prefix = route.prefix;
        for (const auto& path : route.paths)
            if (path.role == bgp::PathRole::Best)
                view.paths.push_back(views_.with_reason(route, path));
        return view;
    }

    // As it came: without the LOCAL_PREF that it gets here.
    control::BgpPathView received(const bgp::PathView& path) const {
        auto view = views_.path(path, *path.received);
        view.local_pref = path.received->local_pref;
        return view;
    }

    control::BgpRouteView of_neighbor(const bgp::RouteView& route) const {
        control::BgpRouteView view;
        view.prefix = route.prefix;
        for (const auto& path : route.paths) {
            if (path.source || path.neighbor != of_.neighbor) continue;
            if (query_.table == BgpQuery::Table::Received)
                view.paths.push_back(received(path));
            else if (path.state == bgp::PathState::Accepted)
                view.paths.push_back(views_.with_reason(route, path));
        }
        return view;
    }

    const RouterState& state_;
    PathViews views_;
    BgpQuery query_;
    bgp::WalkOf of_;
    bgp::RouteWalk walk_;
};

// One route, with everything there is to say of it; or none.
class OneRoute final : public control::BgpWalk {
public:
    OneRoute(const RouterState& state, std::optional<net::Prefix> prefix)
        : state_(state), prefix_(std::move(prefix)) {}

    bool next(std::size_t, std::vector<control::BgpRouteView>& out) override {
        if (!prefix_ || !state_.rib) return false;
        if (const auto explanation = state_.rib->explain(*prefix_))
            out.push_back(PathViews(state_).explained(*explanation));
        return false;
    }

private:
    const RouterState& state_;
    std::optional<net::Prefix> prefix_;
};

std::optional<net::Prefix> matched(const RouterState& state, const BgpQuery& query) {
    if (query.prefix || !state.rib) return query.prefix;
    const auto route = state.rib->longest_match(*query.address);
    return route ? std::optional(route->prefix) : std::nullopt;
}

bgp::WalkOf::Kind kind_of(BgpQuery::Table table) {
    switch (table) {
        case BgpQuery::Table::LocRib: return bgp::WalkOf::Kind::Table;
        case BgpQuery::Table::Advertised: return bgp::WalkOf::Kind::AdvertisedTo;
        case BgpQuery::Table::HeldBack: return bgp::WalkOf::Kind::HeldBackFrom;
        case BgpQuery::Table::Received:
        case BgpQuery::Table::Accepted: break;
    }
    return bgp::WalkOf::Kind::ReceivedFrom;
}

}  // namespace

control::BgpRouteView explained_route(const RouterState& state,
                                      const bgp::Explanation& explanation) {
    return PathViews(state).explained(explanation);
}

std::unique_ptr<control::BgpWalk> bgp_walk(const RouterState& state, const BgpQuery& query) {
    if (query.table == BgpQuery::Table::LocRib) {
        if (query.prefix || query.address)
            return std::make_unique<OneRoute>(state, matched(state, query));
        return std::make_unique<TableWalk>(state, query, bgp::WalkOf{});
    }
    const auto* neighbor = query_neighbor(state, query);
    if (neighbor == nullptr) return std::make_unique<OneRoute>(state, std::nullopt);
    return std::make_unique<TableWalk>(state, query,
                                       bgp::WalkOf{kind_of(query.table), neighbor->id});
}

}  // namespace dx::daemon
