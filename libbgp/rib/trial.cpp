#include "libbgp/rib/trial.hpp"

#include <array>

namespace dx::bgp {

namespace {

constexpr std::array<std::string_view, 21> kExportStates{
    "advertised",
    "the session is not established",
    "the session does not carry this address family",
    "nothing is chosen yet: the neighbors tell their routes again after our restart",
    "there is no best path",
    "no export policy",
    "learnt over iBGP, not passed on over iBGP",
    "the community NO_ADVERTISE",
    "the community NO_EXPORT",
    "marked for customers only (OTC), which the neighbor is not",
    "learnt from an AWS neighbor, not given to another",
    "a default route, which must not go out on a public virtual interface",
    "long-lived stale, which the neighbor does not understand",
    "filtered by the export policy",
    "learnt from it",
    "its AS is in the AS path",
    "no address of ours for it to use as next hop",
    "the neighbor itself is the next hop",
    "held back by the prefix limit",
    "an aggregate stands in for it",
    "its attributes fit in no message",
};

static_assert(kExportStates.size() == static_cast<std::size_t>(ExportState::DoesNotFit) + 1);

}  // namespace

std::string_view to_string(ExportState state) {
    return kExportStates[static_cast<std::size_t>(state)];
}

}  // namespace dx::bgp
