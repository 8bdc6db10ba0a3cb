#include "daemon/config/near_match.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "libfib/text/edit_distance.hpp"

namespace dx::config {
namespace {

constexpr std::size_t kLongestWord = 64;

// As far as a slip of the hand is concerned: case, and `_` for `-`.
std::string folded(std::string_view word) {
    std::string result(word);
    for (auto& c : result)
        c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

}  // namespace

std::optional<std::string_view> near_match(std::string_view word,
                                           std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > kLongestWord) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        const auto edits = text::edit_distance(folded(word), folded(candidate));
        if (edits >= fewest || edits >= candidate.size()) continue;
        best = candidate;
        fewest = edits;
    }
    return best;
}

}  // namespace dx::config
