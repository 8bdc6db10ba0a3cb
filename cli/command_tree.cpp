#include "cli/command_tree.hpp"

#include <algorithm>
#include <optional>

#include "cli/arguments.hpp"
#include "cli/near_word.hpp"

namespace dx::cli {
namespace {

constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

// "a", "[", "b|c", "]" of "a [b|c]"; "{", "d", ",", "e", "}" of "{d, e}".
Words pattern_tokens(std::string_view pattern) {
    Words tokens;
    std::string token;
    const auto end_token = [&] {
        if (!token.empty()) tokens.push_back(std::exchange(token, {}));
    };
    for (const char c : pattern) {
        if (c == '[' || c == ']' || c == '{' || c == '}' || c == ',') {
            end_token();
            tokens.emplace_back(1, c);
        } else if (c == ' ') {
            end_token();
        } else {
            token += c;
        }
    }
    end_token();
    return tokens;
}

Words alternatives(const std::string& token) {
    Words out(1);
    for (const char c : token) {
        if (c == '|')
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}

// Every sequence of words that a pattern stands for.
class Expansion {
public:
    explicit Expansion(std::string_view pattern) : tokens_(pattern_tokens(pattern)) {}

    std::vector<Words> all() { return until_close({{}}); }

private:
    // Appends what comes up to the next closing bracket, comma or the end to each of `sequences`.
    std::vector<Words> until_close(std::vector<Words> sequences) {
        while (at_ < tokens_.size()) {
            const auto& token = tokens_[at_++];
            if (token == "]" || token == "}" || token == ",") break;
            if (token == "[") {
                auto with = until_close(sequences);
                sequences.insert(sequences.end(), with.begin(), with.end());
            } else if (token == "{") {
                sequences = in_any_order(sequences, options_until_close());
            } else {
                sequences = appended(sequences, alternatives(token));
            }
        }
        return sequences;
    }

    // The parts between commas, up to the "}".
    std::vector<std::vector<Words>> options_until_close() {
        std::vector<std::vector<Words>> options;
        do {
            options.push_back(until_close({{}}));
        } while (at_ < tokens_.size() && tokens_[at_ - 1] == ",");
        return options;
    }

    // Each of `sequences` alone, and followed by any of `options`, each at most once.
    static std::vector<Words> in_any_order(const std::vector<Words>& sequences,
                                           const std::vector<std::vector<Words>>& options) {
        auto out = sequences;
        for (std::size_t i = 0; i < options.size(); ++i) {
            std::vector<Words> begun;
            for (const auto& sequence : sequences)
                for (const auto& option : options[i]) {
                    begun.push_back(sequence);
                    begun.back().insert(begun.back().end(), option.begin(), option.end());
                }
            auto others = options;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            const auto all = in_any_order(begun, others);
            out.insert(out.end(), all.begin(), all.end());
        }
        return out;
    }

    static std::vector<Words> appended(const std::vector<Words>& sequences, const Words& words) {
        std::vector<Words> out;
        for (const auto& sequence : sequences) {
            for (const auto& word : words) {
                out.push_back(sequence);
                out.back().push_back(word);
            }
        }
        return out;
    }

    Words tokens_;
    std::size_t at_ = 0;
};

std::string joined(const Words& words, std::string_view separator) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : std::string(separator)) + word;
    return out;
}

}  // namespace

struct CommandTree::Node {
    std::string word;
    std::size_t row = kNoRow;
    std::vector<std::unique_ptr<Node>> children;

    bool is_argument() const { return is_argument_name(word); }

    Node& child(const std::string& of) {
        const auto found = std::ranges::find(children, of, [](const auto& c) { return c->word; });
        if (found != children.end()) return **found;
        children.push_back(std::make_unique<Node>());
        children.back()->word = of;
        return *children.back();
    }

    // The children that `given` may mean: the exact word; else what begins with it; else arguments.
    std::vector<const Node*> meant_by(std::string_view given) const {
        const bool is_first = word.empty();
        const auto as_word = is_first ? given : without_dashes(given);
        std::vector<const Node*> begins;
        std::vector<const Node*> fits;
        for (const auto& child : children) {
            if (child->word == as_word) return {child.get()};
            if (child->is_argument()) {
                if (fits_argument(child->word, given)) fits.push_back(child.get());
            } else if (child->word.starts_with(as_word)) {
                begins.push_back(child.get());
            }
        }
        return begins.empty() ? fits : begins;
    }

