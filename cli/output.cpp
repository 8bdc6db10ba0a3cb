#include "cli/output.hpp"

#include <algorithm>
#include <array>

#include "cli/text_width.hpp"

namespace dx::cli {

std::string Output::toned(std::string_view text, Tone tone) const {
    constexpr std::array<std::string_view, 4> kColours{"", "32", "33", "31"};  // by Tone
    if (!style_.colour || tone == Tone::Plain || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", kColours[static_cast<std::size_t>(tone)], text);
}

void Output::write_row(std::string_view columns_before, std::string_view free_text) {
    constexpr std::size_t kLeast = 8;  // a line that is too long already breaks anyway
    const auto used = columns(columns_before);
    const auto room = style_.width == 0 ? 0 : std::max(style_.width, used + kLeast) - used;
    write(columns_before);
    write(cut(free_text, room));
    write("\n");
}

}  // namespace dx::cli
