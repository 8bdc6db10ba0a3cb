#include "libfib/netlink/note.hpp"

#include <array>
#include <cstdio>
#include <system_error>

namespace dx::netlink {

namespace {

using Kind = fib::FibNote::Kind;

// What stands for the words in braces is in describe().
struct Form {
    Kind kind;
    Severity severity;
    std::string_view text;
};

constexpr std::array kForms{
    Form{Kind::RouteDeletedByOther, Severity::Warning,
         "kernel route {prefix} was deleted by another program; putting it back"},
    Form{Kind::RouteChangedByOther, Severity::Warning,
         "kernel route {prefix} was changed by another program; putting it right"},
    Form{Kind::ObjectDeletedByOther, Severity::Warning,
         "nexthop object {object} was deleted by another program, and its routes with it; "
         "putting them back"},
    Form{Kind::Ipv6Lost, Severity::Warning,
         "interface {link}: the kernel took IPv6 from it, with addresses and routes, since its MTU "
         "is below 1280; when that is raised, the addresses have to be set again"},
    Form{Kind::Conflict, Severity::Warning,
         "{prefix} is not installed: the kernel has another program's route for it"},
    Form{Kind::ConflictOver, Severity::Info,
         "{prefix}: the other program's route is gone; installing ours"},
    Form{Kind::RouteFailed, Severity::Error, "the kernel refused the route {prefix}: {error}"},
    Form{Kind::ObjectFailed, Severity::Error,
         "the kernel refused the nexthop object {object}: {error}"},
    Form{Kind::RoutesAdopted, Severity::Info, "{count} routes of an earlier run adopted"},
    Form{Kind::StaleSwept, Severity::Info, "{count} routes of an earlier run removed"},
    Form{Kind::Reconciled, Severity::Info,
         "the kernel's tables were read again: {count} differences put right"},
    Form{Kind::FailedOver, Severity::Info, "the traffic of a lost neighbor was moved in {took} ms"},
    Form{Kind::NotesLost, Severity::Warning, "{count} more notes on kernel routes were left out"},
};

void replace(std::string& text, std::string_view word, const std::string& value) {
    if (const auto at = text.find(word); at != std::string::npos)
        text.replace(at, word.size(), value);
}

std::string milliseconds(std::chrono::nanoseconds time) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(time.count()) / 1e6);
    return text.data();
}

std::string error_text(int error, std::string_view explanation) {
    std::string text = std::generic_category().message(error);
    if (!explanation.empty()) text.append(" (").append(explanation).append(")");
    return text;
}

}  // namespace

Note describe(const fib::FibNote& note, std::string_view explanation) {
    Note result{Severity::Info, {}, note};
    for (const Form& form : kForms) {
        if (form.kind != note.kind) continue;
        result.severity = form.severity;
        result.text = form.text;
    }
    replace(result.text, "{prefix}", note.prefix.to_string());
    replace(result.text, "{object}", std::to_string(static_cast<std::uint32_t>(note.object)));
    replace(result.text, "{link}", note.link);
    replace(result.text, "{error}", error_text(note.error, explanation));
    replace(result.text, "{count}", std::to_string(note.count));
    replace(result.text, "{took}", milliseconds(note.took));
    return result;
}

}  // namespace dx::netlink
