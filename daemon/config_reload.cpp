// A reload: what the file says now, unless a change that waits for its confirmation forbids it.
#include <stdexcept>
#include <utility>

#include "daemon/config_changes.hpp"
#include "daemon/log.hpp"

namespace dx::daemon {

namespace {

using Outcome = control::CommandResult::Outcome;

// Whether the text is that of a change that waits; one that cannot be read is none.
bool tries(const ConfigStore& store, const std::string& text) {
    try {
        const auto pending = store.pending();
        return pending && pending->tried == text;
    } catch (const std::runtime_error&) {
        return false;
    }
}

}  // namespace

void ConfigChanges::reload(User user, ResultAnswer answer) {
    in_turn([=, this] {
        hooks_.reload_begins();
        const bool waits = trial_ && !trial_->returned;
        const auto work = std::make_shared<ConfigWork>();
        disk_.run([=, store = store_, file = file_,
                   trial = trial_] { read_again(*work, *store, file, user, trial); },
                  [this, work, waits, user, answer] { finish_reload(*work, waits, user, answer); });
    });
}

// On the disk thread. What is wrong with the history is no reason not to reload.
void ConfigChanges::read_again(ConfigWork& work, ConfigStore& store, const std::string& file,
                               User user, const std::optional<Trial>& trial) {
    const bool waits = trial && !trial->returned;
    try {
        if (!waits)
            store.give_back(trial ? trial->returned_by : std::nullopt,
                            trial ? trial->why_returned : "was not confirmed");
        work.loaded = config::load_config(file);
        work.text = work.loaded.text;
        if (work.loaded.has_errors()) return;
        if (!waits) return store.record(Deed::Reload, user, work.text);
        const auto pending = store.pending();
        if (!pending || pending->tried != work.text)
            work.error =
                "a change waits for its confirmation, and the file is another one: "
                "`config confirm` or `config abort` first";
    } catch (const std::runtime_error& error) {
        work.warning = std::string("the history: ") + error.what();
        if (!work.loaded.config) {
            work.loaded = config::load_config(file);
            work.text = work.loaded.text;
        }
        if (tries(store, work.text) != waits)
            work.error = waits ? "a change waits for its confirmation, and the file may be another"
                               : "the file still has a change that was not confirmed: " +
                                     std::string(error.what());
    }
}

// `waited`: a change waited for its confirmation as this began, so the text may be that change's.
void ConfigChanges::finish_reload(ConfigWork& work, bool waited, User user,
                                  const ResultAnswer& answer) {
    if (waited && trial_ && trial_->returned && work.error.empty())
        work.error = "the change that waited for its confirmation was taken back meanwhile";
    auto result = work.result();
    for (const auto& line : result.diagnostics) {
        if (result.outcome == Outcome::Misconfigured)
            log().error("{}", line);
        else
            log().warn("{}", without_level(line));
    }
    if (result.outcome == Outcome::Done && hooks_.stopping()) {
        result.outcome = Outcome::Refused;
        result.text = "the router is stopping";
    } else if (result.outcome == Outcome::Done) {
        text_ = std::move(work.text);
        result.text = hooks_.apply(std::move(*work.loaded.config));
    }
    log().log(result.outcome == Outcome::Done ? LogLevel::Info : LogLevel::Error, "reload: {}",
              result.text);
    hooks_.reload_ends(result);
    hooks_.tell(result, user);
    answer(std::move(result));
    end_turn();
}

}  // namespace dx::daemon
