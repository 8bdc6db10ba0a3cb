// The text of a Cease for the other side's operator: RFC 9003, UTF-8 with its length before it.
#include "libbgp/wire/byte_reader.hpp"
#include "libbgp/wire/byte_writer.hpp"
#include "libbgp/wire/notification.hpp"
#include "libfib/text/utf8.hpp"

namespace dx::bgp {

namespace {

constexpr std::size_t kMaxTextSize = 255;

constexpr bool is_continuation(char byte) {
    return (static_cast<std::uint8_t>(byte) & 0xc0) == 0x80;
}

std::string printable(std::string_view said) {
    std::string shown;
    while (!said.empty()) {
        const auto character = text::first_character(said);
        if (character.valid && text::is_printable(character.code))
            shown += said.substr(0, character.size);
        else
            shown += character.valid ? " " : "\xef\xbf\xbd";  // U+FFFD
        said.remove_prefix(character.size);
    }
    return shown;
}

// The start of `text` that fits, without half a character at its end.
std::string_view cut(std::string_view text) {
    if (text.size() <= kMaxTextSize) return text;
    std::size_t end = kMaxTextSize;
    while (end > 0 && is_continuation(text[end]))
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
    return printable({reinterpret_cast<const char*>(text.data()), text.size()});
}

}  // namespace dx::bgp
