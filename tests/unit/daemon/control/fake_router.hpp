// A router of plain values for tests of the control API and of dxctl: what it is told to show, it
// shows; what it is told to do, it remembers.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/control/config_commands.hpp"
#include "daemon/control/router_queries.hpp"

namespace dx::control {

class FakeRouter : public RouterQueries, public RouterCommands, public ConfigCommands {
public:
    VersionView version() const override { return version_view; }

    BgpView bgp() const override { return bgp_view; }

    std::vector<NeighborView> neighbors() const override { return neighbor_views; }

    std::unique_ptr<BgpWalk> bgp_routes(const BgpQuery& query) const override {
        queries.push_back(query);
        return std::make_unique<Walk>(select(bgp_tables[static_cast<int>(query.table)], query),
                                      calls_of_next);
    }

    std::unique_ptr<RouteWalk> routes(const RouteQuery& query) const override {
        auto found = select(route_views, query);
        std::erase_if(found, [&](const RouteView& route) {
            return query.source && route.source != *query.source;
        });
        return std::make_unique<LaterWalk>(std::move(found), routes_at_once);
    }

    void interfaces(std::function<void(std::vector<InterfaceView>)> answer) const override {
        answer(interface_views);
    }

    void bfd_peers(std::function<void(std::vector<BfdPeerView>)> answer) const override {
        answer(bfd_peer_views);
    }

    WhyView why(const net::Prefix& prefix) const override {
        auto view = why_view;
        view.prefix = prefix;
        return view;
    }

    WhyView why(const net::IpAddress&) const override { return why_view; }

    PolicyTest policy_test(const PolicyTestQuery& query) const override {
        policy_tests.push_back(query);
        if (query.policy == "missing") return {"no such policy: missing", {}, {}, {}, nullptr};
        return {{},
                query.policy.value_or("from-aws"),
                "from-aws",
                rule_lines,
                std::make_unique<TestWalk>(test_rows)};
    }

    void fib(std::function<void(FibView)> answer) const override { answer(fib_view); }

    HealthView health() const override { return health_view; }

    void threads(std::function<void(std::vector<ThreadView>)> answer) const override {
        answer(thread_views);
    }

    ConfigView running_config() const override { return config_view; }

    CommandResult clear(const ClearRequest& request) override {
        clears.push_back(request);
        return result;
    }

    void reload(User user, ResultAnswer answer) override {
        ++reloads;
        config_user = user;
        answer(result);
    }

    void check(ConfigText config, ResultAnswer answer) override {
        config_texts.push_back(std::move(config));
        answer(result);
    }

    void diff(ConfigText config, std::function<void(ConfigDiffView)> answer) override {
        config_texts.push_back(std::move(config));
        answer(config_diff);
    }

    void apply(ConfigText config, ConfigTrial trial, ResultAnswer answer) override {
        config_texts.push_back(std::move(config));
        config_trials.push_back(std::move(trial));
        answer(result);
    }

    void rollback(std::uint32_t number, ConfigTrial trial, ResultAnswer answer) override {
        rollbacks.push_back(number);
        config_trials.push_back(std::move(trial));
        answer(result);
    }

    void confirm(User, ResultAnswer answer) override {
        ++confirmed;
        answer(result);
    }

    void give_back(User user, ResultAnswer answer) override {
        ++given_back;
        config_user = user;
        answer(result);
    }

    void history(std::function<void(ConfigHistoryView)> answer) override { answer(config_history); }

    void entry(std::uint32_t number, std::function<void(ConfigEntryView)> answer) override {
        if (number == 3) return answer({"", "router: {asn: 65000}\n"});
        answer({"the history has no entry " + std::to_string(number), ""});
    }

    std::optional<FailoverTestView> failover_test() const override { return failover_test_view; }

    std::vector<std::string> history(const std::string&, std::size_t count) const override {
        const auto left_out = event_lines.size() - std::min(count, event_lines.size());
        return {event_lines.begin() + static_cast<std::ptrdiff_t>(left_out), event_lines.end()};
    }

    // The same lines as if they had just happened, and the end.
    std::unique_ptr<BodyStream> events(const std::string&) const override {
        struct Feed : BodyStream {
            explicit Feed(std::string lines) : text(std::move(lines)) {}

            void next(Answer answer) override { answer(text, false); }

            std::string text;
        };

        std::string text;
        for (const auto& line : event_lines)
            text += line + '\n';
        return std::make_unique<Feed>(std::move(text));
    }

