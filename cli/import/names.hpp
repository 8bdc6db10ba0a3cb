// Names of neighbors, sets and policies: what dxrouted takes, each once.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

namespace dx::importing {

// Letters, digits and . _ -, beginning with a letter or digit; "" if nothing of it is left.
std::string fit_name(std::string_view text);

inline constexpr std::size_t kLongestInterface = 15;  // IFNAMSIZ, less the end

// True if an interface of Linux may be called so.
bool is_interface_name(std::string_view text);

class UniqueNames {
public:
    UniqueNames(std::initializer_list<std::string> reserved = {}) : taken_(reserved) {}

    // The fitting form of the first that has one, with -2, -3 … where it is taken.
    std::string take(std::initializer_list<std::string_view> wanted);

private:
    static constexpr std::size_t kLongest = 64;

    std::set<std::string> taken_;
};

}  // namespace dx::importing
