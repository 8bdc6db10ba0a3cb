#include "cli/interpreter.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "cli/arguments.hpp"
#include "cli/failure.hpp"
#include "cli/familiar_words.hpp"
#include "cli/text_width.hpp"

namespace dx::cli {
namespace {

CommandTree tree_of_all() {
    std::vector<std::string_view> patterns;
    for (const auto& command : commands())
        patterns.push_back(command.pattern);
    return CommandTree(patterns);
}

// `json` and `wide` at the end of a line mean the options.
void take_options(Words& words, Options& options) {
    for (; words.size() > 1; words.pop_back()) {
        const auto word = without_dashes(words.back());
        if (word == "json")
            options.json = true;
        else if (word == "wide")
            options.wide = true;
        else
            return;
    }
}

Match understood(const CommandTree& tree, const Words& words) {
    auto parsed = tree.parse(words);
    if (const auto* const wrong = std::get_if<Misunderstanding>(&parsed)) {
        const auto advice = advice_on_familiar(words, wrong->understood);
        throw Failure(advice.empty() ? wrong->text : advice, kUsage);
    }
    return std::get<Match>(std::move(parsed));
}

// The words of the command inside a command ("watch 5 show ip"), as far as they are there.
Words inner_words(const Match& match) {
    return {match.words.begin() + static_cast<std::ptrdiff_t>(*match.command_at),
            match.words.end()};
}

}  // namespace

Interpreter::Interpreter(Client& client) : client_(client), names_(client), tree_(tree_of_all()) {}

void Interpreter::run(Words words, Options options, Output& out) {
    if (words.empty()) return;
    if (words.back() == "?") {
        words.pop_back();
        const auto next = hints(words, {});
        if (next.empty()) understood(tree_, words);  // which says why, if it is this command's
        return out.write(help_lines(next, out.style().width));
    }
    take_options(words, options);
    const auto match = understood(tree_, words);
    Invocation call{match, client_, *this, out, options.json, options.wide};
    commands()[match.row].run(call);
}

const Command& Interpreter::command_of(Words words) const {
    Options options;
    take_options(words, options);
    return commands()[understood(tree_, words).row];
}

bool Interpreter::is_live(Words words) const {
    Options options;
    take_options(words, options);
    const auto parsed = tree_.parse(words);
    const auto* const match = std::get_if<Match>(&parsed);
    if (match == nullptr) return false;
    const auto run = commands()[match->row].run;
    return run == &monitor || run == &failover_test || run == &drain;
}

std::vector<Interpreter::Hint> Interpreter::hints(const Words& before,
                                                  std::string_view partial) const {
    const auto next = tree_.next(before);
    if (next.match.command_at) return hints(inner_words(next.match), partial);
    std::vector<Hint> hints;
    const bool as_option = partial.starts_with('-') && !before.empty();
    const auto offer = [&](const std::string& word, bool argument) {
        const auto written = as_option && !argument ? "--" + word : word;
        const bool fits = argument ? partial.empty() || may_become_argument(word, partial)
                                   : written.starts_with(partial);
        if (fits) hints.push_back({written, std::string(word_help(word)), argument});
    };
    for (const auto& [word, is_argument] : next.candidates)
        if (word == kRestOfLine && !as_option)
            offer("show", false);  // what may be repeated
        else
            offer(word, is_argument);
    if (!next.complete) return hints;
    const auto& command = commands()[next.match.row];
    if (is_show(command)) {
        offer("json", false);
        offer("wide", false);
    }
    if (partial.empty()) hints.push_back({"<cr>", std::string(command.help), true});
    return hints;
}

std::string Interpreter::help_lines(const std::vector<Hint>& hints, std::size_t width) {
    constexpr std::size_t kHelpColumn = 21;
    if (hints.empty()) return "  nothing is known here\n";  // a line that a command repeats
    std::string lines;
    for (const auto& hint : hints)
        lines += fmt::format("  {:<18} {}\n", hint.word, wrapped(hint.help, width, kHelpColumn));
    return lines;
}

Words Interpreter::completions(const Words& before, std::string_view partial) {
    Words words;
    for (const auto& hint : hints(before, partial)) {
        if (!hint.is_argument) words.push_back(hint.word);
        for (auto& name : names(hint, before, partial))
            words.push_back(std::move(name));
    }
    return words;
}

Words Interpreter::names(const Hint& hint, const Words& before, std::string_view partial) {
    if (!hint.is_argument) return {};
    const auto match = tree_.next(before).match;
    return match.command_at ? names(hint, inner_words(match), partial)
                            : names_.of(hint.word, match, partial);
}

}  // namespace dx::cli
