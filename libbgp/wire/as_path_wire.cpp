#include "libbgp/wire/as_path_wire.hpp"

#include <algorithm>

#include "libbgp/wire/byte_reader.hpp"

namespace dx::bgp {

namespace {

using Segment = AsPath::Segment;
using SegmentType = AsPath::SegmentType;

constexpr std::size_t kSegmentHeadSize = 2;  // type, count

// RFC 5065 3: AS_CONFED_SEQUENCE and AS_CONFED_SET.
constexpr bool is_of_confederation(std::uint8_t type) {
    return type == 3 || type == 4;
}

constexpr bool is_of_path(std::uint8_t type) {
    return type == static_cast<std::uint8_t>(SegmentType::Set) ||
           type == static_cast<std::uint8_t>(SegmentType::Sequence);
}

AsNumber read_as(ByteReader& reader, AsWidth width) {
    return width == AsWidth::FourOctets ? reader.u32() : reader.u16();
}

constexpr bool fits_two_octets(AsNumber as) {
    return as <= 0xffff;
}

void write_as(AsNumber as, AsWidth width, ByteWriter& writer) {
    if (width == AsWidth::FourOctets)
        writer.u32(as);
    else
        writer.u16(static_cast<std::uint16_t>(fits_two_octets(as) ? as : kAsTrans));
}

// Calls `visit(type, count, numbers)` for each segment of a checked value.
template <class Visit>
void for_each_segment_of_path(Bytes value, AsWidth width, Visit visit) {
    for (ByteReader reader(value); !reader.empty();) {
        const auto type = reader.u8();
        const std::size_t count = reader.u8();
        const ByteReader numbers(reader.take(count * static_cast<std::size_t>(width)));
        if (is_of_path(type)) visit(SegmentType{type}, count, numbers);
    }
}

std::size_t count_words(Bytes value, AsWidth width) {
    std::size_t words = 0;
    for_each_segment_of_path(value, width, [&](SegmentType, std::size_t count, const ByteReader&) {
        words += 1 + count;
    });
    return words;
}

std::optional<const char*> find_segment_error(ByteReader& reader, AsWidth width,
                                              bool& of_confederation) {
    if (reader.size() < kSegmentHeadSize) return "an octet is left behind the last segment";
    const auto type = reader.u8();
    const std::size_t count = reader.u8();
    if (!is_of_path(type) && !is_of_confederation(type)) return "has a segment of an unknown type";
    of_confederation |= is_of_confederation(type);
    if (count == 0) return "has an empty segment";
    ByteReader numbers(reader.take(count * static_cast<std::size_t>(width)));
    if (!reader.ok()) return "has a segment longer than the attribute";
    while (!numbers.empty())
        if (read_as(numbers, width) == 0) return "contains AS 0";  // RFC 7607
    return std::nullopt;
}

// The first `room` ASes of `path`, as RFC 6793 4.2.3 counts them.
std::vector<Segment> leading_part(const AsPath& path, std::size_t room) {
    std::vector<Segment> taken;
    for (auto segment : path.segments()) {
        const auto counted = AsPath::counted_length(segment);
        if (room == 0) break;
        if (counted > room) segment.numbers = segment.numbers.first(room);
        room -= std::min(counted, room);
        taken.push_back(segment);
    }
    return taken;
}

// One after the other; two sequences that touch become one where there is room, as they were before
// the 2-octet speaker. Neither is empty, but for the front.
AsPath concatenation(std::vector<Segment> front, std::vector<Segment> back) {
    std::vector<AsNumber> joint;
    if (!front.empty() && front.back().type == SegmentType::Sequence &&
        back.front().type == SegmentType::Sequence) {
        const auto head = front.back().numbers;
        const auto tail = back.front().numbers;
        if (head.size() + tail.size() <= AsPath::kMaxSegmentSize) {
            joint.assign(head.begin(), head.end());
            joint.insert(joint.end(), tail.begin(), tail.end());
            back.front().numbers = joint;
            front.pop_back();
        }
    }
    front.insert(front.end(), back.begin(), back.end());
    return AsPath::of(front);
}

}  // namespace

std::optional<const char*> find_as_path_error(Bytes value, AsWidth width) {
    bool of_confederation = false;
    for (ByteReader reader(value); !reader.empty();)
        if (const auto error = find_segment_error(reader, width, of_confederation)) return error;
    if (of_confederation) return "has a confederation segment";
    return std::nullopt;
}

std::optional<const char*> find_as4_path_error(Bytes value) {
    bool of_confederation = false;
    for (ByteReader reader(value); !reader.empty();)
        if (const auto error = find_segment_error(reader, AsWidth::FourOctets, of_confederation))
            return error;
    return std::nullopt;
}

AsPath decode_as_path(Bytes value, AsWidth width) {
    return AsPath::of_words(count_words(value, width), [&](std::span<std::uint32_t> words) {
        auto at = words.begin();
        for_each_segment_of_path(value, width,
                                 [&](SegmentType type, std::size_t count, ByteReader numbers) {
                                     *at++ = AsPath::segment_head(type, count);
                                     while (!numbers.empty())
                                         *at++ = read_as(numbers, width);
                                 });
    });
}

void encode_as_path(const AsPath& path, AsWidth width, ByteWriter& writer) {
    path.for_each_segment([&](const Segment& segment) {
        writer.u8(static_cast<std::uint8_t>(segment.type));
        writer.u8(static_cast<std::uint8_t>(segment.numbers.size()));
        for (const auto as : segment.numbers)
            write_as(as, width, writer);
    });
}

AsPath merge_as4_path(const AsPath& path, const AsPath& as4_path) {
    const auto length = path.length();
    const auto as4_length = as4_path.length();
    if (as4_path.empty() || length < as4_length) return path;
    return concatenation(leading_part(path, length - as4_length), as4_path.segments());
}

bool needs_as4_path(const AsPath& path) {
    bool needed = false;
    path.for_each_segment([&](const Segment& segment) {
        needed |= !std::ranges::all_of(segment.numbers, fits_two_octets);
    });
    return needed;
}

}  // namespace dx::bgp
