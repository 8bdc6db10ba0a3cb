// What the control API asks of the router and tells it to do. The handlers know only this; the
// router implements it, tests have a fake. Everything is called on the routing thread, and a call
// takes no longer than a slice (about 5 ms): tables are walked in pieces.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/control/command_result.hpp"
#include "daemon/control/health_views.hpp"
#include "daemon/control/http.hpp"
#include "daemon/control/route_views.hpp"
#include "daemon/control/views.hpp"
#include "daemon/control/why_views.hpp"

namespace dx::control {

struct BgpQuery {
    enum class Table {
        LocRib,      // all paths of every prefix, with what the decision process did
        Received,    // Adj-RIB-In of `neighbor`, before the policy, rejected ones too
        Accepted,    // the same after the policy: what takes part in the decision
        Advertised,  // Adj-RIB-Out of `neighbor`
        HeldBack,    // what `prefix-limit out` keeps from `neighbor`
    };

    net::Family family{};
    Table table = Table::LocRib;
    std::optional<net::IpAddress> neighbor;  // set for all but LocRib; known to exist
    std::string neighbor_interface;          // with a link-local neighbor
    std::optional<net::Prefix> prefix;       // only this one
    std::optional<net::Prefix> within;       // only this one and what is more specific
    std::optional<net::IpAddress> address;   // only the longest match
};

struct RouteQuery {
    net::Family family{};
    std::optional<RouteSource> source;
    std::optional<net::Prefix> prefix;
    std::optional<net::IpAddress> address;   // only the longest match
    std::optional<net::Prefix> within = {};  // as in BgpQuery
};

// A resumable walk in address order. The table may change between two calls: what was added or
// removed behind the place of the walk is not seen, nothing is seen twice. Destroyed when its
// client is gone.
class BgpWalk {
public:
    virtual ~BgpWalk() = default;

    // Appends at most `max` routes; false when there are no more after these.
    virtual bool next(std::size_t max, std::vector<BgpRouteView>& out) = 0;
};

// The same over the route table, which belongs to the fib thread: the answer comes later, on the
// routing thread, exactly once for a call and never from within it. May be destroyed with an answer
// outstanding, which then must not come.
class RouteWalk {
public:
    using Answer = std::function<void(std::vector<RouteView> routes, bool more)>;

    virtual ~RouteWalk() = default;
    virtual void next(std::size_t max, Answer answer) = 0;
};

class RouterQueries {
public:
    virtual ~RouterQueries() = default;

    virtual VersionView version() const = 0;
    virtual BgpView bgp() const = 0;

    // In the order of the configuration.
    virtual std::vector<NeighborView> neighbors() const = 0;

    virtual std::unique_ptr<BgpWalk> bgp_routes(const BgpQuery& query) const = 0;
    virtual std::unique_ptr<RouteWalk> routes(const RouteQuery& query) const = 0;

    // Called back once on the routing thread, perhaps at once.
    virtual void interfaces(std::function<void(std::vector<InterfaceView>)> answer) const = 0;

    virtual void bfd_peers(std::function<void(std::vector<BfdPeerView>)> answer) const = 0;

    virtual WhyView why(const net::Prefix& prefix) const = 0;
    virtual WhyView why(const net::IpAddress& address) const = 0;  // of BGP's longest match
    virtual PolicyTest policy_test(const PolicyTestQuery& query) const = 0;
    virtual void fib(std::function<void(FibView)> answer) const = 0;

    virtual HealthView health() const = 0;

    // Each thread is asked, and its answer timed. Called back once, when all have answered.
    virtual void threads(std::function<void(std::vector<ThreadView>)> answer) const = 0;

    virtual ConfigView running_config() const = 0;

    // The one under way, or the last one.
    virtual std::optional<FailoverTestView> failover_test() const = 0;

    // The latest `count` events of a neighbor (its name) and of the router, each a JSON object,
    // oldest first.
    virtual std::vector<std::string> history(const std::string& neighbor,
                                             std::size_t count) const = 0;

    // The events to come as JSON lines, until the client leaves; of all where `neighbor` is empty.
    virtual std::unique_ptr<BodyStream> events(const std::string& neighbor) const = 0;
};

struct ClearRequest {
    enum class Kind {
        Hard,     // the session ends with Cease/Administrative Reset
        Soft,     // SoftIn and SoftOut
        SoftIn,   // the import policy is applied again (ROUTE-REFRESH where routes are not kept)
        SoftOut,  // everything is sent again
    };

    std::optional<std::string> neighbor;  // the name of one that there is; none: all
    // Soft: only the routes of this family. Of all neighbors: only those that have it.
    std::optional<net::Family> family;
    Kind kind = Kind::Hard;
    std::optional<Client> by{};  // who wants it
};

struct DrainRequest {
    std::string neighbor;       // the name of one that there is
    Milliseconds wait{10'000};  // at least, for the traffic to move before the session ends
    std::optional<Client> by{};
};

struct FailoverTestRequest {
    std::string neighbor;                        // names of those that there are
    std::optional<std::string> expected_backup;  // is to take over everything
    Milliseconds lasts{10'000};
    bool force = false;  // also where routes have no other way
    std::optional<Client> by{};
};

struct UndrainRequest {
    std::string neighbor;  // the name of one that there is
    std::optional<Client> by{};
};

class RouterCommands {
public:
    virtual ~RouterCommands() = default;

    virtual CommandResult clear(const ClearRequest& request) = 0;
    // Answered when it has begun and the disk knows of it, or why it has not.
    virtual void drain(const DrainRequest& request, ResultAnswer answer) = 0;
    virtual void failover_test(const FailoverTestRequest& request, ResultAnswer answer) = 0;

    virtual void undrain(const UndrainRequest& request, ResultAnswer answer) = 0;
};

}  // namespace dx::control
