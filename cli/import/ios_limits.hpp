// Prefix limits of a neighbor, which are those of the address family that their line stands in.
#pragma once

#include "cli/import/ios_line_use.hpp"
#include "cli/import/ios_setter.hpp"

namespace dx::importing {

void maximum_prefix(const Setter& s);
void maximum_prefix_out(const Setter& s);

// Of a session with one family the other one's limits count where it has none of its own: they may
// have been written before the families were said. Needs the families.
void finish_limits(Peer& peer, IosLineUse& use);

}  // namespace dx::importing
