// Who goes first where not all may: the order of prefix-limit out.
#pragma once

#include "libbgp/rib/loc_rib.hpp"
#include "libbgp/rib/local_routes.hpp"
#include "libbgp/rib/out_order.hpp"

namespace dx::bgp {

template <class Key>
class OutRanks {
public:
    OutRanks(const LocRib<Key>& loc_rib, const LocalRoutes<Key>& local_routes)
        : loc_rib_(loc_rib), local_routes_(local_routes) {}

    OutOrder::Place of(PrefixLimitOut::Order order, EntryId id) const {
        const auto key = loc_rib_.table()[id].key();
        return {out_rank(order, key.prefix(), local_routes_.configured_rank(key)), id};
    }

private:
    const LocRib<Key>& loc_rib_;
    const LocalRoutes<Key>& local_routes_;
};

}  // namespace dx::bgp
