// The packets that a neighbor's session lives on, and what this host's firewall makes of them.
#pragma once

#include <string>

#include "cli/doctor/checks/facts.hpp"

namespace dx::doctor {

// The chain that drops them, "" where none does (or the rules are not known).
std::string drops_our_dialling(const Facts& facts, const Neighbor& neighbor);
std::string drops_their_dialling(const Facts& facts, const Neighbor& neighbor);
std::string drops_bfd(const Facts& facts, const Neighbor& neighbor);
std::string drops_ping(const Facts& facts, const Neighbor& neighbor);

// True if a rule that is not understood might decide about any of them.
bool firewall_is_unclear(const Facts& facts, const Neighbor& neighbor);

}  // namespace dx::doctor
