// Why a prefix goes where it goes, as far as BGP decides it: the paths that lost or cannot be used,
// and to whom the best one is not sent. The reasons are the RIB's own; names, limits and the lines
// of the configuration are put to them here.
#include <fmt/format.h>

#include "daemon/queries.hpp"
#include "libbgp/rib/attribute_pool.hpp"

namespace dx::daemon {

namespace {

std::string_view then_text(const std::optional<bgp::PolicyAction>& then) {
    if (!then) return "";
    return *then == bgp::PolicyAction::Accept ? "accept" : "reject";
}

// What the path begins with instead of the neighbor's AS.
std::string first_as_text(const bgp::PathView& path, const config::Neighbor& from) {
    const auto first = path.received->as_path.first();
    if (!first)
        return fmt::format("the AS path is empty, without the neighbor's AS {}", from.remote_as);
    return fmt::format("the AS path begins with {}, not with the neighbor's AS {}", *first,
                       from.remote_as);
}

class Why {
public:
    Why(const RouterState& state, const NextHops& next_hops, const net::Prefix& prefix)
        : state_(state), next_hops_(next_hops), prefix_(prefix) {}

    control::WhyView view() const;

private:
    control::WhyPathView path(const bgp::PathView& path, const bgp::PathVerdict& verdict,
                              control::BgpPathView shown) const;
    std::optional<control::PolicyRunView> import_run(bgp::NeighborId from) const;
    std::string unusable(const bgp::PathView& path, const bgp::PathVerdict& verdict) const;
    std::string loop_text(const bgp::PathView& path, const config::Neighbor& from) const;
    control::WhyNeighborView neighbor(const Neighbor& to) const;
    std::string detail(const Neighbor& to, const bgp::ExportTrial& trial) const;
    std::string aws_source(const bgp::ExportTrial& trial) const;

