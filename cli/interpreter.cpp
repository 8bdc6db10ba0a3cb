#include "cli/interpreter.hpp"

#include <algorithm>
#include <variant>

#include "cli/failure.hpp"
#include "cli/fields.hpp"

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
        if (words.back() == "json")
            options.json = true;
        else if (words.back() == "wide")
            options.wide = true;
        else
            return;
    }
}

}  // namespace

Interpreter::Interpreter(Client& client) : client_(client), tree_(tree_of_all()) {}

void Interpreter::run(Words words, Options options, Output& out) {
    if (words.empty()) return;
    take_options(words, options);
    const auto parsed = tree_.parse(words);
    if (const auto* const wrong = std::get_if<Misunderstanding>(&parsed))
        throw Failure(wrong->text, kUsage);
    const auto& match = std::get<Match>(parsed);
    Invocation call{match, client_, out, options.json, options.wide};
    commands()[match.row].run(call);
}

std::vector<Interpreter::Hint> Interpreter::hints(const Words& before, std::string_view partial) {
    const auto next = tree_.next(before);
    std::vector<Hint> hints;
    const auto offer = [&](const std::string& word, bool argument) {
        const bool fits =
            argument ? partial.empty() || fits_argument(word, partial) : word.starts_with(partial);
        if (fits) hints.push_back({word, std::string(word_help(word)), argument});
    };
    for (const auto& candidate : next.candidates)
        offer(candidate.word, candidate.is_argument);
    if (next.complete && is_show(commands()[next.row])) {
        offer("json", false);
        offer("wide", false);
    }
    if (next.complete && partial.empty())
        hints.push_back({"<cr>", std::string(commands()[next.row].help), true});
    return hints;
}

Words Interpreter::completions(const Words& before, std::string_view partial) {
    Words words;
    for (const auto& hint : hints(before, partial)) {
        if (!hint.is_argument) words.push_back(hint.word);
        if (hint.word != "NEIGHBOR") continue;
        for (auto& name : neighbor_names())
            if (name.starts_with(partial)) words.push_back(std::move(name));
    }
    return words;
}

Words Interpreter::neighbor_names() {
    Words names;
    try {
        const auto body = parse_object(client_.get("/v1/bgp/summary?family=all"));
        for (const auto& [key, family] : body)
            for (const auto& [address, peer] : child(family.as_object(), "peers")) {
                names.emplace_back(address);
                names.emplace_back(text(peer.as_object(), "name"));
            }
    } catch (const Failure&) {
        return {};  // no daemon, no names: the command itself will say so
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

}  // namespace dx::cli
