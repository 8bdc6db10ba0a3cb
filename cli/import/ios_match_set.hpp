// The `match` and `set` lines of route maps, one by one, as dxrouted's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/import/ios_line.hpp"
#include "cli/import/ios_lists.hpp"
#include "cli/import/model.hpp"

namespace dx::importing {

struct MatchOrSet {
    Setting setting;
    std::string trouble;                // why it cannot be translated; "" if it can
    std::vector<ListEntry> in_order{};  // instead of `setting`: a prefix list that denies, too
};

MatchOrSet match_of(const IosLine& line, const IosLists& lists);

// `our_as`: a prepend of it is a number of times.
MatchOrSet set_of(const IosLine& line, const IosLists& lists, std::uint32_t our_as);

}  // namespace dx::importing
