#include "cli/import/names.hpp"

#include <algorithm>
#include <cctype>

namespace dx::importing {

std::string fit_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (good || c == '.' || c == '_')
            name += c;
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    name.erase(0, name.find_first_not_of("._-"));
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name;
}

bool is_interface_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestInterface && text != "." && text != ".." &&
           std::ranges::all_of(text, [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
           });
}

std::string UniqueNames::take(std::initializer_list<std::string_view> wanted) {
    std::string name;
    for (const auto each : wanted)
        if (name = fit_name(each); !name.empty()) break;
    if (name.empty()) name = "x";
    name.resize(std::min(name.size(), kLongest - 6));
    auto unique = name;
    for (int n = 2; !taken_.insert(unique).second; ++n)
        unique = name + '-' + std::to_string(n);
    return unique;
}

}  // namespace dx::importing
