#include "cli/event_text.hpp"

#include <array>
#include <cstdint>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/user_name.hpp"

namespace dx::cli {
namespace {

// Details that the text of an event does not have, and what to call them.
struct Shown {
    std::string_view event;
    std::string_view key;
    std::string_view name;
};

constexpr std::array kShown{
    Shown{"established", "remoteId", "router id"},
    Shown{"down", "ipv4Accepted", "IPv4 routes used"},
    Shown{"down", "ipv6Accepted", "IPv6 routes used"},
    Shown{"down", "ipv4Advertised", "IPv4 routes sent"},
    Shown{"down", "ipv6Advertised", "IPv6 routes sent"},
    Shown{"notification-sent", "data", "data"},
    Shown{"notification-received", "data", "data"},
    Shown{"bfd-up", "packetsIn", "packets in"},
    Shown{"bfd-up", "packetsOut", "packets out"},
    Shown{"bfd-down", "packetsIn", "packets in"},
    Shown{"bfd-down", "packetsOut", "packets out"},
    Shown{"bfd-down", "downs", "downs"},
};

// The data of a NOTIFICATION that is a text is in the event's own words.
bool is_said(std::string_view key, const Object& details) {
    return key == "data" && has(details, "message");
}

std::string value_text(const boost::json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    return std::to_string(value.to_number<std::int64_t>());
}

// The daemon knows the names of /etc/passwd alone: others may be far away.
void name_user(const Object& details, std::string& words) {
    if (!has(details, "user")) return;
    const auto user = number(details, "user");
    const auto said = fmt::format("by user {}", user);
    if (const auto at = words.find(said); at != words.npos)
        words.replace(at, said.size(), fmt::format("by {}", user_name(user)));
}

}  // namespace

std::string event_time(const Object& event) {
    const auto milliseconds = number(event, "time");
    const std::time_t seconds = milliseconds / 1000;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}", local, milliseconds % 1000);
}

std::string event_words(const Object& event) {
    const auto& details = child(event, "details");
    std::string words(text(event, "text"));
    name_user(details, words);
    std::string more;
    for (const auto& [kind, key, name] : kShown)
        if (kind == text(event, "event") && has(details, key) && !is_said(key, details))
            more +=
                fmt::format("{}{} {}", more.empty() ? "" : ", ", name, value_text(details.at(key)));
    if (!more.empty()) words += fmt::format("{}({})", words.empty() ? "" : " ", more);
    return words;
}

std::string span_text(std::chrono::milliseconds span) {
    struct Unit {
        std::int64_t milliseconds;
        std::string_view name;
    };

    constexpr std::array kUnits{Unit{86'400'000, "days"}, Unit{3'600'000, "h"}, Unit{60'000, "min"},
                                Unit{1000, "s"}};
    for (const auto& unit : kUnits)  // the unit that makes at least two of it
        if (span.count() >= 2 * unit.milliseconds)
            return fmt::format("{} {}", span.count() / unit.milliseconds, unit.name);
    return fmt::format("{} ms", span.count());
}

}  // namespace dx::cli
