// Values of attributes in the words of a trace. Internal to this folder.
#pragma once

#include <optional>
#include <string>

#include "libbgp/policy/rule.hpp"
#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

inline std::string text_of(const std::optional<std::uint32_t>& number) {
    return number ? std::to_string(*number) : "none";
}

inline std::string text_of(Origin origin) {
    return std::string(kOriginNames[static_cast<std::size_t>(origin)]);
}

template <class C>
std::string text_of(const CompactArray<C>& communities) {
    std::string text;
    for (const auto community : communities)
        text += (text.empty() ? "" : " ") + to_string(community);
    return text.empty() ? "none" : text;
}

}  // namespace dx::bgp
