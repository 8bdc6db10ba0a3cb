#include "daemon/config/reader.hpp"

#include <algorithm>

#include "daemon/config/near_match.hpp"
#include "daemon/config/printable.hpp"

namespace dx::config {
namespace {

std::string_view form_of(const Node& value) {
    switch (value.kind) {
        case Node::Kind::Null: return "has no value";
        case Node::Kind::List: return "is a list";
        case Node::Kind::Map: return "is a mapping";
        case Node::Kind::Scalar: break;
    }
    return "is a single value";
}

std::string in_parentheses(std::string_view expected) {
    return " (expected " + std::string(expected) + ")";
}

}  // namespace

void Reader::add(Severity severity, Position at, std::string text) {
    if (full()) return;
    if (diagnostics_.size() == kMost) {
        severity = Severity::Error;
        text = "too many mistakes; the rest of the file was not looked at (expected fewer)";
    }
    const auto behind =
        std::ranges::upper_bound(diagnostics_, std::optional(at), {}, &Diagnostic::at);
    diagnostics_.insert(behind, {severity, file_, at, std::move(text)});
}

std::string Reader::said_of_key() const {
    return keys_.empty() ? std::string() : std::string(keys_.back()) + ": ";
}

void Reader::wrong(const Node& value, std::string_view what, std::string_view expected) {
    const bool mistaken = value.is_scalar() && !what.empty();
    auto text = mistaken ? "'" + printable(value.text) + "' is not " + std::string(what)
                         : "this " + std::string(form_of(value));
    error(value.at, said_of_key() + text + in_parentheses(expected));
}

void Reader::wrong_secret(const Node& value, std::string_view why) {
    error(value.at, said_of_key() + std::string(why));
}

void Reader::repeated(const Node& value, std::string_view what, int first_line) {
    problem(value, std::string(what) + " is there already (expected each once; first in line " +
                       std::to_string(first_line) + ")");
}

void Reader::problem(const Node& value, std::string_view problem, Severity severity) {
    add(severity, value.at, said_of_key() + std::string(problem));
}

void Reader::unknown_name(const Node& value, std::string_view what,
                          std::span<const std::string_view> names, std::string_view expected) {
    if (full()) return;
    auto text = said_of_key() + "'" + printable(value.text) + "' is not " + std::string(what) +
                " (expected " + std::string(expected);
    if (const auto near = near_match(value.text, names))
        text += "; did you mean '" + printable(*near) + "'?";
    error(value.at, text + ")");
}

const std::string* Reader::text(const Node& value, std::string_view expected) {
    if (value.is_scalar()) return &value.text;
    wrong(value, "", expected);
    return nullptr;
}

bool Reader::has_errors() const {
    return std::ranges::any_of(diagnostics_,
                               [](const Diagnostic& d) { return d.severity == Severity::Error; });
}

std::string Diagnostic::to_string() const {
    auto line = file + ": ";
    if (at) line = file + ":" + std::to_string(at->line) + ":" + std::to_string(at->column) + ": ";
    return line + (severity == Severity::Warning ? "warning: " : "") + text;
}

}  // namespace dx::config