    Words child_words() const {
        Words words;
        for (const auto& each : children)
            words.push_back(each->word);
        return words;
    }
};

// How far the words lead.
struct CommandTree::Found {
    const Node* node = nullptr;  // the last one that was understood
    Match match;
    std::optional<Misunderstanding> wrong;
};

CommandTree::CommandTree(const std::vector<std::string_view>& patterns)
    : root_(std::make_unique<Node>()) {
    for (std::size_t row = 0; row < patterns.size(); ++row)
        for (const auto& sequence : Expansion(patterns[row]).all())
            add(sequence, row);
}

CommandTree::~CommandTree() = default;
CommandTree::CommandTree(CommandTree&&) noexcept = default;
CommandTree& CommandTree::operator=(CommandTree&&) noexcept = default;

void CommandTree::add(const Words& sequence, std::size_t row) {
    auto* node = root_.get();
    for (const auto& word : sequence)
        node = &node->child(word);
    node->row = row;
}

namespace {

std::string where(const Words& before) {
    return before.empty() ? std::string() : " after \"" + joined(before, " ") + '"';
}

Misunderstanding unknown_word(const std::string& word, const Words& before, const Words& possible) {
    std::string text = "unknown word \"" + word + '"' + where(before);
    if (possible.empty()) return {text + ": the command ends there", before.size()};
    if (const auto near = near_word(word, possible); !near.empty())
        text += ": did you mean \"" + near + "\"?";
    return {text + " (possible: " + joined(possible, ", ") + ")", before.size()};
}

}  // namespace

CommandTree::Found CommandTree::walk(const Words& words) const {
    Found found{root_.get(), {}, {}};
    for (const auto& word : words) {
        if (found.match.command_at) {
            found.match.words.push_back(word);
            found.match.is_argument.push_back(true);
            continue;
        }
        const auto meant = found.node->meant_by(word);
        if (meant.empty()) {
            found.wrong = unknown_word(word, found.match.words, found.node->child_words());
            return found;
        }
        if (meant.size() > 1) {
            Words names;
            for (const auto* node : meant)
                names.push_back(node->word);
            found.wrong =
                Misunderstanding{"ambiguous word \"" + word + '"' + where(found.match.words) +
                                     ": " + joined(names, ", "),
                                 found.match.words.size()};
            return found;
        }
        found.node = meant.front();
        const bool argument = found.node->is_argument();
        found.match.words.push_back(argument ? word : found.node->word);
        found.match.is_argument.push_back(argument);
        if (argument) found.match.arguments.push_back(word);
        if (found.node->word == kRestOfLine) found.match.command_at = found.match.words.size() - 1;
    }
    found.match.row = found.node->row;
    return found;
}

std::variant<Match, Misunderstanding> CommandTree::parse(const Words& words) const {
    auto found = walk(words);
    if (found.wrong) return *found.wrong;
    if (found.node->row == kNoRow)
        return Misunderstanding{"incomplete command" + where(found.match.words) + ": it goes on " +
                                    "with " + joined(found.node->child_words(), ", "),
                                words.size()};
    return std::move(found.match);
}

CommandTree::Next CommandTree::next(const Words& words) const {
    auto found = walk(words);
    Next next;
    if (found.wrong) return next;
    for (const auto& child : found.node->children)
        next.candidates.push_back({child->word, child->is_argument()});
    next.complete = found.node->row != kNoRow;
    next.match = std::move(found.match);
    return next;
}

bool Match::has(std::string_view word) const {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!is_argument[i] && words[i] == word) return true;
    return false;
}

std::string_view without_dashes(std::string_view word) {
    constexpr std::string_view kDashes = "--";
    return word.size() > kDashes.size() && word.starts_with(kDashes) ? word.substr(kDashes.size())
                                                                     : word;
}

Words split_words(std::string_view line) {
    Words words;
    std::string word;
    bool quoted = false;
    bool any = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
            any = true;
        } else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            if (any) words.push_back(std::exchange(word, {}));
            any = false;
        } else {
            word += c;
            any = true;
        }
    }
    if (any) words.push_back(word);
    return words;
}

}  // namespace dx::cli
