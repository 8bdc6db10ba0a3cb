// The checks, one row each, in the order in which AWS's support walks the path; and what follows
// from them. Pure: facts in, findings out.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor/checks/facts.hpp"
#include "cli/doctor/checks/finding.hpp"

namespace dx::doctor {

struct NeighborCheck {
    std::string_view name;
    Finding (*run)(const Facts&, const Neighbor&);
};

struct HostCheck {
    std::string_view name;
    Finding (*run)(const Facts&);
};

std::span<const NeighborCheck> neighbor_checks();
std::span<const HostCheck> host_checks();

struct Entry {
    std::string_view check;
    std::string neighbor;  // its name; empty: the host's
    Finding finding;
};

struct Diagnosis {
    std::vector<Entry> entries;
    std::string conclusion;  // one sentence
    unsigned failures = 0;
};

Diagnosis diagnose(const Facts& facts);

}  // namespace dx::doctor
