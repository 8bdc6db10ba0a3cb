// The words of a command line: which command they are, what may come next, what is wrong with them.
// Built from patterns, one row a command; knows neither what commands do nor how they talk.
//
// A pattern is words with alternatives (`ipv4|ipv6`), optional parts (`[soft [in|out]]`), optional
// parts in any order (`{to DIRECTORY, force}`) and arguments in capitals (`PREFIX`). The argument
// COMMAND is all the rest of the line. Any unambiguous beginning of a word will do, and behind the
// first one a word may be written as an option: `--for`.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dx::cli {

using Words = std::vector<std::string>;

// A command that was recognized.
struct Match {
    std::size_t row = 0;  // the pattern's place in the table
    Words words;          // in full: {"show", "ip", "bgp", "summary"}; arguments as given
    Words arguments;      // the arguments alone

    bool has(std::string_view word) const;  // among the words that are no arguments
    std::vector<bool> is_argument;          // parallel to `words`
    std::optional<std::size_t> command_at;  // where a COMMAND begins in `words`
};

struct Misunderstanding {
    std::string text;            // one line for stderr
    std::size_t understood = 0;  // words, before the one that is wrong
};

// A word that may stand at some place.
struct Candidate {
    std::string word;  // "summary", "PREFIX"
    bool is_argument = false;
};

class CommandTree {
public:
    explicit CommandTree(const std::vector<std::string_view>& patterns);
    ~CommandTree();
    CommandTree(CommandTree&&) noexcept;
    CommandTree& operator=(CommandTree&&) noexcept;

    std::variant<Match, Misunderstanding> parse(const Words& words) const;

    struct Next {
        std::vector<Candidate> candidates;
        bool complete = false;  // the words so far are a command of their own
        Match match;            // the words so far in full; `row` only if complete
    };

    // What may follow `words`; nothing if they are not understood.
    Next next(const Words& words) const;

private:
    struct Node;
    struct Found;

    Found walk(const Words& words) const;
    void add(const Words& sequence, std::size_t row);

    std::unique_ptr<Node> root_;
};

// The word that an option is: "for" of "--for".
std::string_view without_dashes(std::string_view word);

// At blanks; "…" keeps them together.
Words split_words(std::string_view line);

}  // namespace dx::cli
