#include "daemon/queries.hpp"

#include <sys/utsname.h>
#include <unistd.h>
#include <utility>

#include "daemon/config/render.hpp"
#include "daemon/event_feed.hpp"
#include "daemon/process_view.hpp"
#include "daemon/version.hpp"

namespace dx::daemon {

namespace {

using std::chrono::duration_cast;

class Queries final : public control::RouterQueries {
public:
    explicit Queries(const QuerySources& sources)
        : state_(sources.state), next_hops_(sources.next_hops), sources_(sources) {}

    control::VersionView version() const override;
    control::BgpView bgp() const override;
    std::vector<control::NeighborView> neighbors() const override;

    std::unique_ptr<control::BgpWalk> bgp_routes(const control::BgpQuery& query) const override {
        return bgp_walk(state_, query);
    }

    std::unique_ptr<control::RouteWalk> routes(const control::RouteQuery& query) const override {
        return route_walk(state_, query);
    }

    void interfaces(std::function<void(std::vector<control::InterfaceView>)> answer) const override;

    void bfd_peers(std::function<void(std::vector<control::BfdPeerView>)> answer) const override {
        state_.bfd->status([&state = state_, answer = std::move(answer)](
                               const std::vector<BfdSessions::PeerStatus>& peers) {
            std::vector<control::BfdPeerView> views;
            for (const auto& peer : peers)
                views.push_back(bfd_peer_view(state, peer));
            answer(std::move(views));
        });
    }

    std::optional<control::FailoverTestView> failover_test() const override {
        if (!state_.failover_test) return std::nullopt;
        return failover_test_view(*state_.failover_test, state_.neighbors);
    }

    control::WhyView why(const net::Prefix& prefix) const override {
        return why_view(state_, next_hops_, prefix);
    }

    control::WhyView why(const net::IpAddress& address) const override;

    control::PolicyTest policy_test(const control::PolicyTestQuery& query) const override {
        return daemon::policy_test(state_, query);
    }

    void fib(std::function<void(control::FibView)> answer) const override {
        state_.fib->stats([answer = std::move(answer)](const netlink::FibStats& stats) {
            answer(fib_view(stats));
        });
    }

    control::HealthView health() const override {
        auto view = health_view(state_, process_started_);
        view.state_files = sources_.state_files();
        view.listeners = sources_.listeners();
        return view;
    }

    void threads(std::function<void(std::vector<control::ThreadView>)> answer) const override {
        ask_threads(state_, sources_.routing, std::move(answer));
    }

    std::vector<std::string> history(const std::string& neighbor,
                                     std::size_t count) const override {
        return sources_.journal.history(neighbor, count);
    }

    std::unique_ptr<control::BodyStream> events(const std::string& neighbor) const override {
        return std::make_unique<EventFeed>(sources_.routing.get_executor(), sources_.events,
                                           neighbor);
    }

    control::ConfigView running_config() const override {
        return {state_.files.config, config::render(state_.config)};
    }

private:
    const RouterState& state_;
    const NextHops& next_hops_;
    const QuerySources sources_;
    const std::chrono::system_clock::time_point process_started_ = process_start();
};

control::WhyView Queries::why(const net::IpAddress& address) const {
    const auto host = net::Prefix::host(address);
    if (!state_.rib) return why_view(state_, next_hops_, host);
    const auto used = state_.rib->longest_match(address);
    const auto received = state_.rib->longest_received(address);
    const auto match = used ? used->prefix : received.value_or(host);
    auto view = why_view(state_, next_hops_, match);
    if (received && received != match) view.more_specific = received;
    return view;
}

control::VersionView Queries::version() const {
    utsname system{};
    ::uname(&system);
    control::VersionView view;
    view.version = kVersion;
    view.build = kBuild;
    view.hostname = system.nodename;
    view.kernel = system.release;
    view.config_file = state_.files.config;
    view.process_id = ::getpid();
    view.uptime = since(state_.started);
    view.local_as = state_.config.router.asn;
    view.router_id = state_.router_id;
    return view;
}

control::BgpView Queries::bgp() const {
    control::BgpView view;
    view.router_id = state_.router_id;
    view.local_as = state_.config.router.asn;
    for (const auto family : bgp::kFamilies) {
        control::BgpView::Table table;
        table.family = family;
        if (state_.rib) {
            const auto summary = state_.rib->summary(family);
            table.version = summary.version;
            table.main_version = summary.version;
            table.prefixes = summary.entries;
            table.paths = summary.paths;
            table.memory = summary.memory_bytes + summary.attribute_bytes;
        }
        view.tables.push_back(table);
    }
    return view;
}

std::vector<control::NeighborView> Queries::neighbors() const {
    std::vector<control::NeighborView> views;
    for (const auto& neighbor : state_.neighbors.all())
        views.push_back(neighbor_view(state_, *neighbor));
    return views;
}

void Queries::interfaces(std::function<void(std::vector<control::InterfaceView>)> answer) const {
    std::vector<control::InterfaceView> views;
    for (const auto& [index, interface] : state_.interfaces.all())
        views.push_back(interface_view(state_, interface));
    answer(std::move(views));
}

}  // namespace

std::unique_ptr<control::RouterQueries> make_queries(const QuerySources& sources) {
    return std::make_unique<Queries>(sources);
}

control::Milliseconds since(RouterState::Clock::time_point then) {
    return duration_cast<control::Milliseconds>(RouterState::Clock::now() - then);
}

std::optional<control::Milliseconds> since(
    const std::optional<RouterState::Clock::time_point>& then) {
    if (!then) return std::nullopt;
    return since(*then);
}

control::InterfaceView interface_view(const RouterState& state,
                                      const netlink::Interface& interface) {
    control::InterfaceView view;
    view.name = interface.name;
    view.index = interface.index;
    view.admin_up = interface.up;
    view.carrier = interface.running;
    view.mtu = interface.mtu;
    view.kind = interface.kind;
    view.parent = state.interfaces.name_of(interface.parent);
    view.vlan_id = interface.vlan_id;
    view.mac = interface.mac;
    for (const auto& own : interface.addresses)
        view.addresses.push_back({own.address, own.prefix_length});
    view.link_ups = interface.link_ups;
    view.link_downs = interface.link_downs;
    if (interface.last_change) view.last_change = since(*interface.last_change);
    return view;
}

}  // namespace dx::daemon
