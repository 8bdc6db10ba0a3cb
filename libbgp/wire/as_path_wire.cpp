#include "libbgp/wire/as_path_wire.hpp"

#include <algorithm>

#include "libbgp/wire/byte_reader.hpp"

namespace dx::bgp {

namespace {

using Segment = AsPath::Segment;
using SegmentType = AsPath::SegmentType;

constexpr std::size_t kSegmentHeadSize = 2;  // type, count

constexpr bool is_confederation(SegmentType type) {
    return type == SegmentType::ConfedSequence || type == SegmentType::ConfedSet;
}

constexpr bool is_known(std::uint8_t type) {
    return type >= static_cast<std::uint8_t>(SegmentType::Set) &&
           type <= static_cast<std::uint8_t>(SegmentType::ConfedSet);
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

std::size_t count_words(Bytes value, AsWidth width) {
    std::size_t words = 0;
    for (ByteReader reader(value); !reader.empty(); ++words) {
        reader.u8();
        const std::size_t count = reader.u8();
        reader.take(count * static_cast<std::size_t>(width));
        words += count;
    }
    return words;
}

// The first `room` ASes of `path`, as RFC 6793 4.2.3 counts them; confederation segments go along
// where they lead, or follow a segment that is taken.
std::vector<Segment> leading_part(const AsPath& path, std::size_t room) {
    std::vector<Segment> taken;
    for (auto segment : path.segments()) {
        const auto counted = AsPath::counted_length(segment);
        if (counted != 0 && room == 0) break;
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
    for (ByteReader reader(value); !reader.empty();) {
        if (reader.size() < kSegmentHeadSize) return "an octet is left behind the last segment";
        const auto type = reader.u8();
        const std::size_t count = reader.u8();
        if (!is_known(type)) return "has a segment of an unknown type";
        if (count == 0) return "has an empty segment";
        ByteReader numbers(reader.take(count * static_cast<std::size_t>(width)));
        if (!reader.ok()) return "has a segment longer than the attribute";
        while (!numbers.empty())
            if (read_as(numbers, width) == 0) return "contains AS 0";  // RFC 7607
    }
    return std::nullopt;
}

bool has_confederation_segment(const AsPath& path) {
    bool found = false;
    path.for_each_segment([&](const Segment& segment) { found |= is_confederation(segment.type); });
    return found;
}

AsPath without_confederation_segments(const AsPath& path) {
    auto segments = path.segments();
    std::erase_if(segments, [](const Segment& segment) { return is_confederation(segment.type); });
    return AsPath::of(segments);
}

AsPath decode_as_path(Bytes value, AsWidth width) {
    return AsPath::of_words(count_words(value, width), [&](std::span<std::uint32_t> words) {
        auto at = words.begin();
        for (ByteReader reader(value); !reader.empty();) {
            const SegmentType type{reader.u8()};
            const std::size_t count = reader.u8();
            *at++ = AsPath::segment_head(type, count);
            for (std::size_t i = 0; i < count; ++i)
                *at++ = read_as(reader, width);
        }
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
        needed |= !is_confederation(segment.type) &&
                  !std::ranges::all_of(segment.numbers, fits_two_octets);
    });
    return needed;
}

}  // namespace dx::bgp
