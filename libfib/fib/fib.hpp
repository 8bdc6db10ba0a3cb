// The forwarding table of the daemon: what every source wants, which wins, and the work of keeping
// the kernel true to it. Owns RouteTable, NextHopTable, ForwardingGroups and the vetoes.
//
// Pure: no socket, no clock, no logger. Whoever drives it feeds what routing wants and what the
// kernel shows, asks for requests while its window has room, and gives back each result:
//
//     fib.take_requests(out, room, now)  ->  netlink  ->  fib.on_result(id, errno, now)
//
// The driver calls take_requests after every call that changes something, after results, and at
// next_deadline(). It should read what the monitor socket holds before it hands in results.
// One owner, no locks. All times come from one steady clock.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libfib/fib/coverage.hpp"
#include "libfib/fib/deletion_hold.hpp"
#include "libfib/fib/fib_config.hpp"
#include "libfib/fib/fib_reports.hpp"
#include "libfib/fib/fib_view.hpp"
#include "libfib/fib/flush_queue.hpp"
#include "libfib/fib/foreign_routes.hpp"
#include "libfib/fib/forwarding_groups.hpp"
#include "libfib/fib/interfaces.hpp"
#include "libfib/fib/kernel.hpp"
#include "libfib/fib/next_hop_table.hpp"
#include "libfib/fib/pending_requests.hpp"
#include "libfib/fib/route.hpp"
#include "libfib/fib/route_errors.hpp"
#include "libfib/fib/route_table.hpp"
#include "libfib/fib/vetoes.hpp"
#include "libfib/fib/ways.hpp"

namespace dx::fib {

class Fib {
public:
    Fib(const FibConfig& config, TimePoint now);
    Fib(const Fib&) = delete;
    Fib& operator=(const Fib&) = delete;

    // A changed metric rewrites all our routes; the protocols stay those of the start.
    void configure(const FibConfig& config, TimePoint now);

    // --- What routing wants ---

    void apply(const RouteBatch& batch, TimePoint now);
    void set_static_routes(std::vector<StaticRoute> routes, TimePoint now);  // all of them

    // Asks to be told a next hop's state: the present one at once, then every change (as events).
    void track_next_hop(const NextHopKey& key, TimePoint now);
    void untrack_next_hop(const NextHopKey& key);

    // The same for `network … when: route`.
    void watch_network(const net::Prefix& prefix);
    void unwatch_network(const net::Prefix& prefix);

    // Which sources' winning routes are told as RedistributedRoute; those there are now at once.
    void redistribute(RouteSource source, bool enabled);

    // A neighbor's next hops are vetoed from neighbor_down (or the loss of its interface) until
    // neighbor_up with a later epoch, whatever routing may still send in between. An older epoch's
    // call is ignored. `interface` of a session over one hop, else kNoInterface.
    void neighbor_up(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface,
                     TimePoint now);
    void neighbor_down(NeighborTag neighbor, SessionEpoch epoch, TimePoint now);

    // The session is back, but the neighbor has to wait for neighbor_up: until then its next hops
    // are used only where nothing else leads.
    void neighbor_returning(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface,
                            TimePoint now);

    // What taking the neighbor away would come to. One pass over all routes.
    Reliance reliance_on(NeighborTag neighbor) const;

    // A drill: neighbor_down, of which the kernel has made what it can when moved() says so; then
    // taken_over() tells what became of the routes that the neighbor carried. From then on
    // lost_way() looks at `count` of those that had a way, the next ones with each call, and names
    // one that has none any more.
    Drill take_away(NeighborTag neighbor, SessionEpoch epoch, TimePoint now);
    bool moved(const Drill& drill) const;
    FailedOver taken_over(Drill& drill) const;
    std::optional<net::Prefix> lost_way(Drill& drill, std::size_t count) const;

    // A neighbor's share of the traffic among next hops that are used together, 2..255, whatever
    // they say, the others' too; 1: what they say. It acts at once.
    void set_weight(NeighborTag neighbor, std::uint16_t weight, TimePoint now);

    // Routes by neighbors that yield are kept out of the kernel while a shorter one by a neighbor
    // that covers is in it and can be used. A next hop with a role of its own has that.
    void set_cover_role(NeighborTag neighbor, CoverRole role, TimePoint now);

