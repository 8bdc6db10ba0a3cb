#include "daemon/local_routes.hpp"

#include <optional>

namespace dx::daemon {

namespace {

bgp::LocalSource local_source(fib::RouteSource source) {
    switch (source) {
        case fib::RouteSource::Connected: return bgp::LocalSource::Connected;
        case fib::RouteSource::Static: return bgp::LocalSource::Static;
        default: return bgp::LocalSource::Kernel;
    }
}

bgp::LocalRoute local_route(const net::Prefix& network, std::uint32_t rank) {
    bgp::LocalRoute route;
    route.prefix = network;
    route.rank = rank;
    return route;
}

bgp::LocalRoute local_route(const fib::RedistributedRoute& route, const bgp::PolicyPtr& policy) {
    bgp::LocalRoute local;
    local.prefix = route.prefix;
    local.source = local_source(route.source);
    local.med = route.metric;
    local.policy = policy;
    return local;
}

const bgp::PolicyPtr& policy_of(const config::Config& config, fib::RouteSource source) {
    switch (source) {
        case fib::RouteSource::Connected: return config.redistribute.connected;
        case fib::RouteSource::Static: return config.redistribute.static_routes;
        default: return config.redistribute.kernel;
    }
}

}  // namespace

// Announced so far: it stays so until the route table is heard of.
bool LocalRoutes::is_present(const Network& network) {
    return network.when == config::Network::When::Always || network.present;
}

std::vector<bgp::LocalRoute> LocalRoutes::under(const config::Config& config) const {
    std::vector<bgp::LocalRoute> routes;
    std::uint32_t rank = 0;
    for (const auto& wanted : config.networks) {
        const auto known = networks_.find(wanted.prefix);
        const bool present = wanted.when == config::Network::When::Always ||
                             (known != networks_.end() && is_present(known->second));
        if (present) routes.push_back(local_route(wanted.prefix, rank));
        ++rank;
    }
    for (const auto& [source, learnt] : redistributed_)
        if (const auto& policy = policy_of(config, source))
            for (const auto& [prefix, route] : learnt)
                routes.push_back(local_route(route, policy));
    return routes;
}

void LocalRoutes::attach(bgp::Rib* rib) {
    rib_ = rib;
    for (auto& [prefix, network] : networks_)
        network.announced = false;
}

void LocalRoutes::configure(const config::Config& config, bgp::RouteTime now) {
    configure_networks(config, now);
    for (const auto source :
         {fib::RouteSource::Connected, fib::RouteSource::Static, fib::RouteSource::Kernel})
        configure_redistribution(source, policy_of(config, source), now);
}

void LocalRoutes::configure_networks(const config::Config& config, bgp::RouteTime now) {
    std::map<net::Prefix, Network> old;
    old.swap(networks_);
    std::uint32_t rank = 0;
    for (const auto& wanted : config.networks) {
        Network network{wanted.when, rank++, false, false};
        if (const auto before = old.extract(wanted.prefix)) {
            network.present = is_present(before.mapped());
            network.announced = before.mapped().announced;
            if (before.mapped().rank != network.rank) withdraw(wanted.prefix, network);
            watch(wanted.prefix, before.mapped().when, network.when);
        } else {
            watch(wanted.prefix, config::Network::When::Always, network.when);
        }
        announce(wanted.prefix, networks_[wanted.prefix] = network, now);
    }
    for (auto& [prefix, network] : old) {
        watch(prefix, network.when, config::Network::When::Always);
        withdraw(prefix, network);
    }
}

// Coalesces with a new announcement: what is sent is decided when it is pulled.
void LocalRoutes::withdraw(const net::Prefix& prefix, Network& network) {
    if (!network.announced || rib_ == nullptr) return;
    network.announced = false;
    rib_->withdraw(bgp::LocalSource::Network, prefix);
}

void LocalRoutes::watch(const net::Prefix& prefix, config::Network::When before,
                        config::Network::When now) {
    if (before == now) return;
    if (now == config::Network::When::Route)
        fib_.watch_network(prefix);
    else
        fib_.unwatch_network(prefix);
}

void LocalRoutes::announce(const net::Prefix& prefix, Network& network, bgp::RouteTime now) {
    if (rib_ == nullptr) return;
    if (network.when == config::Network::When::Route && !network.present)
        return withdraw(prefix, network);
    if (network.announced) return;
    network.announced = true;
    rib_->originate(local_route(prefix, network.rank), now);
}

void LocalRoutes::learn(const fib::NetworkPresence& presence, bgp::RouteTime now) {
    const auto found = networks_.find(presence.prefix);
    if (found == networks_.end()) return;
    found->second.present = presence.present;
    announce(found->first, found->second, now);
}

void LocalRoutes::configure_redistribution(fib::RouteSource source, const bgp::PolicyPtr& policy,
                                           bgp::RouteTime now) {
    const auto found = policies_.find(source);
    const auto before = found == policies_.end() ? nullptr : found->second;
    auto& routes = redistributed_[source];
    if (policy == nullptr) {
        if (before == nullptr) return;
        fib_.redistribute(source, false);
        policies_.erase(source);
        for (const auto& [prefix, route] : routes)
            if (rib_) rib_->withdraw(local_source(source), prefix);
        routes.clear();
        return;
    }
    policies_[source] = policy;
    if (before == nullptr) fib_.redistribute(source, true);
    for (const auto& [prefix, route] : routes)
        announce(route, now);
}

void LocalRoutes::announce(const fib::RedistributedRoute& route, bgp::RouteTime now) {
    if (rib_ == nullptr) return;
    rib_->originate(local_route(route, policies_[route.source]), now);
}

void LocalRoutes::learn(const fib::RedistributedRoute& route, bgp::RouteTime now) {
    if (!policies_.contains(route.source)) return;  // still on its way when it was switched off
    auto& routes = redistributed_[route.source];
    if (route.present) {
        routes[route.prefix] = route;
        announce(route, now);
    } else if (routes.erase(route.prefix) > 0 && rib_) {
        rib_->withdraw(local_source(route.source), route.prefix);
    }
}

}  // namespace dx::daemon
