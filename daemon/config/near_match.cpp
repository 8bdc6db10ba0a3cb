#include "daemon/config/near_match.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace dx::config {
namespace {

constexpr std::size_t kLongestWord = 64;

char folded(char c) {
    if (c == '_') return '-';
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Optimal string alignment distance, ignoring case and `_` for `-`.
std::size_t distance(std::string_view a, std::string_view b) {
    std::array<std::vector<std::size_t>, 3> rows;  // this, the one before, the one before that
    for (auto& row : rows)
        row.resize(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::rotate(rows.begin(), rows.begin() + 2, rows.end());
        rows[0][0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = folded(a[i - 1]) == folded(b[j - 1]);
            rows[0][j] = std::min({rows[1][j] + 1, rows[0][j - 1] + 1, rows[1][j - 1] + !same});
            const bool swapped = i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                                 folded(a[i - 2]) == folded(b[j - 1]);
            if (swapped) rows[0][j] = std::min(rows[0][j], rows[2][j - 2] + 1);
        }
    }
    return rows[0][b.size()];
}

}  // namespace

std::optional<std::string_view> near_match(std::string_view word,
                                           std::span<const std::string_view> candidates) {
    if (word.empty() || word.size() > kLongestWord) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        const auto edits = distance(word, candidate);
        if (edits >= fewest || edits >= candidate.size()) continue;
        best = candidate;
        fewest = edits;
    }
    return best;
}

}  // namespace dx::config