    void forget_neighbor(NeighborTag neighbor);  // the tag may be used for another one

    // Every neighbor's End-of-RIB is in: what is stale is swept.
    void end_of_rib(TimePoint now);

    // The daemon ends: removes our routes and objects, or leaves them (keep_on_stop). Drive on
    // until stopped().
    void stop(TimePoint now);
    bool stopped() const;

    // --- What the kernel shows ---

    void set_object_support(ObjectSupport support);
    void on_link(const LinkChange& change, TimePoint now);
    void on_address(const AddressChange& change, TimePoint now);
    void on_route(const KernelRoute& route, Seen seen, TimePoint now);
    void on_object(const KernelObject& object, Seen seen, TimePoint now);

    // A dump of the objects, then of the routes of both families. At start (before it no request is
    // given out) and after an overrun of the monitor. If begun again, the former is void.
    void begin_dump(TimePoint now);
    void end_dump(TimePoint now);

    // --- The work ---

    // Appends at most `limit` requests to `out`, in the order to be executed; returns how many.
    std::size_t take_requests(std::vector<KernelRequest>& out, std::size_t limit, TimePoint now);
    void on_result(RequestId id, int error, TimePoint now);  // error: errno, 0 is success

    // When to call take_requests again though nothing happens.
    std::optional<TimePoint> next_deadline() const;

    // Nothing to send and nothing unanswered (what waits for a retry or a linger does not count).
    bool quiet() const;

    std::vector<FibEvent> take_events();

    // --- For show ---

    // At most `limit` routes behind `after` (nullopt: from the start) in address order, only those
    // within `within`. Robust against changes between calls. The last prefix visited, while there
    // may be more.
    std::optional<net::Prefix> walk(std::optional<net::Prefix> after, std::size_t limit,
                                    const std::optional<net::Prefix>& within, TimePoint now,
                                    const std::function<void(const RouteView&)>& visit) const;
    std::optional<RouteView> find(const net::Prefix& prefix, TimePoint now) const;
    std::optional<RouteView> lookup(const net::IpAddress& address, TimePoint now) const;  // longest
    FibSummary summary() const;

    std::uint64_t route_count() const { return ours_; }  // prefixes that BGP or Static won

    std::uint64_t installed() const {  // routes that the kernel has of us
        return counts_[0].present + counts_[1].present;
    }

private:
    // What is counted along the way, of a family.
    struct Counts {
        std::uint64_t selected = 0;  // prefixes that BGP or Static won
        std::uint64_t present = 0;
        std::uint64_t stale = 0;
        std::uint64_t conflicts = 0;  // refusals: EEXIST
        std::uint64_t failed = 0;     // refusals: all others
    };

    // Passing: a link, an address or an object is on its way. Lasting: not expected to pass.
    enum class Refusal : std::uint8_t { Passing, Conflict, Lasting };

    // What happened to a group, for the pass over its routes.
    using Marks = std::vector<std::uint8_t>;

    enum class Step : std::uint8_t { None, Add, Replace, Delete, Lazy, Wait, Relabel };

    using StaticKey = std::pair<net::Prefix, Distance>;

    // fib.cpp: what is wanted
    void set_candidate(const net::Prefix& prefix, Candidate candidate);
    void remove_candidate(const net::Prefix& prefix, const Candidate& which);
    void deserted(ForwardingId id);
    void take_along(ForwardingId id);
    void touched(PrefixId id, const net::Prefix& prefix);
    ForwardingId intern(const Forwarding& forwarding);
    void move_metric(std::uint32_t old_metric);
    void enqueue_all();

    // fib_sources.cpp: what does not come in batches
    void refresh_static_routes();
    void refresh_connected();
    void refresh_sources();

    // fib_neighbors.cpp
    void let_leave_first(NeighborTag neighbor);

