// The lines of a configuration in the manner of Cisco IOS and FRR, and an account of what became of
// each: no line is dropped without a word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

struct IosLine {
    std::size_t number = 0;  // from 1
    std::string text;        // without blanks at its ends
    Texts words;             // without a leading `no`
    bool negated = false;    // it begins with `no`
    bool indented = false;
    std::size_t last = 0;  // the number of the last line, where it stands for a block of text

    // The word at `at`, or "".
    std::string_view word(std::size_t at) const;

    // The text from the word at `at` on, blanks between words and all.
    std::string_view rest(std::size_t at) const;
};

// Without empty lines and comments. A block of text (ios_blocks.hpp) is one line, its first.
std::vector<IosLine> read_ios_lines(std::string_view text);

// The line with everything that may be a secret taken out: for notes.
std::string without_secrets(const IosLine& line);

// Of several marks of one line the gravest counts: a peer group's line is used by many neighbors.
class LineAccount {
public:
    explicit LineAccount(const std::vector<IosLine>& lines);

    void done(const IosLine& line) { mark(line, Mark::Done, {}); }

    void needless(const IosLine& line, std::string why) {
        mark(line, Mark::Needless, std::move(why));
    }

    void changed(const IosLine& line, std::string why) {
        mark(line, Mark::Changed, std::move(why));
    }

    void skip(const IosLine& line, std::string why) { mark(line, Mark::Skipped, std::move(why)); }

    // It is taken over after all, whatever was said of it before.
    void take_back(const IosLine& line);

    // What is said of `of`, which stands before it, is said of this line too: no note of its own.
    void belongs(const IosLine& line, const IosLine& of);

    bool is_marked(const IosLine& line) const;

    // In the order of the file; lines that nobody marked are among them.
    std::vector<Note> notes() const;

private:
    enum class Mark : std::uint8_t { None, Done, Needless, Changed, Skipped };

    struct Entry {
        Mark mark = Mark::None;
        std::string why;
        std::size_t last = 0;  // of the lines that belong to it
    };

    void mark(const IosLine& line, Mark mark, std::string why);

    const std::vector<IosLine>& lines_;
    std::vector<Entry> entries_;  // by line number
};

}  // namespace dx::importing
