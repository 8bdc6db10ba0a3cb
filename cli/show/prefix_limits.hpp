// The prefix limits of a neighbor's address family, in `show ip bgp neighbors`.
#pragma once

#include "cli/fields.hpp"
#include "cli/output.hpp"

namespace dx::cli {

void print_limits(const Object& family, Output& out);

}  // namespace dx::cli
