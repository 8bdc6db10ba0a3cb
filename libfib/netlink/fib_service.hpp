// Forwarding as the routing thread sees it: a thread of its own with the Fib and its kernel.
//
// Every call returns at once and is carried out on the fib thread in the order of the calls;
// everything that is told comes back on the routing io_context, in order. No state is shared. All
// of it belongs to the network namespace of the thread that constructs the service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libfib/fib/fib.hpp"
#include "libfib/netlink/interface_table.hpp"

namespace dx::netlink {

struct FibServiceConfig {
    fib::FibConfig fib;
    std::uint32_t table = 254;  // the kernel's; fixed while the service runs
    bool tune_kernel = true;    // net.ipv4.nexthop_compat_mode=0 from plain_route_limit routes on

    friend bool operator==(const FibServiceConfig&, const FibServiceConfig&) = default;
};

enum class Severity : std::uint8_t { Debug, Info, Warning, Error };

// A line for the log, and what it is about where it came from the Fib.
struct Note {
    Severity severity = Severity::Info;
    std::string text;
    std::optional<fib::FibNote> about;
};

// What the routing thread hears. May call the service back.
class FibEvents {
public:
    virtual ~FibEvents() = default;

    // The interfaces and addresses are known: on_interface was called for each. The kernel's routes
    // have been read, what an earlier run left is adopted, and installing begins. Once.
    virtual void on_fib_ready() = 0;

    // An interface that is new or different in anything: its name, state or addresses.
    virtual void on_interface(const Interface& interface) = 0;
    virtual void on_interface_removed(std::uint32_t index, const std::string& name) = 0;

    virtual void on_next_hop(const fib::NextHopState& state) = 0;
    virtual void on_network(const fib::NetworkPresence& presence) = 0;
    virtual void on_redistributed(const fib::RedistributedRoute& route) = 0;

    virtual void on_fib_note(const Note& note) = 0;
};

// A route for `show`, with copies of what fib::RouteView points to.
struct ShownRoute {
    fib::RouteView route;
    std::unique_ptr<fib::Forwarding[]> forwardings;  // what the candidates point to
};

struct RouteQuery {
    std::optional<net::Prefix> after;        // go on behind this one
    std::optional<net::Prefix> within;       // only these; the default route of a family: all of it
    std::optional<fib::RouteSource> source;  // only prefixes with a candidate of this source
    std::size_t limit = 1000;
};

struct RouteAnswer {
    std::vector<ShownRoute> routes;  // in address order
    // Where to go on, if there may be more: the next query's `after`.
    std::optional<net::Prefix> next;
};

// Counts of the kernel's side, since the start.
struct KernelStats {
    std::uint64_t requests = 0;  // sent
    std::uint64_t batches = 0;   // in so many calls
    std::uint64_t errors = 0;    // refused by the kernel
    std::uint64_t overruns = 0;  // messages of the monitor lost
    std::uint64_t dumps = 0;     // of all routes and objects
    fib::ObjectSupport objects = fib::ObjectSupport::None;
    bool tuned = false;  // nexthop_compat_mode was set to 0
};

struct FibStats {
    fib::FibSummary fib;
    KernelStats kernel;
};

class FibService {
public:
    // Opens the sockets and starts the thread; throws std::system_error where the kernel refuses.
    // `routing` and `events` outlive the service; `events` are told from `routing` only.
    FibService(const FibServiceConfig& config, boost::asio::io_context& routing, FibEvents& events);

    // Ends the thread. Without stop() before, the kernel keeps what it has.
    ~FibService();

    FibService(const FibService&) = delete;
    FibService& operator=(const FibService&) = delete;

    void configure(const FibServiceConfig& config);

    // Batches that the fib thread has not taken yet are merged by prefix and source, so that
    // memory is bounded by the table and not by churn.
    void apply(fib::RouteBatch batch);

    void set_static_routes(std::vector<fib::StaticRoute> routes);  // all of them

    // As in fib::Fib.
    void track_next_hop(const fib::NextHopKey& key);
    void untrack_next_hop(const fib::NextHopKey& key);
    void watch_network(const net::Prefix& prefix);
    void unwatch_network(const net::Prefix& prefix);
    void redistribute(fib::RouteSource source, bool enabled);
    void neighbor_up(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                     fib::InterfaceIndex interface);
    void neighbor_down(fib::NeighborTag neighbor, fib::SessionEpoch epoch);
    void forget_neighbor(fib::NeighborTag neighbor);
    void end_of_rib();

    // Removes our routes and objects, or leaves them (FibConfig::keep_on_stop), then calls `done`.
    void stop(std::function<void()> done);

    // Answered on `routing`, exactly once, unless the service is destroyed before.
    void routes(const RouteQuery& query, std::function<void(RouteAnswer)> answer);
    void find(const net::Prefix& prefix, std::function<void(std::optional<ShownRoute>)> answer);
    void lookup(const net::IpAddress& address,
                std::function<void(std::optional<ShownRoute>)> answer);
    void interfaces(std::function<void(std::vector<Interface>)> answer);
    void stats(std::function<void(FibStats)> answer);

private:
    class Worker;   // everything on the fib thread
    struct Inbox;   // what comes back; ends with the service
    class Backlog;  // what the fib thread has not taken yet

    template <class Work>
    void post(Work work);

    void send_backlog();

    std::shared_ptr<Inbox> inbox_;
    std::unique_ptr<Backlog> backlog_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace dx::netlink
