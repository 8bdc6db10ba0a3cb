#include "libbgp/wire/as_path_wire.hpp"

#include <algorithm>
#include <bitset>

#include "libbgp/wire/byte_reader.hpp"

namespace dx::bgp {

namespace {

using Segment = AsPath::Segment;

constexpr std::size_t kSegmentHeadSize = 2;  // type, count

// Types of segments: RFC 4271 4.3 b, RFC 5065 3.
constexpr std::uint8_t kSet = 1, kSequence = 2, kConfederationSequence = 3, kConfederationSet = 4;

using Types = std::bitset<kConfederationSet + 1>;  // those that a value has

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

// Calls `visit(count, numbers)` for each AS_SEQUENCE of a checked value.
template <class Visit>
void for_each_sequence(Bytes value, AsWidth width, Visit visit) {
    for (ByteReader reader(value); !reader.empty();) {
        const auto type = reader.u8();
        const std::size_t count = reader.u8();
        const ByteReader numbers(reader.take(count * static_cast<std::size_t>(width)));
        if (type == kSequence) visit(count, numbers);
    }
}

std::size_t count_words(Bytes value, AsWidth width) {
    std::size_t words = 0;
    for_each_sequence(value, width,
                      [&](std::size_t count, const ByteReader&) { words += 1 + count; });
    return words;
}

std::optional<const char*> find_segment_error(ByteReader& reader, AsWidth width, Types& types) {
    if (reader.size() < kSegmentHeadSize) return "an octet is left behind the last segment";
    const auto type = reader.u8();
    const std::size_t count = reader.u8();
    if (type < kSet || type > kConfederationSet) return "has a segment of an unknown type";
    types.set(type);
    if (count == 0) return "has an empty segment";
    ByteReader numbers(reader.take(count * static_cast<std::size_t>(width)));
    if (!reader.ok()) return "has a segment longer than the attribute";
    while (!numbers.empty())
        if (read_as(numbers, width) == 0) return "contains AS 0";  // RFC 7607
    return std::nullopt;
}

std::optional<const char*> find_malformed(Bytes value, AsWidth width, Types& types) {
    for (ByteReader reader(value); !reader.empty();)
        if (const auto error = find_segment_error(reader, width, types)) return error;
    return std::nullopt;
}

std::optional<const char*> find_set(const Types& types) {
    if (types[kSet]) return "has an AS_SET";
    if (types[kConfederationSet]) return "has an AS_CONFED_SET";
    return std::nullopt;
}

// The first `room` ASes of `path`.
std::vector<Segment> leading_part(const AsPath& path, std::size_t room) {
    std::vector<Segment> taken;
    for (const auto segment : path.segments()) {
        if (room == 0) break;
        taken.push_back(segment.first(std::min(segment.size(), room)));
        room -= taken.back().size();
    }
    return taken;
}

// One after the other; two segments that touch become one where there is room, as they were before
// the 2-octet speaker. Neither is empty, but for the front.
AsPath concatenation(std::vector<Segment> front, std::vector<Segment> back) {
    std::vector<AsNumber> joint;
    if (!front.empty() && front.back().size() + back.front().size() <= AsPath::kMaxSegmentSize) {
        joint.assign(front.back().begin(), front.back().end());
        joint.insert(joint.end(), back.front().begin(), back.front().end());
        back.front() = joint;
        front.pop_back();
    }
    front.insert(front.end(), back.begin(), back.end());
    return AsPath::of(front);
}

}  // namespace

std::optional<const char*> find_as_path_error(Bytes value, AsWidth width) {
    Types types;
    if (const auto error = find_malformed(value, width, types)) return error;
    if (const auto set = find_set(types)) return set;
    if (types[kConfederationSequence]) return "has a confederation segment";
    return std::nullopt;
}

std::optional<const char*> find_as4_path_error(Bytes value) {
    Types types;
    return find_malformed(value, AsWidth::FourOctets, types);
}

std::optional<const char*> find_set_in_as4_path(Bytes value) {
    Types types;
    find_malformed(value, AsWidth::FourOctets, types);
    return find_set(types);
}

AsPath decode_as_path(Bytes value, AsWidth width) {
    return AsPath::of_words(count_words(value, width), [&](std::span<std::uint32_t> words) {
        auto at = words.begin();
        for_each_sequence(value, width, [&](std::size_t count, ByteReader numbers) {
            *at++ = static_cast<std::uint32_t>(count);
            while (!numbers.empty())
                *at++ = read_as(numbers, width);
        });
    });
}

void encode_as_path(const AsPath& path, AsWidth width, ByteWriter& writer) {
    path.for_each_segment([&](const Segment& segment) {
        writer.u8(kSequence);
        writer.u8(static_cast<std::uint8_t>(segment.size()));
        for (const auto as : segment)
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
    path.for_each_segment(
        [&](const Segment& segment) { needed |= !std::ranges::all_of(segment, fits_two_octets); });
    return needed;
}

}  // namespace dx::bgp
