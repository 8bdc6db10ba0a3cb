#include "cli/import/families.hpp"

#include "cli/import/addresses.hpp"

namespace dx::importing {

std::optional<bool> only_family(const Neighbor& neighbor) {
    const auto& families = neighbor.families;
    if (families.empty()) return is_ipv6(neighbor.address);
    return families.size() == 1 ? std::optional(families[0] == "ipv6") : std::nullopt;
}

}  // namespace dx::importing
