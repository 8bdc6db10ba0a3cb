// `config …`: check, compare, apply, confirm and take back configurations. The daemon does it all:
// it is sent the text, so that relative names in it (password-file) are looked for beside its own
// file, which the text is to become.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/command.hpp"
#include "cli/duration.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/import/files.hpp"
#include "cli/user_name.hpp"
#include "daemon/control/limits.hpp"

namespace dx::cli {
namespace {

// FILE, or stdin for "-".
Object config_text(Invocation& call) {
    const auto file = std::string(call.argument());
    const bool from_stdin = file == "-";
    try {
        return {{"name", from_stdin ? "stdin" : file},
                {"text", importing::read_source(from_stdin ? "/dev/stdin" : file)}};
    } catch (const importing::Unreadable& error) {
        throw Failure(error.what());
    }
}

std::chrono::milliseconds confirm_time(std::string_view text) {
    const auto time = duration_of(text);
    if (!control::kConfirmTime.contains(time))
        throw Failure("a change waits 1s to 1d for its `config confirm`", kUsage);
    return time;
}

// What apply and rollback have in common.
void add_trial(const Invocation& call, Object& request) {
    if (const auto time = call.argument_after("confirm"); !time.empty())
        request["confirmMsecs"] = confirm_time(time).count();
    if (const auto comment = call.argument_after("comment"); !comment.empty())
        request["comment"] = std::string(comment);
}

// What a change does to the routes is computed over all there are.
std::string post(Invocation& call, const std::string& what, const Object& request) {
    const Client::Patience patience(call.client, std::chrono::minutes(2));
    return call.client.post("/v1/config/" + what, boost::json::serialize(request));
}

// --- diff

std::string change_text(const Object& change) {
    std::string line(text(change, "key"));
    line += ": ";
    if (has(change, "removedItems") || has(change, "addedItems")) {
        for (const auto& item : list(change, "removedItems"))
            line += "-" + std::string(item.as_string()) + " ";
        for (const auto& item : list(change, "addedItems"))
            line += "+" + std::string(item.as_string()) + " ";
        line.pop_back();
        return line;
    }
    const auto before = text(change, "before"), after = text(change, "after");
    if (text(change, "kind") != "changed")
        return line + std::string(text(change, "kind")) + " " +
               std::string(before.empty() ? after : before);
    if (before == after) return line + "another content";  // of a policy, a key, a file
    return line + std::string(before) + " -> " + std::string(after);
}

void print_changes(const Object& diff, Output& out) {
    constexpr std::size_t kWidest = 76;
    std::vector<std::string> lines;
    std::size_t width = 0;
    for (const auto& change : list(diff, "changes")) {
        lines.push_back(change_text(change.as_object()));
        if (lines.back().size() <= kWidest) width = std::max(width, lines.back().size());
    }
    if (lines.empty()) return out.write("Nothing changes.\n");
    out.print("{:<{}}  Effect\n", "Change", width);
    for (std::size_t i = 0; i < lines.size(); ++i)
        out.print("{:<{}}  {}\n", lines[i], width,
                  text(list(diff, "changes")[i].as_object(), "effect"));
}

void print_effects(const Object& diff, Output& out) {
    if (!has(diff, "routes"))
        return out.write("\nBGP does not run yet: what happens to routes is not known.\n");
    if (list(diff, "routes").empty()) return out.write("\nNo neighbor's routes change.\n");
    out.write("\nRoutes\n");
    for (const auto& each : list(diff, "routes")) {
        const auto& effect = each.as_object();
        out.print("  {} {}: {}\n", text(effect, "neighbor"), text(effect, "family"),
                  text(effect, "text"));
    }
}

// --- history

std::string local_time(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm broken_down{};
    char out[32];
    ::localtime_r(&time, &broken_down);
    return {out, std::strftime(out, sizeof out, "%Y-%m-%d %H:%M:%S", &broken_down)};
}

std::string user_of(const Object& entry, std::string_view key) {
    return has(entry, key) ? user_name(number(entry, key)) : "-";
}

void print_entry(const Object& entry, Output& out) {
    out.write_row(fmt::format("{:>6}  {}  {:<12}  {:<8}  ", number(entry, "number"),
                              local_time(number(entry, "timeEpoch")), user_of(entry, "user"),
                              text(entry, "what")),
                  text(entry, "comment"));
    if (has(entry, "confirmedEpoch"))
        out.print("{:>6}  {}  {:<12}  confirmed\n", "", local_time(number(entry, "confirmedEpoch")),
                  user_of(entry, "confirmedBy"));
}

}  // namespace

void config_check(Invocation& call) {
    print_result(call, post(call, "check", config_text(call)));
}

void config_diff(Invocation& call) {
    const auto reply = post(call, "diff", config_text(call));
    if (call.json) return call.out.write(reply);
    const auto diff = parse_object(reply);
    for (const auto& line : list(diff, "diagnostics"))
        call.out.print("{}\n", std::string_view(line.as_string()));
    print_changes(diff, call.out);
    if (!list(diff, "changes").empty()) print_effects(diff, call.out);
}

void config_apply(Invocation& call) {
    auto request = config_text(call);
    add_trial(call, request);
    print_result(call, post(call, "apply", request));
}

void config_rollback(Invocation& call) {
    Object request{{"number", std::string(call.argument())}};
    add_trial(call, request);
    print_result(call, post(call, "rollback", request));
}

void config_confirm(Invocation& call) {
    print_result(call, post(call, "confirm", {}));
}

void config_abort(Invocation& call) {
    print_result(call, post(call, "abort", {}));
}

void config_history(Invocation& call) {
    if (passed_on_as_json(call, "/v1/config/history")) return;
    const auto history = parse_object(call.client.get("/v1/config/history"));
    call.out.print("{:>6}  {:<19}  {:<12}  {:<8}  {}\n", "Number", "Time", "User", "What",
                   "Comment");
    for (const auto& entry : list(history, "entries"))
        print_entry(entry.as_object(), call.out);
    if (!has(history, "pending")) return;
    const auto& pending = child(history, "pending");
    if (flag(pending, "takenBack"))
        return call.out.print("\nChange {} was taken back; its file is not put back yet.\n",
                              number(pending, "number"));
    call.out.print("\nChange {} waits for `config confirm`, and is taken back at {}.\n",
                   number(pending, "number"), local_time(number(pending, "deadlineEpoch")));
}

void config_show(Invocation& call) {
    const auto target = "/v1/config/history/" + percent_encoded(call.argument());
    if (passed_on_as_json(call, target)) return;
    call.out.write(text(parse_object(call.client.get(target)), "text"));
}

}  // namespace dx::cli
