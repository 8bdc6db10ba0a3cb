// Tries the way to one neighbor, as far as it makes sense and disturbs nothing.
#pragma once

#include "cli/doctor/checks/facts.hpp"

namespace dx::doctor {

// Fills in `probes` and `signatures`.
void probe(Neighbor& neighbor);

// Without a connection: only whether it is on the link, and ping.
void probe_way(Neighbor& neighbor);

}  // namespace dx::doctor
