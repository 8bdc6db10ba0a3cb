#include "cli/import/prefix_pattern.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

unsigned longest_of(std::string_view prefix) {
    return is_ipv6(prefix) ? 128 : 32;
}

unsigned length_of(std::string_view prefix) {
    return parse_interface_address(prefix)->length;
}

}  // namespace

std::optional<PrefixPattern> make_pattern(std::string_view prefix, bool ipv6, unsigned ge,
                                          unsigned le) {
    const auto canonical = parse_prefix(prefix == "any" ? (ipv6 ? "::/0" : "0.0.0.0/0") : prefix);
    if (!canonical || is_ipv6(*canonical) != ipv6) return std::nullopt;
    const auto length = length_of(*canonical), longest = longest_of(*canonical);
    PrefixPattern pattern{*canonical, length, length};
    if (prefix == "any") pattern.le = longest;
    if (ge != 0) pattern = {*canonical, ge, longest};
    if (le != 0) pattern.le = le;
    if (pattern.ge < length || pattern.ge > pattern.le || pattern.le > longest) return std::nullopt;
    return pattern;
}

std::string PrefixPattern::text() const {
    const auto length = length_of(prefix);
    auto out = prefix;
    if (ge != length) out += fmt::format(" ge {}", ge);
    if (le != (ge == length ? length : longest_of(prefix))) out += fmt::format(" le {}", le);
    return out;
}

std::optional<PrefixPattern> parse_pattern(std::string_view text) {
    const auto number_after = [&](std::string_view word) -> unsigned {
        const auto at = text.find(word);
        if (at == text.npos) return 0;
        const auto from = text.substr(at + word.size());
        return to_number(from.substr(0, std::min(from.find(' '), from.size())));
    };
    const auto prefix = text.substr(0, std::min(text.find(' '), text.size()));
    return make_pattern(prefix, is_ipv6(prefix), number_after(" ge "), number_after(" le "));
}

}  // namespace dx::importing
