#include "cli/import/numbers.hpp"

#include <algorithm>
#include <charconv>

namespace dx::importing {

std::uint32_t to_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

bool are_timers(std::string_view keepalive, std::string_view hold) {
    if (keepalive == "0" && hold == "0") return true;
    const auto seconds = to_number(hold);
    return to_number(keepalive) != 0 && to_number(keepalive) <= 21845 && seconds >= 3 &&
           seconds <= 65535;
}

unsigned used_keepalive(unsigned keepalive, unsigned hold) {
    return std::min(keepalive, hold / 3);
}

std::uint32_t parse_as(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == text.npos) return to_number(text);
    const auto high = to_number(text.substr(0, dot)), low = to_number(text.substr(dot + 1));
    return high > 65535 || low > 65535 ? 0 : (high << 16) + low;
}

bool is_usable_as(std::uint32_t as) {
    return as != 0 && as != 23456 && as != 65535 && as != 4294967295;
}

}  // namespace dx::importing
