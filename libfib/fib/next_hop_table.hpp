// Resolves next hops: over connected networks first, then over other routes, but never over itself
// or a default route. What comes out are places on links.
//
// A resolution is a pure function of interfaces, selected routes and vetoes, found by a search that
// carries its path: a next hop on the path is not entered again, so there are no loops to detect
// later. `chain` names the prefixes it went over; a route whose own prefix is among them may not
// use it (it would resolve over itself).
#pragma once

#include <map>
#include <vector>

#include "libfib/fib/interfaces.hpp"
#include "libfib/fib/route_table.hpp"
#include "libfib/fib/vetoes.hpp"

namespace dx::fib {

struct Resolution {
    NextHopState state;
    std::vector<net::Prefix> chain;
    bool last_resort = false;  // it leads over neighbors that wait to be used again

    friend bool operator==(const Resolution&, const Resolution&) = default;
};

class NextHopTable {
public:
    using ForwardingOf = std::function<const Forwarding&(ForwardingId)>;

    NextHopTable(const Interfaces& interfaces, const RouteTable& routes, const Vetoes& vetoes,
                 ForwardingOf forwarding_of)
        : interfaces_(interfaces),
          routes_(routes),
          vetoes_(vetoes),
          forwarding_of_(std::move(forwarding_of)) {}

    // Users of a next hop are counted; it is kept resolved while it has any.
    const Resolution& hold(const NextHopKey& key);
    void release(const NextHopKey& key);

    // The resolution of a held next hop as of the last refresh (or hold).
    const Resolution& operator[](const NextHopKey& key) const { return nodes_.at(key).resolution; }

    // Resolves all again; those that changed.
    std::vector<NextHopState> refresh();

    // Whether a change of the route to `prefix` may change a resolution. Cheap: asked for each
    // route.
    bool depends_on(const net::Prefix& prefix) const {
        return !indirect_.empty() && leads_to_indirect(prefix);
    }

private:
    struct Node {
        Resolution resolution;
        unsigned users = 0;
    };

    using Path = std::vector<net::IpAddress>;

    Resolution resolve(const NextHopKey& key, Path& path) const;
    void resolve_over_routes(Resolution& result, Path& path) const;
    bool resolve_over(PrefixId id, Resolution& result, Path& path) const;
    bool add(const Forwarding& forwarding, bool last_resort, Resolution& result, Path& path) const;
    bool add(const NextHop& next_hop, bool last_resort, Resolution& result, Path& path) const;
    void collect_indirect();
    bool leads_to_indirect(const net::Prefix& prefix) const;

    const Interfaces& interfaces_;
    const RouteTable& routes_;
    const Vetoes& vetoes_;
    ForwardingOf forwarding_of_;
    std::map<NextHopKey, Node> nodes_;
    std::vector<net::IpAddress> indirect_;  // sorted: those that routes decide
};

}  // namespace dx::fib
