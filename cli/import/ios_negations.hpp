// `no neighbor X …`: what a line, or the neighbor's group, has said before is taken back.
#pragma once

#include "cli/import/ios_setter.hpp"

namespace dx::importing {

void take_back(const Setter& s);

}  // namespace dx::importing
