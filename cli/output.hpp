// Where text goes: gathered and handed on in large pieces, a million lines at a time or one.
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace dx::cli {

class Output {
public:
    // Takes a piece; false when nobody reads any more (the pager was left, the pipe is closed).
    using Sink = std::function<bool(std::string_view)>;

    explicit Output(Sink sink) : sink_(std::move(sink)) {}

    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    ~Output() { flush(); }

    bool is_open() const { return open_; }

    void write(std::string_view text) {
        buffer_ += text;
        if (buffer_.size() >= kPieceSize) flush();
    }

    template <class... Arguments>
    void print(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(buffer_), format, std::forward<Arguments>(arguments)...);
        if (buffer_.size() >= kPieceSize) flush();
    }

    void flush() {
        if (open_ && !buffer_.empty()) open_ = sink_(buffer_);
        buffer_.clear();
    }

private:
    static constexpr std::size_t kPieceSize = std::size_t{64} * 1024;

    Sink sink_;
    std::string buffer_;
    bool open_ = true;
};

}  // namespace dx::cli
