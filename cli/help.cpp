#include "cli/help.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "cli/command.hpp"
#include "cli/text_width.hpp"

namespace dx::cli {
namespace {

constexpr auto kHelp = R"(Usage: dxctl [OPTIONS] COMMAND...
       dxctl [OPTIONS] -c "COMMAND" [-c "COMMAND"]...
       dxctl [OPTIONS]             an interactive shell

Options:
  --socket PATH         the daemon's control socket (default $DXROUTED_SOCKET, else
                        /run/dxrouted/dxrouted.sock)
  -c, --command LINE    run this command; may be repeated
  --json                print JSON
  --wide                print more columns
  --version             print the version and exit
  -h, --help            print this text and exit; behind the first words of a command, what
                        belongs to it

Commands (any unambiguous beginning of a word will do; [ ] may be left out, of { } take what
you want in any order):
)";

constexpr auto kMarks = "[]{},| ";  // what stands between the words of a pattern

std::string help_row(const Command& command) {
    return fmt::format("  {}\n        {}\n", command.pattern, command.help);
}

template <class Fits>
bool any_alternative(std::string_view token, Fits fits) {
    while (!token.empty()) {
        const auto end = std::min(token.find('|'), token.size());
        if (fits(token.substr(0, end))) return true;
        token.remove_prefix(std::min(end + 1, token.size()));
    }
    return false;
}

// As far as the pattern's words are fixed: what may be left out, or is an argument, is anything.
bool begins_with(std::string_view pattern, const Words& words) {
    const auto tokens = split_words(pattern);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i == tokens.size()) return false;
        const auto first = tokens[i].front();
        if (first == '[' || first == '{' || any_alternative(tokens[i], is_argument_name))
            return true;
        const auto is_given = [&](std::string_view word) { return word == words[i]; };
        if (!any_alternative(tokens[i], is_given)) return false;
    }
    return true;
}

// Each of the pattern's words that was not told yet.
std::string word_rows(std::string_view pattern, std::set<std::string_view>& told,
                      std::size_t width) {
    constexpr std::size_t kHelpColumn = 21;
    std::string rows;
    while (!pattern.empty()) {
        pattern.remove_prefix(std::min(pattern.find_first_not_of(kMarks), pattern.size()));
        const auto word = pattern.substr(0, pattern.find_first_of(kMarks));
        pattern.remove_prefix(word.size());
        if (!word.empty() && told.insert(word).second)
            rows += fmt::format("  {:<18} {}\n", word,
                                wrapped(std::string(word_help(word)), width, kHelpColumn));
    }
    return rows;
}

}  // namespace

std::string help_of_all() {
    std::string text = kHelp;
    for (const auto& command : commands())
        text += help_row(command);
    return text +
           "\nExit codes: 0 done, 1 refused or failed, 2 wrong usage or errors in the "
           "configuration\n";
}

std::string help_of(const Words& words, std::size_t width) {
    if (words.empty()) return {};
    std::string rows, meanings;
    std::set<std::string_view> told(words.begin(), words.end());
    for (const auto& command : commands()) {
        if (!begins_with(command.pattern, words)) continue;
        rows += help_row(command);
        meanings += word_rows(command.pattern, told, width);
    }
    if (rows.empty()) return {};
    if (!meanings.empty()) rows += "\nIts words:\n" + meanings;
    return rows + "\nOptions of every command, and all commands: dxctl --help\n";
}

}  // namespace dx::cli
