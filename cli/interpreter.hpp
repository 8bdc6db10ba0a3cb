// From a line of words to a command done: the tree of all commands, the words `json` and `wide`
// behind a `show`, help and completion for the shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client.hpp"
#include "cli/command.hpp"
#include "cli/command_tree.hpp"
#include "cli/output.hpp"

namespace dx::cli {

struct Options {
    bool json = false;
    bool wide = false;
};

class Interpreter {
public:
    explicit Interpreter(Client& client);

    // Does what the words say; throws Failure if they say nothing or it fails.
    void run(Words words, Options options, Output& out);

    // What may stand where `partial` begins, after `before`: word and help, in the tree's order.
    struct Hint {
        std::string word;
        std::string help;
        bool is_argument = false;
    };

    std::vector<Hint> hints(const Words& before, std::string_view partial);

    // The words that `partial` may become: commands' words, and neighbors' names where one belongs.
    Words completions(const Words& before, std::string_view partial);

private:
    Words neighbor_names();

    Client& client_;
    CommandTree tree_;
};

}  // namespace dx::cli
