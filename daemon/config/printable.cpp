#include "daemon/config/printable.hpp"

#include "libfib/text/utf8.hpp"

namespace dx::config {

std::string printable(std::string_view text, std::size_t longest) {
    std::string out;
    while (!text.empty()) {
        if (longest == 0) return out + "...";
        const auto character = text::first_character(text);
        if (character.valid && text::is_printable(character.code))
            out += text.substr(0, character.size);
        else
            out += '?';
        longest -= std::min(longest, character.size);
        text.remove_prefix(character.size);
    }
    return out;
}

}  // namespace dx::config
