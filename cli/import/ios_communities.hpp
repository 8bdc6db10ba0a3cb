// Communities as IOS and FRR write them, and their expressions, in dxrouted's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dx::importing {

// dxrouted's name of a community; "" if it is none.
std::string community_of(std::string_view text);

// Whether dxrouted's name, or a pattern, is one of large communities, or of the others.
bool is_of_kind(std::string_view item, bool large);

// An expression is matched against the text of all communities of a route, in ascending order:
// which of them it is about.
enum class Reach : std::uint8_t {
    Any,   // "_7224:8100_": one of them, whatever the others are
    Only,  // "^7224:8100$": the only one
    Edge,  // "^7224:8.*": the first or the last one, or the only one of several that fit
};

struct CommunityExpression {
    std::string pattern;  // dxrouted's, for each community by itself: "7224:8*"
    Reach reach = Reach::Any;
};

// None for what no pattern says exactly: `_` between communities, `+`, `.*` in the middle, and `*`
// of anything but `[0-9]` and, at an end, `.`.
std::optional<CommunityExpression> read_community_expression(std::string_view text);

}  // namespace dx::importing
