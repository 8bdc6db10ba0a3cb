#include "cli/import/ios_line.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "cli/import/ios_blocks.hpp"
#include "cli/import/ios_terminal.hpp"
#include "cli/lines.hpp"

namespace dx::importing {
namespace {

constexpr std::string_view kBlanks = " \t\r";

// What follows a word with one of these in it is not shown: rather too much than too little.
constexpr std::array<std::string_view, 8> kBeforeSecrets{
    "pass", "secret", "key", "psk", "md5", "authenticat", "snmp-server", "environment"};

bool hides(std::string word) {
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    return std::ranges::any_of(kBeforeSecrets,
                               [&](auto part) { return word.find(part) != word.npos; });
}

// scp://USER:PASSWORD@HOST
std::string without_login(const std::string& word) {
    const auto scheme = word.find("://");
    const auto at = scheme == word.npos ? word.npos : word.rfind('@');
    if (at == word.npos || at < scheme) return word;
    return word.substr(0, scheme + 3) + "<hidden>" + word.substr(at);
}

Texts split(std::string_view text) {
    Texts words;
    while (true) {
        const auto start = text.find_first_not_of(kBlanks);
        if (start == text.npos) return words;
        text.remove_prefix(start);
        const auto end = std::min(text.find_first_of(kBlanks), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

}  // namespace

std::string_view IosLine::word(std::size_t at) const {
    return at < words.size() ? std::string_view(words[at]) : std::string_view();
}

std::string_view IosLine::rest(std::size_t at) const {
    std::string_view left = text;
    for (std::size_t skipped = 0; skipped < at + (negated ? 1 : 0); ++skipped) {
        left.remove_prefix(std::min(left.find_first_of(kBlanks), left.size()));
        left.remove_prefix(std::min(left.find_first_not_of(kBlanks), left.size()));
    }
    return left;
}

std::vector<IosLine> read_ios_lines(std::string_view text) {
    const auto shown = as_shown(text);
    const auto all = cli::lines_of(shown);
    std::vector<IosLine> lines;
    for (std::size_t at = 0, next = 0; at < all.size(); at = next) {
        next = at + 1;
        auto raw = all[at];
        const auto start = raw.find_first_not_of(kBlanks);
        if (start == raw.npos || raw[start] == '!' || raw[start] == '#') continue;
        next = at + ios_block_length(std::span(all).subspan(at));
        raw = raw.substr(0, raw.find_last_not_of(kBlanks) + 1);
        IosLine line{at + 1, std::string(raw.substr(start)), split(raw), false, start != 0, next};
        if (line.words.front() == "no" && line.words.size() > 1) {
            line.negated = true;
            line.words.erase(line.words.begin());
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string without_secrets(const IosLine& line) {
    std::string text = line.negated ? "no" : "";
    for (std::size_t i = 0; i < line.words.size(); ++i) {
        text += (text.empty() ? "" : " ") + without_login(line.words[i]);
        if (i + 1 < line.words.size() && hides(line.words[i])) return text + " <hidden>";
    }
    return text;
}

LineAccount::LineAccount(const std::vector<IosLine>& lines)
    : lines_(lines), entries_(lines.empty() ? 0 : lines.back().number + 1) {}

void LineAccount::mark(const IosLine& line, Mark mark, std::string why) {
    auto& entry = entries_.at(line.number);
    if (mark <= entry.mark) return;
    entry.mark = mark;
    entry.why = std::move(why);
}

void LineAccount::take_back(const IosLine& line) {
    entries_.at(line.number).mark = Mark::Done;
    entries_.at(line.number).why.clear();
}

void LineAccount::belongs(const IosLine& line, const IosLine& of) {
    mark(line, Mark::Done, {});
    auto& last = entries_.at(of.number).last;
    last = std::max(last, line.last);
}

bool LineAccount::is_marked(const IosLine& line) const {
    return entries_.at(line.number).mark != Mark::None;
}

std::vector<Note> LineAccount::notes() const {
    std::vector<Note> notes;
    for (const auto& line : lines_) {
        const auto& [mark, why, last] = entries_[line.number];
        if (mark == Mark::Done) continue;
        auto kind = Note::Kind::Skipped;
        if (mark == Mark::Needless) kind = Note::Kind::Needless;
        if (mark == Mark::Changed) kind = Note::Kind::Changed;
        notes.push_back({kind, line.number, without_secrets(line),
                         mark == Mark::None ? "dxrouted has nothing like it" : why,
                         std::max(line.last, last)});
    }
    return notes;
}

}  // namespace dx::importing