    const RouterState& state_;
    const NextHops& next_hops_;
    net::Prefix prefix_;
};

control::WhyView Why::view() const {
    control::WhyView view;
    view.prefix = prefix_;
    if (!state_.rib) return view;
    if (const auto explanation = state_.rib->explain(prefix_)) {
        auto shown = explained_route(state_, *explanation);
        for (std::size_t i = 0; i < shown.paths.size(); ++i)
            view.paths.push_back(path(explanation->route.paths[i], explanation->verdicts[i],
                                      std::move(shown.paths[i])));
    }
    for (const auto& to : state_.neighbors.all())
        view.neighbors.push_back(neighbor(*to));
    return view;
}

control::WhyPathView Why::path(const bgp::PathView& path, const bgp::PathVerdict& verdict,
                               control::BgpPathView shown) const {
    control::WhyPathView view;
    view.path = std::move(shown);
    if (path.source) return view;
    if (path.state == bgp::PathState::FilteredByPolicy)
        view.policy = import_run(path.neighbor);
    else
        view.unusable = unusable(path, verdict);
    return view;
}

std::optional<control::PolicyRunView> Why::import_run(bgp::NeighborId from) const {
    const auto& settings = state_.rib->settings(from);
    bgp::RouteTrace trace;
    const auto trial = state_.rib->try_import(prefix_, from, settings, &trace);
    if (!trial || !settings.import_policy || trial->state != bgp::PathState::FilteredByPolicy)
        return std::nullopt;  // the policy is about to be applied anew
    return policy_run(state_, *settings.import_policy, *trial->received, trace, nullptr);
}

std::string Why::loop_text(const bgp::PathView& path, const config::Neighbor& from) const {
    const auto own = state_.config.router.asn;
    const auto count = path.received->as_path.count(own);
    const auto times = count == 1 ? "once" : std::to_string(count) + " times";
    return fmt::format("our own AS {} is in the AS path {} (allow-own-as {})", own, times,
                       from.allow_own_as);
}

std::string Why::unusable(const bgp::PathView& path, const bgp::PathVerdict& verdict) const {
    if (verdict.reason == bgp::Reason::SessionDown) return std::string(to_string(verdict.reason));
    const auto* from = state_.neighbors.find(path.neighbor);
    if (path.state == bgp::PathState::Accepted) {
        if (path.reachable || !path.imported) return {};
        const auto& next_hop = path.imported->next_hop;
        const auto key = bgp::next_hop_key(next_hop, bgp::scope_of(next_hop, path.neighbor));
        return fmt::format("{}: {}", key.address.to_string(), next_hops_.problem(key));
    }
    if (from != nullptr && path.state == bgp::PathState::AsLoop)
        return loop_text(path, from->config);
    if (from != nullptr && path.state == bgp::PathState::FirstAsMismatch)
        return first_as_text(path, from->config);
    if (from != nullptr && path.state == bgp::PathState::LimitExceeded)
        if (const auto& limit = from->config.prefix_limit.in[prefix_.family()])
            return fmt::format("{} (prefix-limit in {})", to_string(path.state), limit->max);
    return std::string(to_string(path.state));
}

control::WhyNeighborView Why::neighbor(const Neighbor& to) const {
    using bgp::ExportState;
    bgp::RouteTrace trace;
    const auto trial = state_.rib->explain_export(prefix_, to.id, &trace);
    control::WhyNeighborView view;
    view.name = to.config.name;
    view.address = to.config.address;
    view.waiting = trial.waiting;
    view.advertised = trial.state == ExportState::Accepted;
    if (view.advertised) return view;
    view.because = to_string(trial.state);
    view.detail = detail(to, trial);
    if (trial.state == ExportState::FilteredByPolicy)
        view.policy = policy_run(state_, *state_.rib->settings(to.id).export_policy, *trial.best,
                                 trace, nullptr);
    return view;
}

// Another router of ours may have it from AWS, and nothing here shows that.
std::string Why::aws_source(const bgp::ExportTrial& trial) const {
    const auto* from = state_.neighbors.find(trial.from);
    const bool internal = from != nullptr && from->config.internal;
    return fmt::format("over {}{}; send-aws-routes would", to_string(trial.best->aws_link),
                       internal ? " of another router of ours, " + from->config.name : "");
}

std::string Why::detail(const Neighbor& to, const bgp::ExportTrial& trial) const {
    switch (trial.state) {
        case bgp::ExportState::NotEstablished:
            if (!to.missing.empty()) return to.missing;
            return to.is_shut_down() ? "shut down" : "";
        case bgp::ExportState::NoPolicy: return "RFC 8212: nothing is sent without one";
        case bgp::ExportState::BehindHorizon: return aws_source(trial);
        case bgp::ExportState::DefaultRoute: return "AWS takes only prefixes that are ours there";
        case bgp::ExportState::HeldBack: {
            const auto counts = state_.rib->counts(to.id, prefix_.family());
            const auto limit = limit_out(to, prefix_.family());
            return fmt::format("out {}: {} sent, {} wait", limit ? limit->max : 0,
                               counts.advertised, counts.held_back);
        }
        case bgp::ExportState::CustomersOnly: return "RFC 9234";
        case bgp::ExportState::LongLivedStale: return "RFC 9494";
        case bgp::ExportState::DoesNotFit:
            return to.session && to.agreed.extended_messages ? "65535 bytes (RFC 8654)"
                                                             : "4096 bytes";
        default: return {};
    }
}

}  // namespace

const bgp::Policy& in_file(const config::Config& config, const bgp::Policy& policy) {
    const auto found = config.policies.find(policy.name());
    const bool there = found != config.policies.end() && *found->second == policy;
    return there ? *found->second : policy;
}

control::PolicyRunView policy_run(const RouterState& state, const bgp::Policy& policy,
                                  const bgp::PathAttributes& from, const bgp::RouteTrace& trace,
                                  const bgp::PathAttributes* to) {
    control::PolicyRunView view;
    view.policy = policy.name();
    if (trace.asked) view.before = differences(from, *trace.asked);
    const auto& rules = in_file(state.config, policy).rules();
    for (const auto& step : trace.policy.steps)
        view.rules.push_back({step.rule + 1, rules[step.rule].line, step.matched, step.conditions,
                              step.sets, std::string(then_text(step.then))});
    view.decided = !trace.policy.steps.empty() && trace.policy.steps.back().then.has_value();
    if (trace.left && to != nullptr) view.after = differences(*trace.left, *to);
    return view;
}

control::WhyView why_view(const RouterState& state, const NextHops& next_hops,
                          const net::Prefix& prefix) {
    return Why(state, next_hops, prefix).view();
}

}  // namespace dx::daemon
