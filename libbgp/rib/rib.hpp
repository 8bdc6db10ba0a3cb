// The routing tables: Adj-RIB-In, Loc-RIB and Adj-RIB-Out of all neighbors, and the decision
// process between them. RFC 4271 3.2 and 9, 2918, 4724, 7313, 8212, 8326, 9234,
// 9494.
//
// Owns every route. Pure: bytes are only appended to buffers, time comes in as a value, what
// happens goes out through RibEvents. One thread.
//
// Nothing here walks a whole table in one call: work is queued and done by `run_slice`, and what
// is to be sent is pulled by `fill` as the socket takes it, so that a prefix that changes a
// thousand times while a peer is slow costs one route, and memory is bounded by the table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "libbgp/policy/policy.hpp"
#include "libbgp/rib/neighbor_id.hpp"
#include "libbgp/rib/rib_events.hpp"
#include "libbgp/rib/rib_neighbor.hpp"
#include "libbgp/rib/route_view.hpp"
#include "libbgp/rib/trial.hpp"
#include "libbgp/wire/message.hpp"
#include "libbgp/wire/update.hpp"

namespace dx::bgp {

struct RibSettings {
    RouterId router_id;
    AsNumber local_as = 0;
    std::uint32_t maximum_paths = 1;  // best paths used together
    std::uint64_t hash_seed = 0;      // random, so that no peer can make prefixes collide
};

// A route of our own: `networks`, or redistributed.
struct LocalRoute {
    net::Prefix prefix;
    LocalSource source = LocalSource::Network;
    std::optional<std::uint32_t> med;
    std::uint32_t rank = UINT32_MAX;  // place in the configuration, for PrefixLimitOut::Configured
    PolicyPtr policy;                 // may refuse it or change attributes; none: as it is
};

// A position in a table for `Rib::walk`; belongs to the caller and survives any change.
struct WalkOf {
    enum class Kind : std::uint8_t {
        Table,
        ReceivedFrom,
        AdvertisedTo,
        HeldBackFrom,
        AggregatedFor
    };

    Kind kind = Kind::Table;
    NeighborId neighbor{};  // not for Table
};

class RouteWalk {
public:
    RouteWalk(net::Family family, WalkOf of = {}) : family_(family), of_(of) {}

    // Only `within` and what is more specific.
    RouteWalk(const net::Prefix& within, WalkOf of = {})
        : family_(within.family()), of_(of), within_(within) {}

private:
    template <class Key>
    friend class RouteQueries;
    friend class Rib;

    net::Family family_;
    WalkOf of_;
    std::optional<net::Prefix> within_;
    std::optional<net::Prefix> last_;  // the last one looked at
    std::vector<net::Prefix> chunk_;   // the next ones, in order
    std::size_t at_ = 0;
    bool exhausted_ = false;
};

struct RibCore;
class ChangeEffect;

class Rib {
public:
    Rib(const RibSettings& settings, RibEvents& events);
    ~Rib();
    Rib(const Rib&) = delete;
    Rib& operator=(const Rib&) = delete;

    // --- Neighbors. `set_neighbor` adds one or changes its settings; what the change makes
    // necessary (import again, export again) is queued.
    void set_neighbor(NeighborId id, const RibNeighbor& neighbor);
    void remove_neighbor(NeighborId id);  // ends its session as well; the id may be used again
    void set_maximum_paths(std::uint32_t count);

    void session_up(NeighborId id, const RibSession& session);

    // Its paths count no more at once, and go in slices; but those of the families in `kept` stay
    // in use, stale, until End-of-RIB of the next session or drop_stale() (RFC 4724 4.2).
    void session_down(NeighborId id, Families kept = {});
    void drop_stale(NeighborId id, net::Family family);
    void long_lived_stale(NeighborId id, net::Family family);  // the last choice now (RFC 9494)

    // While a family is held, paths are taken in, but nothing is decided or sent: after a restart
    // of ours, until the neighbors have told what they have (RFC 4724 4.1). Released, nothing is
    // sent before all is decided.
    void hold(net::Family family);
    void release(net::Family family);

    // --- From the peer.
    void update(NeighborId id, const Update& update, RouteTime now);

    // A hint: `update` with these fields comes soon (IPv6 prefixes are not among them). The memory
    // of a large table is far away, and most UPDATEs have too few prefixes to wait for all of
    // theirs together.
    void fetch_ahead(const UpdateLayout& update) const;

    void refresh_requested(NeighborId id, net::Family family);  // RFC 2918: send all again
    void refresh_begins(NeighborId id, net::Family family);     // RFC 7313 BoRR: all is stale
    void refresh_ends(NeighborId id, net::Family family);       // EoRR: what is stale still, goes

    // --- From the operator.
    void soft_in(NeighborId id, net::Family family);   // run the import again over what came
    void soft_out(NeighborId id, net::Family family);  // send everything again

    // --- Routes of our own. Originating again replaces.
    void originate(const LocalRoute& route, RouteTime now);
    void withdraw(LocalSource source, const net::Prefix& prefix);

    // --- From forwarding.
    void next_hop_changed(const NextHopKey& next_hop, const NextHopState& state);

    // --- Work. Handles about `budget` prefixes; true: there is more to do.
    bool run_slice(std::size_t budget);
    bool has_work() const;
    std::size_t undecided() const;  // prefixes that wait for the decision process

    // Appends whole messages for an Established neighbor until `out` has grown by `max_bytes` (one
    // message may go beyond) or nothing is pending. True: there is more.
    bool fill(NeighborId id, Buffer& out, std::size_t max_bytes);
    bool has_output(NeighborId id) const;

    // --- Queries.
    const ForwardingSet& forwarding_set(ForwardingSetId id) const;
    TableSummary summary(net::Family family) const;
    NeighborCounts counts(NeighborId id, net::Family family) const;
    std::vector<AggregateView> aggregates(NeighborId id, net::Family family) const;
    std::optional<RouteView> find(const net::Prefix& prefix) const;
    std::optional<RouteView> longest_match(const net::IpAddress& address) const;
    std::optional<net::Prefix> longest_received(
        const net::IpAddress& address) const;  // used or not
    std::optional<Explanation> explain(const net::Prefix& prefix) const;
    const RibNeighbor& settings(NeighborId id) const;

    // Import and export asked once more about one route, as they would be under `settings`; none:
    // the neighbor has sent no such path. `trace` may be null. `explain_export` also knows what
    // became of it in the session.
    std::optional<ImportTrial> try_import(const net::Prefix& prefix, NeighborId from,
                                          const RibNeighbor& settings, RouteTrace* trace) const;
    ExportTrial try_export(const net::Prefix& prefix, NeighborId to, const RibNeighbor& settings,
                           RouteTrace* trace) const;
    ExportTrial explain_export(const net::Prefix& prefix, NeighborId to, RouteTrace* trace) const;

    // Goes on with up to `max` prefixes; false: it is complete. `effect` may not be used with
    // another RIB than the one it was begun with.
    bool predict(ChangeEffect& effect, std::size_t max) const;

    // As it was last sent; none: not sent.
    std::optional<PathAttributes> advertised(NeighborId id, const net::Prefix& prefix) const;

    // Visits up to `max` routes in address order; false: the walk is at its end. Routes that come
    // or go meanwhile may be missed or seen; none is seen twice.
    bool walk(RouteWalk& walk, std::size_t max,
              const std::function<void(const RouteView&)>& visit) const;

private:
    std::unique_ptr<RibCore> core_;
};

}  // namespace dx::bgp
