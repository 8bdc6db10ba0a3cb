#include "daemon/as_path_words.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dx::daemon {

namespace {

using SegmentType = bgp::AsPath::SegmentType;

bool has_set(const bgp::AsPath& path) {
    return std::ranges::any_of(
        path.segments(), [](const auto& segment) { return segment.type == SegmentType::Set; });
}

std::size_t in_sequences(const bgp::AsPath& path, bgp::AsNumber as) {
    std::size_t count = 0;
    for (const auto& segment : path.segments())
        if (segment.type == SegmentType::Sequence)
            count += static_cast<std::size_t>(std::ranges::count(segment.numbers, as));
    return count;
}

}  // namespace

std::string loop_words(const bgp::AsPath& path, bgp::AsNumber own, unsigned allowed) {
    const auto all = path.count(own);
    const auto set = all - in_sequences(path, own);
    const auto where = set == 0     ? std::string()
                       : set == all ? ", within an AS_SET"
                                    : fmt::format(", {} of them within an AS_SET", set);
    return fmt::format("our own AS {} is {} times in the AS path{} (allow-own-as {})", own, all,
                       where, allowed);
}

std::string first_as_words(const bgp::AsPath& path, bgp::AsNumber neighbor) {
    if (path.empty())
        return fmt::format("the AS path is empty, without the neighbor's AS {}", neighbor);
    const auto first = path.first();
    return fmt::format("the AS path begins with {}, not with the neighbor's AS {}",
                       first ? std::to_string(*first) : "an AS_SET", neighbor);
}

std::string set_words(const bgp::AsPath& own, const bgp::AsPath* other) {
    const bool any = has_set(own) || (other != nullptr && has_set(*other));
    return any ? " (an AS_SET counts as one)" : "";
}

}  // namespace dx::daemon
