// From a line of words to a command done: the tree of all commands, the words `json` and `wide`
// behind a `show`, help and completion for the shell.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client.hpp"
#include "cli/command.hpp"
#include "cli/command_tree.hpp"
#include "cli/live_names.hpp"
#include "cli/output.hpp"

namespace dx::cli {

struct Options {
    bool json = false;
    bool wide = false;
};

class Interpreter {
public:
    explicit Interpreter(Client& client);

    // Does what the words say; throws Failure if they say nothing or it fails. With ? behind them
    // it says what may come there, as at the prompt.
    void run(Words words, Options options, Output& out);

    // The command that the words are; throws Failure if they are none.
    const Command& command_of(Words words) const;

    // The words in full, as far as they are those of a command; none where they are not.
    Words in_full(const Words& words) const { return tree_.next(words).match.words; }

    // Whether it prints what happens for as long as somebody reads: no pager shows that.
    bool is_live(Words words) const;

    // What may stand where `partial` begins, after `before`: word and help, in the tree's order.
    struct Hint {
        std::string word;
        std::string help;
        bool is_argument = false;
    };

    std::vector<Hint> hints(const Words& before, std::string_view partial) const;

    // A line for each of them, with its help.
    static std::string help_lines(const std::vector<Hint>& hints, std::size_t width);

    // The words that `partial` may become: commands' words, and names.
    Words completions(const Words& before, std::string_view partial);

    // The names that there are now for the argument of a hint (live_names.hpp).
    Words names(const Hint& hint, const Words& before, std::string_view partial);

private:
    Client& client_;
    LiveNames names_;
    CommandTree tree_;
};

}  // namespace dx::cli
