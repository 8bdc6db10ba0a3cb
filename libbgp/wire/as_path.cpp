// AS_PATH as a value: RFC 4271 5.1.2 and 9.1.2.2 a.
// Its wire forms are in as_path_wire.cpp.
#include <algorithm>
#include <numeric>

#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

namespace {

constexpr std::ptrdiff_t segment_size(std::uint32_t head) {
    return head & 0xffff;
}

// No segment is empty: such a path is malformed (RFC 7606 7.2).
constexpr bool is_sequence(std::uint32_t head) {
    return head == AsPath::segment_head(AsPath::SegmentType::Sequence, head & 0xffff);
}

struct Brackets {
    std::string_view open, separator, close;
};

// As everybody writes them; a sequence of ASes stands bare.
Brackets brackets(AsPath::SegmentType type) {
    return type == AsPath::SegmentType::Set ? Brackets{"{", ",", "}"} : Brackets{"", " ", ""};
}

void append_text(const AsPath::Segment& segment, std::string& text) {
    const auto form = brackets(segment.type);
    text += form.open;
    for (std::size_t i = 0; i < segment.numbers.size(); ++i) {
        if (i != 0) text += form.separator;
        text += std::to_string(segment.numbers[i]);
    }
    text += form.close;
}

}  // namespace

AsPath AsPath::sequence(std::span<const AsNumber> numbers) {
    std::vector<Segment> segments;
    while (!numbers.empty()) {
        const auto count = std::min(numbers.size(), kMaxSegmentSize);
        segments.push_back({SegmentType::Sequence, numbers.first(count)});
        numbers = numbers.subspan(count);
    }
    return of(segments);
}

AsPath AsPath::of(std::span<const Segment> segments) {
    const auto count = std::accumulate(
        segments.begin(), segments.end(), std::size_t{0},
        [](std::size_t sum, const Segment& segment) { return sum + 1 + segment.numbers.size(); });
    return of_words(count, [&](std::span<std::uint32_t> words) {
        auto at = words.begin();
        for (const auto& segment : segments) {
            *at++ = segment_head(segment.type, segment.numbers.size());
            at = std::ranges::copy(segment.numbers, at).out;
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
    for_each_segment_of(words, [&](const Segment& segment) { sum += counted_length(segment); });
    return sum;
}

std::size_t AsPath::counted_length(const Segment& segment) {
    return segment.type == SegmentType::Set ? 1 : segment.numbers.size();
}

std::size_t AsPath::count_in(std::span<const std::uint32_t> words, AsNumber as) {
    std::size_t sum = 0;
    for_each_segment_of(words, [&](const Segment& segment) {
        sum += static_cast<std::size_t>(std::ranges::count(segment.numbers, as));
    });
    return sum;
}

std::optional<AsNumber> AsPath::first_of(std::span<const std::uint32_t> words) {
    if (words.empty() || !is_sequence(words[0])) return std::nullopt;
    return words[1];
}

std::optional<AsNumber> AsPath::origin_as() const {
    Segment last;
    for_each_segment([&](const Segment& segment) { last = segment; });
    if (last.type != SegmentType::Sequence) return std::nullopt;
    return last.numbers.back();
}

// RFC 4271 5.1.2 b: into the first segment while it has room, then into new ones before it.
AsPath AsPath::prepended(AsNumber as, std::size_t times) const {
    auto rest = words();
    std::vector<AsNumber> numbers(times, as);
    if (!rest.empty() && is_sequence(rest[0])) {
        const auto size = segment_size(rest[0]);
        numbers.insert(numbers.end(), rest.begin() + 1, rest.begin() + 1 + size);
        rest = rest.subspan(1 + static_cast<std::size_t>(size));
    }
    const auto in_first = numbers.size() % kMaxSegmentSize;
    const auto segments = (numbers.size() + kMaxSegmentSize - 1) / kMaxSegmentSize;
    return of_words(segments + numbers.size() + rest.size(), [&](std::span<std::uint32_t> words) {
        auto at = words.begin();
        auto left = std::span<const AsNumber>(numbers);
        for (auto take = in_first ? in_first : kMaxSegmentSize; !left.empty();
             take = kMaxSegmentSize) {
            *at++ = segment_head(SegmentType::Sequence, take);
            at = std::ranges::copy(left.first(take), at).out;
            left = left.subspan(take);
        }
        std::ranges::copy(rest, at);
    });
}

std::string AsPath::to_string() const {
    std::string text;
    for_each_segment([&](const Segment& segment) {
        if (!text.empty()) text += ' ';
        append_text(segment, text);
    });
    return text;
}

}  // namespace dx::bgp
