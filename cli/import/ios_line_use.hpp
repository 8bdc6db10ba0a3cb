// Lines of one address family that many neighbors have from their group: which of them are in force
// for none.
#pragma once

#include <set>

#include "cli/import/ios_line.hpp"

namespace dx::importing {

inline constexpr auto kNotInFamily = "the neighbor is not active in that address family";

class IosLineUse {
public:
    // One neighbor's; a null line is none.
    void tell(const IosLine* line, bool in_force) {
        if (line) (in_force ? in_force_ : not_in_force_).insert(line);
    }

    // Tells those that are in force for no neighbor.
    void finish(LineAccount& account) const {
        for (const auto* line : not_in_force_)
            if (!in_force_.contains(line)) account.needless(*line, kNotInFamily);
    }

private:
    std::set<const IosLine*> in_force_;
    std::set<const IosLine*> not_in_force_;
};

}  // namespace dx::importing