    // fib_settle.cpp: consequences
    void settle(TimePoint now);
    void settle_groups(TimePoint now);
    void refresh_next_hops();
    void refresh_groups();
    void refresh_group(ForwardingId id);
    void take_consequences();
    void mark(ForwardingId id, std::uint8_t what);
    void pass_over_routes();
    void pass_over_route(PrefixId id, const Marks& marks);
    void finish_revivals();
    void flush_lazy(bool now);
    bool usable(const net::Prefix& prefix, const Candidate& candidate) const;
    Use use_of(const net::Prefix& prefix, const Candidate& candidate) const;
    void tell(PrefixId id, const net::Prefix& prefix);
    bool counts_elsewhere(PrefixId id, const net::Prefix& prefix) const;

    // fib_drill.cpp: who carries what
    using Without = std::optional<NeighborTag>;

    using Takers = std::optional<std::vector<NeighborTag>>;  // nullopt: packets go past it
    std::vector<bool> groups_carried_by(NeighborTag neighbor) const;
    Takers takers(const net::Prefix& prefix, const Candidate& candidate, Without without) const;
    Takers takers(PrefixId id, Without without) const;
    std::set<NeighborTag> takers(const net::Prefix& prefix, Without without = {}) const;

    // fib_coverage.cpp: routes behind a shorter one
    bool refresh_cover(Group& group);
    bool covers(const Group& group) const;
    bool covers(const RouteEntry& entry) const;
    std::optional<net::Prefix> cover_of(const net::Prefix& prefix) const;
    std::optional<net::Prefix> covered_by(const RouteEntry& entry, const net::Prefix& prefix) const;
    void cover_changed(PrefixId id);

    // The selection of a prefix, or whether the kernel has it, is another one now.
    void follow_cover(PrefixId id) {
        if (coverage_.in_use()) cover_changed(id);
    }

    void look_at_all_covered();
    void count_covered(FibSummary& summary) const;

    // fib_kernel.cpp: what the kernel shows
    bool is_ours(const KernelRoute& route) const;
    bool is_leftover(const KernelRoute& route) const;
    bool has_our_marks(const KernelRoute& route) const;
    void on_leftover(const KernelRoute& route);
    void on_our_route(const KernelRoute& route, Seen seen);
    void adopt(const KernelRoute& route);
    void describe(RouteEntry& entry, const KernelRoute& route);
    bool matches(const RouteEntry& entry, const KernelRoute& route) const;
    void lose_route(PrefixId id);
    void sweep();

    // fib_foreign.cpp: the routes of others
    void on_foreign_route(const KernelRoute& route, Seen seen);
    void refresh_foreign(const net::Prefix& prefix);
    void refresh_foreign(const std::vector<net::Prefix>& prefixes);

    // fib_work.cpp: what a route needs
    // Every change of an entry goes through one of these: the groups' counts follow.
    template <typename Change>
    void change(PrefixId id, Change&& what) {
        auto& entry = table_.entries()[id];
        count_selected<-1>(id, entry);
        count_installed<-1>(id, entry);
        what(entry);
        count_selected<1>(id, entry);
        count_installed<1>(id, entry);
    }

    // Of what the kernel has only.
    template <typename Change>
    void change_installed(PrefixId id, Change&& what) {
        auto& entry = table_.entries()[id];
        count_installed<-1>(id, entry);
        what(entry);
        count_installed<1>(id, entry);
    }

    static std::size_t family_index(PrefixId id) {
        return static_cast<std::size_t>(net::PrefixMap<RouteEntry>::family(id));
    }

    Counts& counts(PrefixId id) { return counts_[family_index(id)]; }

    template <int Sign>
    void count_selected(PrefixId id, const RouteEntry& entry);
    template <int Sign>
    void count_installed(PrefixId id, const RouteEntry& entry);
    bool wanted(PrefixId id, const RouteEntry& entry) const;
    bool installable(PrefixId id, const RouteEntry& entry) const;
    bool object_form(const RouteEntry& entry, const Group& group) const;
    Step next_step(PrefixId id, const RouteEntry& entry) const;
    Step step_of_present(const RouteEntry& entry, bool over_object) const;
    Step step_of_move(const RouteEntry& entry, bool over_object) const;
    static std::uint32_t lane(ForwardingId forwarding);
    void enqueue(PrefixId id);
    void forget_if_empty(PrefixId id);

