#include "cli/completion.hpp"

#include <algorithm>
#include <array>

#include "cli/command.hpp"

namespace dx::cli {
namespace {

struct Option {
    std::string_view word;
    std::string_view help;
    bool has_value = false;
    bool replaces_words = false;  // no words may stand beside it
};

constexpr std::array kOptions{
    Option{"--socket", "the daemon's control socket", true},
    Option{"--command", "run this command", true, true},
    Option{"-c", "run this command", true, true},
    Option{"--json", "print JSON"},
    Option{"--wide", "print more columns"},
    Option{"--version", "print the version and exit"},
    Option{"--help", "print a help text and exit"},
};

// Arguments that the shell completes by itself: it knows ~ and quotes.
struct Path {
    std::string_view argument;
    std::string_view line;
};

constexpr std::array kPaths{Path{"FILE", ":files"}, Path{"DIRECTORY", ":directories"}};

const Option* option_of(std::string_view word) {
    const auto* const found = std::ranges::find(kOptions, word, &Option::word);
    return found == kOptions.end() ? nullptr : found;
}

// Takes the options with their values out of the words before the last, which is looked at by
// itself. The option whose value the last one is, or null.
const Option* take_options(Words& words) {
    Words rest;
    const Option* open = nullptr;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto* const option = open ? nullptr : option_of(words[i]);
        if (!open && !option && !words[i].starts_with("--socket=")) rest.push_back(words[i]);
        open = option && option->has_value ? option : nullptr;
    }
    rest.push_back(words.back());
    words = std::move(rest);
    return open;
}

std::string line_of(std::string_view word, std::string_view help) {
    return fmt::format("{}\t{}\n", word, help);
}

// dxctl's own, but those that are among the lines.
void add_options(std::string_view partial, bool behind_words, std::string& lines) {
    for (const auto& option : kOptions) {
        const bool is_there = lines.find(fmt::format("{}\t", option.word)) != std::string::npos;
        const bool fits = option.word.starts_with(partial) && !is_there;
        if (fits && !(behind_words && option.replaces_words))
            lines += line_of(option.word, option.help);
    }
}

// Where the value begins in "--for=60s"; 0 where there is none.
std::size_t value_in(std::string_view word) {
    return word.starts_with("--") ? word.find('=') + 1 : 0;
}

// "--for=60s" is two words for a command.
Words with_values_apart(const Words& words) {
    Words apart;
    for (const auto& word : words) {
        const auto value = value_in(word);
        if (value != 0) apart.push_back(word.substr(0, value - 1));
        apart.push_back(word.substr(value));
    }
    return apart;
}

// The candidates are trimmed to what bash takes for the word: it breaks one at colons and equals
// signs, which addresses have.
constexpr std::string_view kBash = R"(# bash completion for dxctl: dxctl itself says what may come.
_dxctl() {
    local line=${COMP_LINE:0:COMP_POINT} word candidates=()
    local -a words
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    local partial=${words[${#words[@]} - 1]}
    local broken=""
    [[ $partial == *[:=]* ]] && broken=${partial%"${partial##*[:=]}"}
    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        case $word in
            :files) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$partial") ;;
            :directories) compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$partial") ;;
            ?*) COMPREPLY+=("${word#"$broken"}") ;;
        esac
    done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _dxctl dxctl
)";

constexpr std::string_view kZsh = R"(#compdef dxctl
# zsh completion for dxctl: dxctl itself says what may come.
_dxctl() {
    local line word help
    local -a lines described
    lines=("${(@f)$("${words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "${lines[@]}"; do
        word=${line%%$'\t'*}
        help=${line#*$'\t'}
        case $word in
            :files) _files ;;
            :directories) _files -/ ;;
            ?*) described+=("${word//:/\\:}${help:+:$help}") ;;
        esac
    done
    (( ${#described} )) && _describe -V dxctl described
}
if [[ $funcstack[1] == _dxctl ]]; then
    _dxctl "$@"
else
    compdef _dxctl dxctl
fi
)";

}  // namespace

std::string completion_lines(Interpreter& interpreter, Words words) {
    if (words.empty()) words.emplace_back();
    const auto* const open = take_options(words);
    if (open) return open->word == "--socket" ? ":files\t\n" : "";
    const auto stem = words.back().substr(0, value_in(words.back()));  // stays as it is
    words = with_values_apart(words);
    const auto partial = std::move(words.back());
    words.pop_back();
    std::string lines;
    for (const auto& hint : interpreter.hints(words, partial)) {
        const auto* const path = std::ranges::find(kPaths, hint.word, &Path::argument);
        if (path != kPaths.end() && stem.empty())
            lines += line_of(path->line, hint.help);
        else if (!hint.is_argument && stem.empty())
            lines += line_of(hint.word, hint.help);
        for (const auto& name :
             path == kPaths.end() ? interpreter.names(hint, words, partial) : Words())
            lines += line_of(stem + name, hint.help);
    }
    if (partial.starts_with('-')) add_options(partial, !words.empty(), lines);
    return lines;
}

std::string socket_among(const Words& words) {
    constexpr std::string_view kWithValue = "--socket=";
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].starts_with(kWithValue)) return words[i].substr(kWithValue.size());
        if (words[i] == "--socket" && i + 1 < words.size()) return words[i + 1];
    }
    return {};
}

void completion(Invocation& call) {
    call.out.write(call.match.has("bash") ? kBash : kZsh);
}

}  // namespace dx::cli
