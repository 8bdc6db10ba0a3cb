#include "cli/import/yaml_flow.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libfib/text/utf8.hpp"

namespace dx::importing {
namespace {

// Plain words that YAML readers take for something else.
constexpr std::array<std::string_view, 8> kOtherMeaning{"true", "false", "yes",  "no",
                                                        "on",   "off",   "null", "~"};

bool is_plain(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.front() == '-')
        return false;
    if (std::ranges::find(kOtherMeaning, text) != kOtherMeaning.end()) return false;
    return std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == ' ' || c == '.' || c == '_' || c == '-' || c == '/' ||
               c == '+';
    });
}

struct FlowText {
    std::string operator()(const std::string& text) const { return yaml_scalar(text); }

    std::string operator()(const Texts& items) const { return flow_list(items); }

    std::string operator()(const std::vector<std::pair<std::string, Texts>>& map) const {
        Texts parts;
        for (const auto& [key, items] : map)
            parts.push_back(key + ": " +
                            (items.size() == 1 && key != "add" && key != "set"
                                 ? yaml_scalar(items.front())
                                 : flow_list(items)));
        return fmt::format("{{{}}}", fmt::join(parts, ", "));
    }
};

// YAML is UTF-8 without C1 controls; a source may be anything.
std::string as_utf8(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto character = text::first_character(text);
        const bool good = character.valid && (character.code < 0x80 || character.code >= 0xa0);
        out += good ? text.substr(0, character.size) : "?";
        text.remove_prefix(good ? character.size : 1);
    }
    return out;
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
    if (is_plain(text)) return std::string(text);
    std::string out = "\"";
    for (const char c : as_utf8(text)) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + '"';
}

std::string flow_list(const Texts& items) {
    Texts quoted;
    for (const auto& item : items)
        quoted.push_back(yaml_scalar(item));
    return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string flow(const Value& value) {
    return std::visit(FlowText(), value);
}

std::string flow_map(const std::vector<Setting>& settings) {
    Texts parts;
    for (const auto& [key, value] : settings)
        parts.push_back(key + ": " + flow(value));
    return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

std::string one_line(std::string_view text) {
    auto line = as_utf8(text);
    std::ranges::replace_if(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return line;
}

}  // namespace dx::importing