    // fib_requests.cpp
    void take_objects(std::vector<KernelRequest>& out, std::size_t end);
    bool take_object(const ForwardingGroups::Planned& planned, std::vector<KernelRequest>& out);
    void take_routes(std::vector<KernelRequest>& out, std::size_t end);
    std::optional<TimePoint> deletions_wait_until() const;
    void take_cleanups(std::vector<KernelRequest>& out, std::size_t end);
    void take_route(PrefixId id, std::vector<KernelRequest>& out);
    void delete_route(PrefixId id, RouteEntry& entry, std::vector<KernelRequest>& out);
    void put_route(PrefixId id, RouteEntry& entry, bool adding, std::vector<KernelRequest>& out);
    void run_timers(TimePoint now);

    // fib_results.cpp
    void on_object_result(const PendingRequest& pending, int error);
    void on_put_result(const PendingRequest& pending, int error);
    void on_put_refused(const PendingRequest& pending, int error);
    void on_delete_result(const PendingRequest& pending, int error);
    void refused(PrefixId id, int error, Refusal why);
    void clear_error(PrefixId id);
    std::uint64_t& count_of_error(PrefixId id, int error);
    void begin_failover(NeighborTag neighbor);
    void note_moved();
    bool pause_for(int error);

    // The age of a candidate is counted from its value of this.
    std::uint32_t seconds_run() const {
        return static_cast<std::uint32_t>((now_ - start_) / std::chrono::seconds(1));
    }

    std::uint8_t protocol(bool static_protocol) const {
        return static_protocol ? config_.static_protocol : config_.bgp_protocol;
    }

    // fib_show.cpp
    RouteView view(PrefixId id, TimePoint now) const;
    InstallState state_of(PrefixId id, const RouteEntry& entry, int error) const;
    void count_usable(FibSummary& summary) const;
    bool is_conflict(PrefixId id, const std::vector<Candidate>& losing) const;
    std::vector<OnLink> places(const Candidate& candidate) const;
    NextHopProblem problem_of(const Forwarding& forwarding) const;

    FibConfig config_;
    TimePoint start_;
    TimePoint now_;
    Interfaces interfaces_;
    Vetoes vetoes_;
    Coverage coverage_;
    ForwardingGroups groups_;
    RouteTable table_;
    NextHopTable next_hops_;
    Ways ways_;

    // What is wanted.
    std::vector<StaticRoute> static_routes_;
    std::map<StaticKey, Forwarding> static_candidates_;
    std::map<net::Prefix, std::vector<InterfaceIndex>> connected_;
    ForeignRoutes foreign_;
    FibReports reports_;

    // Settling.
    bool stale_next_hops_ = false;
    bool stale_groups_ = false;
    bool stale_cover_ = false;
    Marks marks_;
    bool marked_ = false;
    bool reviving_ = false;

    // The work.
    FlushQueue queue_;
    DeletionHold hold_;
    PendingRequests pending_;
    RouteErrors errors_;
    std::deque<DeleteRoute> cleanups_;
    std::vector<DeleteRoute> leftovers_;  // of earlier runs, to be cleaned up once swept
    std::vector<PrefixId> lazy_;
    std::optional<TimePoint> lazy_until_;
    std::optional<TimePoint> paused_until_;
    unsigned pauses_ = 0;
    std::optional<net::IpAddress> sources_[2];  // in use, by family
    std::uint64_t selected_[4] = {};            // prefixes by the source that won them
    std::uint64_t ours_ = 0;                    // those that BGP or Static won
    std::uint64_t in_kernel_ = 0;               // present or perhaps
    Counts counts_[2];                          // by family
    std::uint64_t unnamed_objects_ = 0;         // routes over objects that are no group's

    // Start, dump, end.
    bool synced_ = false;
    std::uint32_t dumps_ = 0;  // begun
    bool swept_ = false;
    bool adopted_objects_ = false;
    std::optional<TimePoint> sweep_at_;
    bool stopping_ = false;

    FailoverTimes failover_times_;

    struct Failure {  // the traffic of a lost neighbor is being moved
        NeighborTag neighbor{};
        TimePoint since{};
    };

    std::optional<Failure> failure_;
};

}  // namespace dx::fib

#include "libfib/fib/fib_counts.hpp"
