// The routes that BGP announces for us: `networks` and redistribution. Watches the route table
// where a network depends on it, and keeps the RIB told.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "daemon/config/config.hpp"
#include "libbgp/rib/rib.hpp"
#include "libfib/fib/route.hpp"
#include "libfib/netlink/fib_service.hpp"

namespace dx::daemon {

class LocalRoutes {
public:
    // `fib` outlives this.
    explicit LocalRoutes(netlink::FibService& fib) : fib_(fib) {}

    // From now on the routes go to `rib`, all of them anew.
    void attach(bgp::Rib* rib);

    void configure(const config::Config& config, bgp::RouteTime now);

    // All routes of our own as they would be under `config`, as far as is known: of a network that
    // comes to depend on the route table, and of a source that comes to be redistributed, nothing
    // is.
    std::vector<bgp::LocalRoute> under(const config::Config& config) const;

    void learn(const fib::NetworkPresence& presence, bgp::RouteTime now);
    void learn(const fib::RedistributedRoute& route, bgp::RouteTime now);

private:
    struct Network {
        config::Network::When when{};
        std::uint32_t rank = 0;
        bool present = false;  // in the route table; only with When::Route
        bool announced = false;
    };

    using Redistributed = std::map<net::Prefix, fib::RedistributedRoute>;

    static bool is_present(const Network& network);
    void configure_networks(const config::Config& config, bgp::RouteTime now);
    void configure_redistribution(fib::RouteSource source, const bgp::PolicyPtr& policy,
                                  bgp::RouteTime now);
    void announce(const net::Prefix& prefix, Network& network, bgp::RouteTime now);
    void withdraw(const net::Prefix& prefix, Network& network);
    void watch(const net::Prefix& prefix, config::Network::When before, config::Network::When now);
    void announce(const fib::RedistributedRoute& route, bgp::RouteTime now);

    netlink::FibService& fib_;
    bgp::Rib* rib_ = nullptr;
    std::map<net::Prefix, Network> networks_;
    std::map<fib::RouteSource, bgp::PolicyPtr> policies_;  // of the sources that are redistributed
    std::map<fib::RouteSource, Redistributed> redistributed_;
};

}  // namespace dx::daemon
