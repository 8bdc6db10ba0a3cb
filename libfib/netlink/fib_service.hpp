// Forwarding as the routing thread sees it: a thread of its own with the Fib and its kernel.
//
// Every call returns at once and is carried out on the fib thread in the order of the calls;
// everything that is told comes back on the routing io_context, in order. No state is shared. All
// of it belongs to the network namespace of the thread that constructs the service.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libfib/fib/fib.hpp"
#include "libfib/netlink/change_queue.hpp"
#include "libfib/netlink/interface_table.hpp"
#include "libfib/netlink/kernel_sync.hpp"
#include "libfib/netlink/note.hpp"

namespace dx::netlink {

struct FibServiceConfig {
    fib::FibConfig fib;
    std::uint32_t table = 254;  // the kernel's; fixed while the service runs
    bool tune_kernel = true;    // net.ipv4.nexthop_compat_mode=0 from plain_route_limit routes on

    friend bool operator==(const FibServiceConfig&, const FibServiceConfig&) = default;
};

// What the routing thread hears. May call the service back, but not end it.
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

struct FailoverAnswer {
    fib::FailedOver what;
    std::chrono::steady_clock::duration took{};  // until the kernel had acknowledged all of it
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

struct FibStats {
    fib::FibSummary fib;
    KernelStats kernel;
};

struct FibProgress {
    std::uint64_t installed = 0;  // routes that the kernel has of us
    bool quiet = true;            // it has been told all, and has answered
};

class FibWorker;

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

    // A batch is one slice of the fib thread's work: some thousands of changes at most. While that
    // thread lags behind, changes are merged by prefix and source, so that memory is bounded by the
    // table and not by churn.
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
    void neighbor_returning(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                            fib::InterfaceIndex interface);
    // From any thread: BFD's must not wait for routing. The order of what the threads say does not
    // matter if no epoch is used twice, not for another neighbor either.
    void neighbor_down(fib::NeighborTag neighbor, fib::SessionEpoch epoch);
    // A drill: see fib::Fib::take_away. Answered when the kernel has moved the traffic. Then
    // lost_way() looks at some more of what has moved with each call, until end_drill().
    void fail_over(fib::NeighborTag neighbor, fib::SessionEpoch epoch,
                   std::function<void(FailoverAnswer)> answer);
    void lost_way(std::function<void(std::optional<net::Prefix>)> answer);
    void end_drill();
    void set_weight(fib::NeighborTag neighbor, std::uint16_t weight);
    void set_cover_role(fib::NeighborTag neighbor, fib::CoverRole role);
    void forget_neighbor(fib::NeighborTag neighbor);
    void end_of_rib();  // takes effect behind the changes that were told before

    // Removes our routes and objects, or leaves them (FibConfig::keep_on_stop), then calls `done`.
    void stop(std::function<void()> done);

    // Answered on `routing`, exactly once, unless the service is destroyed before.
    void routes(const RouteQuery& query, std::function<void(RouteAnswer)> answer);
    void find(const net::Prefix& prefix, std::function<void(std::optional<ShownRoute>)> answer);
    void lookup(const net::IpAddress& address,
                std::function<void(std::optional<ShownRoute>)> answer);
    void interfaces(std::function<void(std::vector<Interface>)> answer);
    void stats(std::function<void(FibStats)> answer);
    void reliance_on(fib::NeighborTag neighbor, std::function<void(fib::Reliance)> answer);
    void progress(std::function<void(FibProgress)> answer);  // cheap, however many routes

private:
    struct Inbox;

    void send_changes();

    template <class Change>
    void change(Change change);

    template <class Ask, class Answer>
    void query(Ask ask, Answer answer);

    std::shared_ptr<Inbox> inbox_;
    ChangeQueue changes_;
    bool end_of_rib_waits_ = false;  // for all of them to be on their way
    std::unique_ptr<FibWorker> worker_;
};

}  // namespace dx::netlink
