#include "cli/why_down.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <set>
#include <vector>

#include "cli/command.hpp"
#include "cli/event_text.hpp"
#include "cli/failure.hpp"
#include "cli/outage.hpp"

namespace dx::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kDay = 86'400'000;

bool is_established(const Object& neighbor) {
    return text(neighbor, "bgpState") == "Established";
}

// --- The cause.

// What may have led to the end of a session, and how to say it before the event's own words.
struct Lead {
    std::string_view event;
    std::string_view words;
};

constexpr std::array kLeads{
    Lead{"link-down", "its link failed: "},
    Lead{"bfd-down", "BFD went down: "},
    Lead{"cleared", "it was cleared "},
    Lead{"drained", "it was drained: "},
    Lead{"failover-test-begun", "a failover test was begun "},
    Lead{"prefix-limit-reached", "a limit was reached: "},
};

std::string said(const Lead& lead, const Object& event) {
    const bool counts = lead.event == "bfd-down";  // they are for the history
    return std::string(lead.words) +
           (counts ? std::string(text(event, "text")) : event_words(event));
}

// Each kind once, and not what the session's end says itself.
std::string led_to_it(const boost::json::array& events, const Outage& outage) {
    std::string words;
    std::set<std::string_view> told;
    for (const auto* event : events_before(events, outage)) {
        const auto kind = text(*event, "event");
        const auto lead = std::ranges::find(kLeads, kind, &Lead::event);
        if (lead == kLeads.end() || !told.insert(kind).second) continue;
        if (text(*event, "text") == text(*outage.end, "text")) continue;
        const milliseconds before(time_of(*outage.end) - time_of(*event));
        words += fmt::format(", {} after {}", span_text(before), said(*lead, *event));
    }
    return words;
}

std::string cause_of(const boost::json::array& events, const Outage& outage) {
    const auto kind = text(*outage.end, "event");
    if (kind == "stopped")
        return fmt::format("dxrouted was stopped ({})", text(*outage.end, "text"));
    if (kind == "started") return "dxrouted ended without a word (killed, or the machine failed)";
    auto words = std::string(text(*outage.end, "text")) + led_to_it(events, outage);
    if (const auto* const reload = reload_behind(events, outage))
        words += fmt::format(", as the configuration was changed {}", event_words(*reload));
    return words;
}

// --- What to do.

struct Advice {
    std::string_view cause;  // as in the details of `down`
    std::string_view words;
};

constexpr std::array kAdvice{
    Advice{"hold timer expired",
           "see whether the circuit loses packets or the peer stopped; BFD notices it sooner"},
    Advice{"send hold timer expired", "the peer does not read what it is sent: see its load"},
    Advice{"BFD down", "see whether the circuit loses packets: counters, light, the provider"},
    Advice{"unreachable", "bring the link or the address back"},
    Advice{"notification received", "ask the other side: it ended the session"},
    Advice{"connection closed", "see what became of the peer, or of a firewall on the way"},
    Advice{"prefix limit reached", "raise prefix-limit, or have the neighbor send less"},
    Advice{"protocol error", "tell the vendor of the peer; the history has the data"},
    Advice{"internal error", "report this bug with what `dxctl support` gathers"},
};

// The peer counts what we send: we know how many that were, and which of the two can be changed.
std::string about_too_many(const Object& end, std::string_view name) {
    std::string sent;
    for (const auto* const family : {"ipv4", "ipv6"})
        if (const auto count = number(child(end, "details"), std::string(family) + "Advertised"))
            sent += fmt::format("{}{} {}", sent.empty() ? "" : " and ", count, family);
    return fmt::format(
        "{}; what to do: announce fewer (networks, `prefix-limit.out` with `aggregate`) or have "
        "the limit raised there, then `clear ip bgp {}`",
        sent.empty() ? "" : fmt::format("; it had been sent {} prefixes", sent), name);
}

// What was in force before a change; 0: it is not known. A file that was found as it was about to
// be replaced never was.
std::int64_t in_force_before(std::int64_t change, const boost::json::array& configurations) {
    std::int64_t before = 0;
    for (const auto& each : configurations) {
        const auto& entry = each.as_object();
        if (number(entry, "number") < change && text(entry, "what") != "found")
            before = std::max(before, number(entry, "number"));
    }
    return before;
}

// "change 3: 1 change applied" is taken back by what was in force before it.
std::string taken_back(const Object& reload, const boost::json::array& configurations) {
    constexpr std::string_view kChange = "change ";
    const auto summary = text(child(reload, "details"), "summary");
    std::int64_t change = 0;
    if (summary.starts_with(kChange))
        std::from_chars(summary.data() + kChange.size(), summary.data() + summary.size(), change);
    const auto before = in_force_before(change, configurations);
    return before > 0 ? fmt::format("`dxctl config rollback {}`", before)
                      : "`dxctl config rollback` to what `dxctl config history` has before it";
}

// "change 5 was not confirmed: …": what was before it is in force already.
bool is_return(const Object& reload) {
    const auto summary = text(child(reload, "details"), "summary");
    return summary.find(" was not confirmed") != summary.npos ||
           summary.find(" was aborted") != summary.npos;
}

std::string walk_the_path(std::string_view name) {
    return fmt::format("`dxctl doctor {}` walks the path to it", name);
}

bool is_shut_down(const Object& neighbor) {
    return text(neighbor, "bgpStateNote") == "Admin";
}

