// The configuration: /v1/config/check, diff, apply, confirm, abort, rollback and history, and
// /v1/reload. Texts come in the body, and never go out with a secret.
#include <charconv>

#include "daemon/control/config_commands.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"
#include "daemon/control/request_body.hpp"

namespace dx::control {
namespace {

using Object = boost::json::object;

OrRefusal<ConfigText> config_text(const Object& object) {
    const auto text = text_member(object, "text");
    if (!text) return text.error();
    if (!*text) return Refusal{"text is missing: the configuration"};
    const auto name = text_member(object, "name");
    if (!name) return name.error();
    return ConfigText{name->value_or("the configuration"), **text};
}

OrRefusal<ConfigTrial> trial_of(const Call& call, const Object& object) {
    constexpr std::size_t kLongestComment = 500;
    ConfigTrial trial;
    const auto confirm = milliseconds_member(object, "confirmMsecs", kConfirmTime);
    if (!confirm) return confirm.error();
    if (*confirm) trial.confirm_within = std::chrono::ceil<std::chrono::seconds>(**confirm);
    const auto comment = text_member(object, "comment");
    if (!comment) return comment.error();
    trial.comment = comment->value_or("");
    if (trial.comment.size() > kLongestComment) return Refusal{"comment is at most 500 bytes"};
    if (call.request.client) trial.user = call.request.client->user;
    return trial;
}

ConfigCommands::User user_of(const Call& call) {
    if (!call.request.client) return std::nullopt;
    return call.request.client->user;
}

OrRefusal<std::uint32_t> number_of(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return Refusal{"the number of an entry of the history is expected"};
    return number;
}

void write_change(const ConfigChangeView& change, JsonWriter& json) {
    json.begin_object().member("key", change.key).member("kind", change.kind);
    if (change.before) json.member("before", *change.before);
    if (change.after) json.member("after", *change.after);
    for (const auto& [name, items] :
         {std::pair("removedItems", &change.gone), std::pair("addedItems", &change.added)}) {
        if (items->empty()) continue;
        json.key(name).begin_array();
        for (const auto& item : *items)
            json.value(item);
        json.end_array();
    }
    json.member("effect", change.effect).end_object();
}

void write_effect(const NeighborEffectView& effect, JsonWriter& json) {
    json.begin_object().member("neighbor", effect.neighbor).member("family", effect.family);
    json.member("withdraws", effect.withdraws).member("announces", effect.announces);
    json.member("changes", effect.changes).member("rejects", effect.rejects);
    json.member("accepts", effect.accepts).member("takesInOtherwise", effect.takes_otherwise);
    json.member("text", effect.text).end_object();
}

Reply diff_reply(const ConfigDiffView& view) {
    if (view.result.outcome != CommandResult::Outcome::Done) return result_reply(view.result);
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1).key("diagnostics").begin_array();
    for (const auto& line : view.result.diagnostics)
        json.value(line);
    json.end_array().key("changes").begin_array();
    for (const auto& change : view.changes)
        write_change(change, json);
    json.end_array();
    if (view.effects) {
        json.key("routes").begin_array();
        for (const auto& effect : *view.effects)
            write_effect(effect, json);
        json.end_array();
    }
    json.end_object();
    return json_reply(std::move(body));
}

Reply history_reply(const ConfigHistoryView& view) {
    if (!view.error.empty()) return error_reply(409, view.error);
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1).key("entries").begin_array();
    for (const auto& entry : view.entries) {
        json.begin_object().member("number", entry.number).member("timeEpoch", entry.time);
        json.member("what", entry.what);
        if (entry.user) json.member("user", *entry.user);
        json.member("comment", entry.comment);
        if (entry.confirmed_at) json.member("confirmedEpoch", *entry.confirmed_at);
        if (entry.confirmed_by) json.member("confirmedBy", *entry.confirmed_by);
        json.end_object();
    }
    json.end_array();
    if (view.pending)
        json.key("pending")
            .begin_object()
            .member("number", view.pending->number)
            .member("deadlineEpoch", view.pending->deadline)
            .member("takenBack", view.pending->taken_back)
            .end_object();
    json.end_object();
    return json_reply(std::move(body));
}

Reply entry_reply(const ConfigEntryView& view) {
    if (!view.error.empty()) return error_reply(404, view.error);
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1).member("text", view.text).end_object();
    return json_reply(std::move(body));
}

}  // namespace

Reply post_config_check(const Call& call) {
    const auto object = body_object(call);
    if (!object) return error_reply(object.error());
    const auto config = config_text(*object);
    if (!config) return error_reply(config.error());
    return later<CommandResult>(
        [&to = call.configuration, config = *config](auto answer) { to.check(config, answer); },
        result_reply);
}

Reply post_config_diff(const Call& call) {
    const auto object = body_object(call);
    if (!object) return error_reply(object.error());
    const auto config = config_text(*object);
    if (!config) return error_reply(config.error());
    return later<ConfigDiffView>(
        [&to = call.configuration, config = *config](auto answer) { to.diff(config, answer); },
        diff_reply);
}

Reply post_config_apply(const Call& call) {
    const auto object = body_object(call);
    if (!object) return error_reply(object.error());
    const auto config = config_text(*object);
    if (!config) return error_reply(config.error());
    const auto trial = trial_of(call, *object);
    if (!trial) return error_reply(trial.error());
    return later<CommandResult>([&to = call.configuration, config = *config,
                                 trial = *trial](auto answer) { to.apply(config, trial, answer); },
                                result_reply);
}

Reply post_config_rollback(const Call& call) {
    const auto object = body_object(call);
    if (!object) return error_reply(object.error());
    const auto text = text_member(*object, "number");
    if (!text) return error_reply(text.error());
    const auto number = number_of(text->value_or(""));
    if (!number) return error_reply(number.error());
    const auto trial = trial_of(call, *object);
    if (!trial) return error_reply(trial.error());
    return later<CommandResult>([&to = call.configuration, number = *number, trial = *trial](
                                    auto answer) { to.rollback(number, trial, answer); },
                                result_reply);
}

Reply post_config_confirm(const Call& call) {
    return later<CommandResult>(
        [&to = call.configuration, user = user_of(call)](auto answer) { to.confirm(user, answer); },
        result_reply);
}

Reply post_config_abort(const Call& call) {
    return later<CommandResult>([&to = call.configuration,
                                 user = user_of(call)](auto answer) { to.give_back(user, answer); },
                                result_reply);
}

Reply post_reload(const Call& call) {
    return later<CommandResult>(
        [&to = call.configuration, user = user_of(call)](auto answer) { to.reload(user, answer); },
        result_reply);
}

Reply get_config_history(const Call& call) {
    return later<ConfigHistoryView>([&to = call.configuration](auto answer) { to.history(answer); },
                                    history_reply);
}

Reply get_config_entry(const Call& call) {
    const auto number = number_of(call.captured.front());
    if (!number) return error_reply(number.error());
    return later<ConfigEntryView>(
        [&to = call.configuration, number = *number](auto answer) { to.entry(number, answer); },
        entry_reply);
}

}  // namespace dx::control
