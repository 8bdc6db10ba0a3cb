// Cisco's "type 7" passwords: obscured, not encrypted, so that they can be taken over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dx::importing {

// None if it is not of this form.
std::optional<std::string> decode_type7(std::string_view text);

}  // namespace dx::importing
