#include "cli/import/yaml_limits.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/import/families.hpp"

namespace dx::importing {
namespace {

std::string text_of(const std::optional<PrefixLimit>& limit) {
    if (!limit) return {};
    if (!limit->restart) return std::to_string(limit->max);
    return fmt::format("{{max: {}, action: restart, after: {}m}}", limit->max,
                       limit->after_minutes);
}

std::string text_of(std::uint32_t limit) {
    return limit == 0 ? "" : std::to_string(limit);
}

std::string mapping(const std::array<std::string_view, 2>& keys,
                    const std::array<std::string, 2>& values) {
    Texts parts;
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (!values[i].empty()) parts.push_back(fmt::format("{}: {}", keys[i], values[i]));
    return parts.empty() ? "" : fmt::format("{{{}}}", fmt::join(parts, ", "));
}

// By family only where they differ.
std::string by_family(const Neighbor& neighbor, const std::array<std::string, 2>& limits) {
    if (const auto only = only_family(neighbor)) return limits[*only];
    return limits[0] == limits[1] ? limits[0] : mapping({"ipv4", "ipv6"}, limits);
}

}  // namespace

std::string flow_limits(const Neighbor& neighbor) {
    const auto& [ipv4, ipv6] = neighbor.limits;
    return mapping({"in", "out"}, {by_family(neighbor, {text_of(ipv4.in), text_of(ipv6.in)}),
                                   by_family(neighbor, {text_of(ipv4.out), text_of(ipv6.out)})});
}

}  // namespace dx::importing
