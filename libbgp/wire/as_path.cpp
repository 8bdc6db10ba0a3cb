// AS_PATH as a value: RFC 4271 5.1.2 and 9.1.2.2 a.
// Its wire forms are in as_path_wire.cpp.
#include <algorithm>
#include <numeric>

#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

AsPath AsPath::sequence(std::span<const AsNumber> numbers) {
    std::vector<Segment> segments;
    while (!numbers.empty()) {
        const auto count = std::min(numbers.size(), kMaxSegmentSize);
        segments.push_back(numbers.first(count));
        numbers = numbers.subspan(count);
    }
    return of(segments);
}

AsPath AsPath::of(std::span<const Segment> segments) {
    const auto count = std::accumulate(
        segments.begin(), segments.end(), std::size_t{0},
        [](std::size_t sum, const Segment& segment) { return sum + 1 + segment.size(); });
    return of_words(count, [&](std::span<std::uint32_t> words) {
        auto at = words.begin();
        for (const auto& segment : segments) {
            *at++ = static_cast<std::uint32_t>(segment.size());
            at = std::ranges::copy(segment, at).out;
        }
    });
}

std::vector<AsPath::Segment> AsPath::segments() const {
    std::vector<Segment> list;
    for_each_segment([&](const Segment& segment) { list.push_back(segment); });
    return list;
}

std::size_t AsPath::length_of(std::span<const std::uint32_t> words) {
    std::size_t sum = 0;
    for_each_segment_of(words, [&](const Segment& segment) { sum += segment.size(); });
    return sum;
}

std::size_t AsPath::count_in(std::span<const std::uint32_t> words, AsNumber as) {
    std::size_t sum = 0;
    for_each_segment_of(words, [&](const Segment& segment) {
        sum += static_cast<std::size_t>(std::ranges::count(segment, as));
    });
    return sum;
}

std::optional<AsNumber> AsPath::first_of(std::span<const std::uint32_t> words) {
    if (words.empty()) return std::nullopt;
    return words[1];  // no segment is empty: such a path is malformed (RFC 7606 7.2)
}

std::optional<AsNumber> AsPath::origin_as() const {
    if (empty()) return std::nullopt;
    return words().back();
}

// RFC 4271 5.1.2 b: into the first segment while it has room, then into new ones before it.
AsPath AsPath::prepended(AsNumber as, std::size_t times) const {
    auto rest = words();
    std::vector<AsNumber> numbers(times, as);
    if (!rest.empty()) {
        const auto first = rest.subspan(1, rest[0]);
        numbers.insert(numbers.end(), first.begin(), first.end());
        rest = rest.subspan(1 + first.size());
    }
    const auto in_first = numbers.size() % kMaxSegmentSize;
    const auto segments = (numbers.size() + kMaxSegmentSize - 1) / kMaxSegmentSize;
    return of_words(segments + numbers.size() + rest.size(), [&](std::span<std::uint32_t> words) {
        auto at = words.begin();
        auto left = std::span<const AsNumber>(numbers);
        for (auto take = in_first ? in_first : kMaxSegmentSize; !left.empty();
             take = kMaxSegmentSize) {
            *at++ = static_cast<std::uint32_t>(take);
            at = std::ranges::copy(left.first(take), at).out;
            left = left.subspan(take);
        }
        std::ranges::copy(rest, at);
    });
}

std::string AsPath::to_string() const {
    std::string text;
    for_each_segment([&](const Segment& segment) {
        for (const auto as : segment) {
            if (!text.empty()) text += ' ';
            text += std::to_string(as);
        }
    });
    return text;
}

}  // namespace dx::bgp
