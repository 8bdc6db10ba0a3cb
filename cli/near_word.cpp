#include "cli/near_word.hpp"

#include <algorithm>
#include <cstddef>

#include "libfib/text/edit_distance.hpp"

namespace dx::cli {
std::string near_word(std::string_view given, const std::vector<std::string>& known) {
    std::string nearest;
    std::size_t least = std::min<std::size_t>(2, given.size() / 2) + 1;
    for (const auto& word : known) {
        if (word.front() >= 'A' && word.front() <= 'Z') continue;
        if (const auto apart = text::edit_distance(given, word); apart < least) {
            least = apart;
            nearest = word;
        }
    }
    return nearest;
}

}  // namespace dx::cli