// Of one that is down: what was configured, or is the operator's doing, is not looked for on the
// path.
std::string to_bring_it_back(const Object* reload, const Object& neighbor, std::string_view name,
                             const boost::json::array& configurations) {
    if (!text(neighbor, "drain").empty())
        return fmt::format("`dxctl undrain {}` when the work is done", name);
    if (text(neighbor, "bgpStateNote") == "Test")
        return fmt::format("a failover test gives it back; sooner: `dxctl undrain {}`", name);
    const bool shut = is_shut_down(neighbor);
    const std::string first = shut ? "take `shutdown` out of its configuration" : "";
    if (reload == nullptr || is_return(*reload)) return shut ? first : walk_the_path(name);
    const auto back = taken_back(*reload, configurations);
    return shut ? fmt::format("{}, or {}", first, back)
                : fmt::format("{} if the change was wrong, else {}", back, walk_the_path(name));
}

// BGP is spoken again, and ends by a word: what ended the session is no longer what keeps it down.
bool is_refused_now(const Object& neighbor) {
    return !is_established(neighbor) &&
           text(neighbor, "lastError").find("NOTIFICATION") != std::string_view::npos;
}

std::string what_to_do(const boost::json::array& events, const Outage& outage,
                       const Object& neighbor, std::string_view name,
                       const boost::json::array& configurations) {
    if (bfd_was_refused(events, outage))
        return fmt::format("; what to do: set the peer's BFD right, `dxctl doctor {}` says how",
                           name);
    const auto& end = *outage.end;
    const auto cause = text(child(end, "details"), "cause");
    if (cause == "notification received" &&
        text(end, "text").find("Maximum Number of Prefixes") != std::string_view::npos)
        return about_too_many(end, name);
    if (!is_refused_now(neighbor) || cause == "notification received")
        for (const auto& advice : kAdvice)
            if (advice.cause == cause) return fmt::format("; what to do: {}", advice.words);
    if (is_established(neighbor)) return {};
    return "; what to do: " +
           to_bring_it_back(reload_behind(events, outage), neighbor, name, configurations);
}

// --- The sentence.

std::string state_now(const Object& neighbor) {
    if (text(neighbor, "drain") == "drained") return "drained by the operator";
    if (const auto waiting = text(neighbor, "waitingFor"); !waiting.empty())
        return fmt::format("it waits: {}", waiting);
    if (is_shut_down(neighbor)) return "shut down by the configuration";
    if (const auto error = text(neighbor, "lastError"); !error.empty()) return std::string(error);
    return fmt::format("state {}", text(neighbor, "bgpState"));
}

// What ended the session and lasts is not said again.
std::string not_back(const Outage& last, const Object& neighbor) {
    const auto waiting = text(neighbor, "waitingFor");
    if (!waiting.empty() && waiting.ends_with(text(*last.end, "text")))
        return "; it has not come back, since that is so still";
    return fmt::format("; it has not come back: {}", state_now(neighbor));
}

std::string times_a_day(const std::vector<Outage>& outages, std::int64_t now) {
    std::size_t count = 0;
    for (const auto& outage : outages)
        if (now - time_of(*outage.end) < kDay) ++count;
    return count > 1 ? fmt::format("; {} times within 24 h", count) : std::string();
}

std::string never_up(std::string_view name, const Object& neighbor) {
    return fmt::format("{} has not been up as far back as is known: {}; what to do: {}", name,
                       state_now(neighbor), to_bring_it_back(nullptr, neighbor, name, {}));
}

}  // namespace

std::string why_down_text(std::string_view name, const Object& neighbor,
                          const boost::json::array& events, std::int64_t now,
                          const boost::json::array& configurations) {
    const bool is_up = is_established(neighbor);
    const auto outages = outages_in(events);
    const auto up_for = span_text(milliseconds(number(neighbor, "bgpTimerUpMsec")));
    if (outages.empty())
        return is_up ? fmt::format("{} is up for {} and was not down as far back as is known", name,
                                   up_for)
                     : never_up(name, neighbor);
    const auto& last = outages.back();
    auto words = fmt::format("{} ago ({}): {}", span_text(milliseconds(now - time_of(*last.end))),
                             event_time(*last.end), cause_of(events, last));
    if (last.back != nullptr)
        words += fmt::format("; it came back after {}",
                             span_text(milliseconds(time_of(*last.back) - time_of(*last.end))));
    else if (!is_up)
        words += not_back(last, neighbor);
    const auto lead = is_up ? fmt::format("{} is up for {}; it went down ", name, up_for)
                            : fmt::format("{} went down ", name);
    return lead + words + times_a_day(outages, now) +
           what_to_do(events, last, neighbor, name, configurations);
}

namespace {

// Asked for only where a change ended the session: it is on the disk. Without it the words are less
// exact, and none the worse.
boost::json::array configurations_behind(const boost::json::array& events, Client& client) {
    const auto outages = outages_in(events);
    if (outages.empty() || reload_behind(events, outages.back()) == nullptr) return {};
    try {
        return list(parse_object(client.get("/v1/config/history")), "entries");
    } catch (const Failure&) {
        return {};
    }
}

}  // namespace

void why_down(Invocation& call) {
    const auto path = "/v1/bgp/neighbors/" + percent_encoded(call.argument());
    if (passed_on_as_json(call, path + "/history")) return;
    const auto history = parse_object(call.client.get(path + "/history"));
    const auto neighbor = parse_object(call.client.get(path));
    if (neighbor.empty()) throw Failure("no such neighbor: " + std::string(call.argument()));
    const auto& events = list(history, "events");
    const auto now = std::chrono::duration_cast<milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    call.out.print("{}\n",
                   why_down_text(text(history, "neighbor"), neighbor.begin()->value().as_object(),
                                 events, now.count(), configurations_behind(events, call.client)));
}

}  // namespace dx::cli
