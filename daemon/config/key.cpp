#include "daemon/config/key.hpp"

#include <array>

#include "daemon/config/near_match.hpp"
#include "daemon/config/printable.hpp"

namespace dx::config {
namespace {

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (const auto word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

// A line without its colon is a key with blanks to YAML. What stands behind the first word was
// meant to be a value, perhaps a secret one: it is not shown.
bool says_missing_colon(Reader& reader, const Node::Entry& entry,
                        std::span<const std::string_view> known) {
    const auto blank = entry.key.find_first_of(" \t");
    if (blank == std::string::npos) return false;
    const auto word = entry.key.substr(0, blank);
    const auto near = near_match(word, known);
    reader.error(entry.key_at, "there is no colon behind '" + printable(word) + "' (expected " +
                                   (near ? std::string(*near) : "KEY") + ": VALUE)");
    return true;
}

// What people try because others have it, and what to say instead of the keys that there are.
struct Unsupported {
    std::string_view in;
    std::string_view name;
    std::string_view words;
};

constexpr std::string_view kNoAuthentication =
    "BFD authentication is not supported (expected none; AWS uses none, switch it off at the peer)";

constexpr std::array kUnsupported{
    Unsupported{"bfd", "auth", kNoAuthentication},
    Unsupported{"bfd", "auth-key", kNoAuthentication},
    Unsupported{"bfd", "authentication", kNoAuthentication},
    Unsupported{"bfd", "password", kNoAuthentication},
};

bool says_unsupported(Reader& reader, const Node::Entry& entry) {
    const auto* const found = std::ranges::find_if(kUnsupported, [&](const Unsupported& each) {
        return each.in == reader.key() && each.name == entry.key;
    });
    if (found == kUnsupported.end()) return false;
    reader.error(entry.key_at, printable(entry.key) + ": " + std::string(found->words));
    return true;
}

}  // namespace

void check_names(Reader& reader, const Node& map, std::span<const std::string_view> known,
                 std::span<const std::string_view> required) {
    std::vector<std::string_view> meant;  // by misspelt keys: not reported as missing too
    for (const auto& entry : map.entries) {
        if (std::ranges::find(known, entry.key) != known.end()) continue;
        if (reader.full()) return;
        if (entry.key == "<<") {
            reader.error(entry.key_at,
                         "a merge key (expected the keys themselves; '*NAME' stands for a whole "
                         "value)");
            continue;
        }
        if (says_missing_colon(reader, entry, known) || says_unsupported(reader, entry)) continue;
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