    void failover_test(const FailoverTestRequest& request, ResultAnswer answer) override {
        failover_tests.push_back(request);
        answer(result);
    }

    void drain(const DrainRequest& request, ResultAnswer answer) override {
        drains.push_back(request);
        answer(result);
    }

    void undrain(const UndrainRequest& request, ResultAnswer answer) override {
        undrained.push_back(request.neighbor);
        answer(result);
    }

    VersionView version_view;
    BgpView bgp_view;
    std::vector<NeighborView> neighbor_views;
    std::vector<BgpRouteView> bgp_tables[5];  // one a BgpQuery::Table
    std::vector<RouteView> route_views;
    std::vector<InterfaceView> interface_views;
    std::vector<BfdPeerView> bfd_peer_views;
    WhyView why_view;
    std::vector<PolicyTestRow> test_rows;
    std::vector<int> rule_lines{40, 44};
    mutable std::vector<PolicyTestQuery> policy_tests;
    FibView fib_view;
    HealthView health_view;
    std::vector<ThreadView> thread_views;
    ConfigView config_view;
    CommandResult result;
    std::size_t routes_at_once = 1000;

    mutable std::vector<BgpQuery> queries;
    mutable std::size_t calls_of_next = 0;
    std::vector<ClearRequest> clears;
    int reloads = 0;
    int confirmed = 0;
    int given_back = 0;
    User config_user;
    std::vector<ConfigText> config_texts;
    std::vector<ConfigTrial> config_trials;
    std::vector<std::uint32_t> rollbacks;
    ConfigDiffView config_diff;
    ConfigHistoryView config_history;
    std::optional<FailoverTestView> failover_test_view;
    std::vector<FailoverTestRequest> failover_tests;
    std::vector<DrainRequest> drains;
    std::vector<std::string> undrained;
    std::vector<std::string> event_lines;  // JSON objects

private:
    template <class View, class Query>
    static std::vector<View> select(const std::vector<View>& all, const Query& query) {
        std::vector<View> found;
        for (const auto& view : all) {
            if (view.prefix.family() != query.family) continue;
            if (query.prefix && view.prefix != *query.prefix) continue;
            if (query.within && !query.within->contains(view.prefix)) continue;
            if (query.address && !view.prefix.contains(*query.address)) continue;
            if (query.address && !found.empty() && found.back().prefix != view.prefix)
                found.clear();  // in address order a longer match comes later
            found.push_back(view);
        }
        return found;
    }

    class Walk : public BgpWalk {
    public:
        Walk(std::vector<BgpRouteView> routes, std::size_t& calls)
            : routes_(std::move(routes)), calls_(calls) {}

        bool next(std::size_t max, std::vector<BgpRouteView>& out) override {
            ++calls_;
            for (; max != 0 && at_ < routes_.size(); --max)
                out.push_back(routes_[at_++]);
            return at_ < routes_.size();
        }

    private:
        std::vector<BgpRouteView> routes_;
        std::size_t& calls_;
        std::size_t at_ = 0;
    };

    class TestWalk : public PolicyTestWalk {
    public:
        explicit TestWalk(std::vector<PolicyTestRow> rows) : rows_(std::move(rows)) {}

        bool next(std::size_t, std::vector<PolicyTestRow>& out) override {
            out.insert(out.end(), rows_.begin(), rows_.end());
            return false;
        }

    private:
        std::vector<PolicyTestRow> rows_;
    };

    class LaterWalk : public RouteWalk {
    public:
        LaterWalk(std::vector<RouteView> routes, std::size_t at_once)
            : routes_(std::move(routes)), at_once_(at_once) {}

        void next(std::size_t max, Answer answer) override {
            std::vector<RouteView> out;
            for (max = std::min(max, at_once_); max != 0 && at_ < routes_.size(); --max)
                out.push_back(routes_[at_++]);
            answer(std::move(out), at_ < routes_.size());
        }

    private:
        std::vector<RouteView> routes_;
        std::size_t at_once_;
        std::size_t at_ = 0;
    };
};

inline net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

inline net::IpAddress address(const char* text) {
    return net::IpAddress::parse(text).value();
}

inline bgp::RouterId router_id(const char* text) {
    return {address(text).to_v4()};
}

}  // namespace dx::control
