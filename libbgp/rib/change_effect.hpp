// What other settings, or other routes of our own, would make of the tables as they are: for
// `config diff`. The rules, the decision process and the order under a limit are those of the real
// thing (import_rules.hpp, export_rules.hpp, decision.hpp, out_order.hpp). Changes nothing;
// Rib::predict goes through the tables in steps, and the answer is there when it says so.
//
// Predicted: what import accepts, rejects or gives other attributes, the best paths that follow
// from it, and what each neighbor with a session is then sent that it has not been sent; the
// prefix limits of both directions included. Not predicted: what a session that ends would bring
// when it is back (roles, families, another peer), attributes that fit in no message. A next hop
// that no path has used so far counts as reachable. Where aggregates come into use, or go out of
// it, only because of what is wanted for a moment on the way, they count as they are now, and
// `certain` says so. What changes in the tables meanwhile counts as it was when its turn came.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "libbgp/rib/effect_counts.hpp"
#include "libbgp/rib/intake_forecast.hpp"
#include "libbgp/rib/out_forecast.hpp"
#include "libbgp/rib/out_order.hpp"
#include "libbgp/rib/rib.hpp"

namespace dx::bgp {

struct NeighborState;

// Neighbors that are not named, and routes where none are given, stay as they are.
struct Proposal {
    std::map<NeighborId, RibNeighbor> settings;
    std::set<NeighborId> gone;                     // their sessions end
    std::optional<std::vector<LocalRoute>> local;  // all routes of our own

    const RibNeighbor& of(const NeighborState& neighbor) const;
};

// Prefixes, of one neighbor and family.
struct NeighborEffect {
    using Counts = EffectCounts;

    Counts in;
    Counts out;
    bool certain = true;  // of `out`
    bool ends = false;    // prefix-limit in is exceeded, and that ends the session

    friend bool operator==(const NeighborEffect&, const NeighborEffect&) = default;
};

// Belongs to the caller; a RIB of its own it never keeps.
class ChangeEffect {
public:
    explicit ChangeEffect(Proposal proposal);

    const NeighborEffect& of(NeighborId id, net::Family family) const;

private:
    template <class Key>
    friend class EffectWalk;
    template <class Key>
    friend class EffectExports;
    friend class Rib;

    struct OwnRoute {
        LocalSource source{};
        std::uint32_t rank = UINT32_MAX;
        PathAttributes attributes;
    };

    using OwnRoutes = std::map<net::Prefix, std::vector<OwnRoute>>;

    // One who wants a place under a limit, and what it has been sent.
    struct Contender {
        OutRank rank;
        bool sent = false;
        bool same = false;

        friend bool operator<(const Contender& a, const Contender& b) { return a.rank < b.rank; }
    };

    // How far the walk over a family's table has come: its entries, then our own routes for which
    // it has none.
    struct Progress {
        EntryId next_counted = 1;  // before all: where prefix-limit in may keep something out
        std::map<NeighborId, IntakeForecast> intakes;
        bool counted = false;
        EntryId next = 1;
        std::optional<net::Prefix> last_own;
        bool done = false;
        bool touched = false;  // something about a path would be different
        std::map<NeighborId, std::set<Contender>> places;  // the first ones, as many as may go
        std::map<NeighborId, OutForecast> forecasts;       // where there would be aggregates
    };

    Proposal proposal_;
    PerFamily<OwnRoutes> own_;
    PerFamily<Progress> progress_;
    PerFamily<std::map<NeighborId, NeighborEffect>> effects_;
};

}  // namespace dx::bgp
