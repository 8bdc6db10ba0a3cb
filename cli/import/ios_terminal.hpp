// The output of a router as a terminal shows it.
#pragma once

#include <string>
#include <string_view>

namespace dx::importing {

// Without what a session that was recorded, or an editor, has left in it besides: a pager's
// "--More--", what backspaces and carriage returns write over, a byte order mark.
std::string as_shown(std::string_view text);

}  // namespace dx::importing
