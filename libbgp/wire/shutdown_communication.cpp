// The text of a Cease for the other side's operator: RFC 9003, UTF-8 with its length before it.
#include <algorithm>
#include <array>
#include <span>

#include "libbgp/wire/byte_reader.hpp"
#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/notification.hpp"

namespace dx::bgp {

namespace {

constexpr std::size_t kMaxTextSize = 255;

constexpr bool is_continuation(std::uint8_t byte) {
    return (byte & 0xc0) == 0x80;
}

struct Character {
    char32_t code = 0;
    std::size_t size = 1;
    bool valid = false;
};

// The form of a UTF-8 sequence, told by its first octet.
struct Utf8Form {
    std::uint8_t mask;
    std::uint8_t lead;
    std::size_t size;
    char32_t least;  // below it, a shorter form should have been used
};

constexpr Utf8Form kUtf8Forms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

// The character at the start of `bytes`, which is not empty.
Character first_character(Bytes bytes) {
    for (const auto& form : kUtf8Forms) {
        if ((bytes[0] & form.mask) != form.lead) continue;
        if (bytes.size() < form.size) return {};
        char32_t code = bytes[0] & static_cast<std::uint8_t>(~form.mask);
        for (const auto byte : bytes.subspan(1, form.size - 1)) {
            if (!is_continuation(byte)) return {};
            code = (code << 6) | (byte & 0x3fU);
        }
        const bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return {code, form.size, code >= form.least && code <= 0x10ffff && !surrogate};
    }
    return {};
}

struct Range {
    char32_t first, last;
};

// What could forge or hide a line of a log: controls, line ends, the switches of writing direction.
constexpr Range kUnprintable[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff},
};

constexpr bool is_printable(char32_t code) {
    return std::ranges::none_of(
        kUnprintable, [code](Range range) { return code >= range.first && code <= range.last; });
}

std::string printable(Bytes bytes) {
    std::string text;
    while (!bytes.empty()) {
        const auto character = first_character(bytes);
        const auto size = character.valid ? character.size : 1;
        if (character.valid && is_printable(character.code))
            text.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        else
            text += character.valid ? " " : "\xef\xbf\xbd";  // U+FFFD
        bytes = bytes.subspan(size);
    }
    return text;
}

// The start of `text` that fits, without half a character at its end.
std::string_view cut(std::string_view text) {
    if (text.size() <= kMaxTextSize) return text;
    std::size_t end = kMaxTextSize;
    while (end > 0 && is_continuation(static_cast<std::uint8_t>(text[end])))
        --end;
    return text.substr(0, end);
}

bool carries_text(const Notification& notification) {
    const CeaseReason reason{notification.subcode};
    return notification.code == ErrorCode::Cease &&
           (reason == CeaseReason::AdministrativeShutdown ||
            reason == CeaseReason::AdministrativeReset);
}

}  // namespace

Notification cease_with_text(CeaseReason reason, std::string_view text) {
    const auto fitting = cut(text);
    if (fitting.empty()) return notification(reason);
    std::vector<std::uint8_t> data{static_cast<std::uint8_t>(fitting.size())};
    data.insert(data.end(), fitting.begin(), fitting.end());
    return notification(reason, std::move(data));
}

std::optional<std::string> shutdown_communication(const Notification& notification) {
    if (const auto inner = inside_hard_reset(notification)) return shutdown_communication(*inner);
    if (!carries_text(notification)) return std::nullopt;
    ByteReader reader(notification.data);
    const Bytes text = reader.take(reader.u8());
    if (!reader.ok() || text.empty()) return std::nullopt;
    return printable(text);
}

}  // namespace dx::bgp
