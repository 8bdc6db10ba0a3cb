// Who has the places of a limit where some are the aggregates' own. Pure; only of an AdjRibOut that
// has aggregates.
#pragma once

#include <cstdint>

#include "libbgp/rib/adj_rib_out.hpp"

namespace dx::bgp {

// How many places the routes have taken, and how many they have, besides those of the aggregates.
std::size_t taken(const AdjRibOut& state);
std::uint32_t room(const AdjRibOut& state, std::uint32_t max);

// Of the places for routes, that many must be free for a return to the routes themselves: one in
// ten, and at least one. So a route that comes and goes does not swap the rest each time.
std::uint32_t kept_free(std::uint32_t places);

// All aggregates that are to be sent are, and nothing that they cover is sent or waits.
bool all_left_out(const AdjRibOut& state);

// What was sent of an aggregate and is to stay for a while; kNoAttributes: nothing.
AttributeId kept(const AdjRibOut& state, EntryId id);

// Nobody waits for places any more, or only those wait whose places are taken by what lingers.
bool nothing_to_linger_for(const AdjRibOut& state, std::uint32_t max);

}  // namespace dx::bgp
