#include "cli/near_word.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace dx::cli {
namespace {

// Damerau and Levenshtein's distance (a swap of neighbors counts once), three rows at a time.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t> row(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({row[j - 1] + 1, last[j] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last = std::exchange(last, std::move(row));
    }
    return last.back();
}

}  // namespace

std::string near_word(std::string_view given, const std::vector<std::string>& known) {
    std::string nearest;
    std::size_t least = std::min<std::size_t>(2, given.size() / 2) + 1;
    for (const auto& word : known) {
        if (word.front() >= 'A' && word.front() <= 'Z') continue;
        if (const auto apart = distance(given, word); apart < least) {
            least = apart;
            nearest = word;
        }
    }
    return nearest;
}

}  // namespace dx::cli
