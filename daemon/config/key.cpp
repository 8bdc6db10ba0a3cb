#include "daemon/config/key.hpp"

#include "daemon/config/near_match.hpp"
#include "daemon/config/utf8.hpp"

namespace dx::config {
namespace {

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (const auto word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

}  // namespace

void check_names(Reader& reader, const Node& map, std::span<const std::string_view> known,
                 std::span<const std::string_view> required) {
    std::vector<std::string_view> meant;  // by misspelt keys: not reported as missing too
    for (const auto& entry : map.entries) {
        if (std::ranges::find(known, entry.key) != known.end()) continue;
        if (reader.full()) return;
        const auto near = near_match(entry.key, known);
        if (near) meant.push_back(*near);
        reader.error(entry.key_at, "unknown key '" + printable(entry.key) + "' (" +
                                       (near ? "did you mean '" + std::string(*near) + "'?"
                                             : "expected one of " + joined(known)) +
                                       ")");
    }
    for (const auto name : required)
        if (!map.find(name) && std::ranges::find(meant, name) == meant.end())
            reader.problem(map, "the key '" + std::string(name) + "' is missing (expected " +
                                    std::string(name) + ": VALUE)");
}

bool expect_map(Reader& reader, const Node& value, std::span<const std::string_view> keys) {
    if (value.is_map() || value.is_null()) return true;
    reader.wrong(value, "a mapping", "a mapping with the keys " + joined(keys));
    return false;
}

}  // namespace dx::config
