// Text inside a configuration of IOS that is no configuration: what a banner says, certificates.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace dx::importing {

// How many of the lines, from the first on, are one such block: 1 where the first begins none.
std::size_t ios_block_length(std::span<const std::string_view> lines);

}  // namespace dx::importing
