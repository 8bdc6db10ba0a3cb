#include "cli/doctor/checks/session_words.hpp"

namespace dx::doctor {

bool waits_for_bfd(const Neighbor& neighbor) {
    return holds(neighbor.waiting_for, "BFD");
}

std::string why_not_dialled(const Neighbor& neighbor) {
    if (neighbor.tested) return "a failover test of this router has taken the neighbor away";
    if (!neighbor.drain.empty()) return "the neighbor is drained by the operator";
    if (neighbor.shut_down) return "the neighbor is shut down by configuration";
    if (neighbor.ended_by_limit()) return "the session ended by a prefix limit";
    return "not tried: " + neighbor.waiting_for;
}

}  // namespace dx::doctor
