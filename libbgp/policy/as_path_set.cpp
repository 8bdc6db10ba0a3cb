#include "libbgp/policy/as_path_set.hpp"

#include <algorithm>
#include <regex>

namespace dx::bgp {
namespace {

constexpr std::size_t kMaxExpression = 500;  // characters

// Cisco's dialect in POSIX words: `_` is a separator or an end, and braces are no counts.
std::string to_posix(std::string_view text) {
    std::string posix;
    bool bracket = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (bracket) {
            bracket = c != ']';
            posix += c;
        } else if (c == '\\' && i + 1 < text.size()) {
            posix += c;
            posix += text[++i];
        } else if (c == '_') {
            posix += "(^| |$)";
        } else if (c == '{' || c == '}') {
            posix += '[';
            posix += c;
            posix += ']';
        } else {
            bracket = c == '[';
            posix += c;
        }
    }
    return posix;
}

}  // namespace

// The polynomial executor of libstdc++ follows all alternatives at once: the default one goes back
// and recurses for each character, so that a long AS_PATH could exhaust the stack.
struct AsPathExpression::Compiled {
    explicit Compiled(std::string_view text)
        : regex(to_posix(text),
                std::regex::extended | std::regex::nosubs | std::regex_constants::__polynomial) {}

    std::regex regex;
};

Parsed<AsPathExpression> AsPathExpression::parse(std::string_view text) {
    const auto wrong = [text](const std::string& why) {
        return "'" + std::string(text.substr(0, 60)) + "' is not a regular expression: " + why +
               " (expected one for AS paths, as ^64512_ or _65001$)";
    };
    if (text.empty()) return wrong("it is empty");
    if (text.size() > kMaxExpression) return wrong("it is longer than 500 characters");
    try {
        return AsPathExpression(std::string(text), std::make_shared<const Compiled>(text));
    } catch (const std::regex_error& error) {
        return wrong(error.what());
    }
}

bool AsPathExpression::matches(const std::string& path) const {
    return std::regex_search(path, compiled_->regex);
}

bool AsPathSet::matches(const std::string& path) const {
    return std::ranges::any_of(expressions_, [&](const auto& e) { return e.matches(path); });
}

}  // namespace dx::bgp
