// Where text goes: gathered and handed on in large pieces, a million lines at a time or one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace dx::cli {

// What the place that text goes to can show. Of a file or pipe: nothing but the text itself.
struct Style {
    std::size_t width = 0;  // of a terminal, in columns; 0: no limit
    bool colour = false;
};

enum class Tone : std::uint8_t { Plain, Good, Warning, Bad };

class Output {
public:
    // Takes a piece; false when nobody reads any more (the pager was left, the pipe is closed).
    using Sink = std::function<bool(std::string_view)>;

    explicit Output(Sink sink, Style style = {}) : sink_(std::move(sink)), style_(style) {}

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

    const Style& style() const { return style_; }

    // `text` in the colour of `tone`, where there are colours.
    std::string toned(std::string_view text, Tone tone) const;

    // A line of a table, whose last column is free text: on a terminal that is cut to what is left
    // of the line.
    void write_row(std::string_view columns, std::string_view free_text);

    void flush() {
        if (open_ && !buffer_.empty()) open_ = sink_(buffer_);
        buffer_.clear();
    }

private:
    static constexpr std::size_t kPieceSize = std::size_t{64} * 1024;

    Sink sink_;
    Style style_;
    std::string buffer_;
    bool open_ = true;
};

}  // namespace dx::cli
