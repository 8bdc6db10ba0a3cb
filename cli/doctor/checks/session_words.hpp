// What a neighbor's own words tell of its session.
#pragma once

#include <string>
#include <string_view>

#include "cli/doctor/checks/facts.hpp"

namespace dx::doctor {

inline bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool waits_for_bfd(const Neighbor& neighbor);

// Of one that is left alone on purpose, or waits for something.
std::string why_not_dialled(const Neighbor& neighbor);

}  // namespace dx::doctor
