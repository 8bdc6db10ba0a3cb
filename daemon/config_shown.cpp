// What of the configuration is only looked at: check, diff, the history. In no turn: nothing waits
// for it.
#include <stdexcept>
#include <utility>

#include "daemon/config/render.hpp"
#include "daemon/config_changes.hpp"
#include "daemon/config_diff_view.hpp"

namespace dx::daemon {

void ConfigChanges::check(control::ConfigText config, ResultAnswer answer) {
    const auto work = work_for(std::move(config));
    disk_.run([work, file = file_] { work->load(file); },
              [work, answer = std::move(answer)] {
                  auto result = work->result();
                  result.text =
                      work->loaded.has_errors() ? "the configuration has errors" : "valid";
                  answer(std::move(result));
              });
}

void ConfigChanges::diff(control::ConfigText config, DiffAnswer answer) {
    const auto work = work_for(std::move(config));
    disk_.run([work, file = file_] { work->load(file); },
              [this, work, answer = std::move(answer)] { compare(*work, answer); });
}

void ConfigChanges::compare(const ConfigWork& work, const DiffAnswer& answer) {
    control::ConfigDiffView view;
    view.result = work.result();
    if (work.loaded.has_errors()) {
        view.result.text = "the configuration has errors";
        return answer(std::move(view));
    }
    view.changes = change_views(config::diff(hooks_.in_force(), *work.loaded.config));
    hooks_.predict(*work.loaded.config, [view = std::move(view), answer](auto effects) mutable {
        if (effects) view.effects = effect_views(*effects);
        answer(std::move(view));
    });
}

void ConfigChanges::history(std::function<void(control::ConfigHistoryView)> answer) {
    const auto view = std::make_shared<control::ConfigHistoryView>();
    disk_.run(
        [view, store = store_] {
            try {
                for (auto& entry : store->history()) {
                    auto& shown = view->entries.emplace_back(
                        entry.number, entry.time, std::string(to_string(entry.origin.deed)),
                        entry.origin.user, std::move(entry.origin.comment));
                    if (!entry.confirmed) continue;
                    shown.confirmed_at = entry.confirmed->time;
                    shown.confirmed_by = entry.confirmed->user;
                }
                if (const auto pending = store->pending())
                    view->pending = {pending->number, pending->deadline, false};
            } catch (const std::runtime_error& error) {
                view->error = error.what();
            }
        },
        [this, view, answer = std::move(answer)] {
            if (view->pending) view->pending->taken_back = trial_ && trial_->returned;
            answer(std::move(*view));
        });
}

// Rendered, because a text may hold secrets.
void ConfigChanges::entry(std::uint32_t number,
                          std::function<void(control::ConfigEntryView)> answer) {
    const auto view = std::make_shared<control::ConfigEntryView>();
    disk_.run(
        [view, number, store = store_, file = file_] {
            try {
                const auto found = store->entry(number);
                const auto name = "entry " + std::to_string(number);
                if (!found) throw std::runtime_error("the history has no " + name);
                const auto loaded = config::parse_config(found->text, file);
                if (loaded.has_errors())
                    throw std::runtime_error(name + " cannot be shown without its secrets: " +
                                             loaded.diagnostics.front().text);
                view->text = config::render(*loaded.config);
            } catch (const std::runtime_error& error) {
                view->error = error.what();
            }
        },
        [view, answer = std::move(answer)] { answer(std::move(*view)); });
}

}  // namespace dx::daemon
