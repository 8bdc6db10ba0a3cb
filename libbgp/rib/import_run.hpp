// The import of one set of attributes from one neighbor, for any number of prefixes: what does not
// depend on the prefix is done once.
#pragma once

#include <optional>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/import_rules.hpp"
#include "libbgp/rib/neighbor_state.hpp"

namespace dx::bgp {

class ImportRun {
public:
    struct Result {
        PathState state = PathState::Accepted;
        AttributeRef imported;  // only if Accepted
    };

    // The neighbor has a session, or had one. `attributes` are those of the set, and stay for as
    // long as this.
    ImportRun(AttributePool& pool, const NeighborState& from, AttributeRef received,
              const PathAttributes& attributes, RouterId our_router_id,
              bool long_lived_stale = false)
        : pool_(pool),
          from_(from),
          received_(std::move(received)),
          attributes_(attributes),
          rules_{from.settings, from.peer, our_router_id, long_lived_stale},
          checked_(check_attributes(rules_, attributes)),
          prefix_matters_(!import_ignores_prefix(from.settings)) {}

    AttributeId received() const { return received_.id(); }

    bool long_lived_stale() const { return rules_.long_lived_stale; }

    template <class Key>
    const Result& operator()(const Key& key) {
        const auto state = check_route(checked_, key);
        if (state != PathState::Accepted) return set({state, {}});
        if (prefix_matters_) return set(evaluate(key.prefix()));
        if (!shared_) shared_ = evaluate(key.prefix());
        return *shared_;
    }

private:
    const Result& set(Result result) {
        last_ = std::move(result);
        return last_;
    }

    Result evaluate(const net::Prefix& prefix) {
        auto result = import_route(rules_, prefix, attributes_);
        if (result.state != PathState::Accepted) return {result.state, {}};
        auto imported = received_;
        if (result.changed) {
            const auto scope = scope_of(result.changed->next_hop, from_.id);
            imported = pool_.intern(*result.changed, scope);
        }
        pool_.track_next_hop(imported.id());
        return {PathState::Accepted, std::move(imported)};
    }

    AttributePool& pool_;
    const NeighborState& from_;
    AttributeRef received_;
    const PathAttributes& attributes_;
    ImportFrom rules_;
    PathState checked_;
    bool prefix_matters_;
    std::optional<Result> shared_;
    Result last_;
};

// The same for a set that is in the pool already.
struct ImportAgain {
    ImportAgain(AttributePool& pool, const NeighborState& from, AttributeId received,
                RouterId our_router_id, bool long_lived_stale)
        : attributes(pool[received].unpack()),
          run(pool, from, AttributeRef(pool, received), attributes, our_router_id,
              long_lived_stale) {}

    ImportAgain(const ImportAgain&) = delete;
    ImportAgain& operator=(const ImportAgain&) = delete;

    PathAttributes attributes;
    ImportRun run;
};

}  // namespace dx::bgp
