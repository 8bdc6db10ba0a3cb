// Looking at one family's table: for `show` and `why`. Changes nothing.
#pragma once

#include <functional>
#include <optional>

#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/rib.hpp"

namespace dx::bgp {

template <class Key>
class RouteQueries {
public:
    RouteQueries(const RibShared& shared, const LocRib<Key>& loc_rib)
        : shared_(shared), loc_rib_(loc_rib) {}

    std::optional<RouteView> find(const Key& key) const;
    std::optional<RouteView> longest_match(const Key& host) const;
    std::optional<net::Prefix> longest_received(const Key& host) const;
    std::optional<Explanation> explain(const Key& key) const;
    std::optional<PathAttributes> advertised(const NeighborState& to, const Key& key) const;
    std::optional<ImportTrial> try_import(const NeighborState& from, const RibNeighbor& settings,
                                          const Key& key, RouteTrace* trace) const;
    ExportTrial try_export(const NeighborState& to, const RibNeighbor& settings, const Key& key,
                           RouteTrace* trace) const;
    ExportTrial explain_export(const NeighborState& to, const Key& key, RouteTrace* trace) const;
    bool walk(RouteWalk& walk, std::size_t max,
              const std::function<void(const RouteView&)>& visit) const;

private:
    const Path* best_of(EntryId id) const;
    void add_advertised(const NeighborState& to, EntryId id, RouteView& route) const;
    bool belongs(const WalkOf& of, EntryId id) const;
    void next_chunk(RouteWalk& walk) const;
    RouteView view(EntryId id) const;
    PathView path_view(const Path& path) const;
    std::shared_ptr<const PathAttributes> unpacked(AttributeId id) const;

    const RibShared& shared_;
    const LocRib<Key>& loc_rib_;
};

}  // namespace dx::bgp
