// RFC 4271 4.1 and 6.1: from a byte stream to messages. A header is judged as soon as it is there,
// without waiting for the body.
#include <algorithm>
#include <cassert>
#include <cstring>

#include "libbgp/wire/header.hpp"
#include "libbgp/wire/message.hpp"

namespace dx::bgp {

namespace {

// Twice the greatest message: what is left of one, and room to read a good deal more.
constexpr std::size_t kCapacity = 2 * (kMaxExtendedMessageSize + 1);

std::optional<Decoded<MessageView>> first_message(Bytes received, const WireContext& context) {
    const Bytes header = received.first(std::min(received.size(), kHeaderSize));
    if (auto error = check_header(header, context)) return *std::move(error);
    if (header.size() < kHeaderSize) return std::nullopt;
    const auto length = message_length(header);
    if (received.size() < length) return std::nullopt;
    const Bytes whole = received.first(length);
    return MessageView{MessageType{whole[kHeaderSize - 1]}, whole.subspan(kHeaderSize), whole};
}

}  // namespace

// Not zeroed: a session that receives little never touches most of it.
Framer::Framer() : buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(kCapacity)) {}

std::span<std::uint8_t> Framer::space() {
    if (begin_ == end_) {
        begin_ = end_ = 0;
    } else if (kCapacity - end_ < kMaxExtendedMessageSize) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    assert(end_ < kCapacity);
    return {buffer_.get() + end_, kCapacity - end_};
}

void Framer::commit(std::size_t count) {
    assert(count <= kCapacity - end_);
    end_ += count;
}

std::optional<Decoded<MessageView>> Framer::next() {
    const auto message = first_message(received(), context_);
    if (message && *message) begin_ += (*message)->whole.size();
    return message;
}

std::optional<MessageView> Framer::peek() const {
    const auto message = first_message(received(), context_);
    if (!message || !*message) return std::nullopt;
    return **message;
}

}  // namespace dx::bgp
