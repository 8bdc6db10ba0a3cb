#include "daemon/config_changes.hpp"

#include <stdexcept>
#include <utility>

#include "daemon/log.hpp"
#include "daemon/password_files.hpp"
#include "daemon/user_name.hpp"

namespace dx::daemon {

namespace {

using control::CommandResult;
using Outcome = CommandResult::Outcome;

constexpr std::chrono::seconds kRetry{30};

std::string seconds_text(std::chrono::seconds time) {
    return std::to_string(time.count()) + " s";
}

// One that cannot be read says nothing of who wrote it.
bool file_differs(const ConfigStore& store, const std::string& in_force) {
    try {
        return store.read_file() != in_force;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string name_of(control::ConfigCommands::User user) {
    return user ? user_name(*user) : "an unknown user";
}

}  // namespace

ConfigChanges::ConfigChanges(boost::asio::io_context& io, Disk& disk, Files files, std::string text,
                             Hooks hooks)
    : disk_(disk),
      file_(files.config),
      store_(std::make_shared<ConfigStore>(std::move(files))),
      text_(std::move(text)),
      hooks_(std::move(hooks)),
      timer_(io) {}

void ConfigChanges::in_turn(std::function<void()> begin) {
    waiting_.push_back(std::move(begin));
    if (busy_) return;
    busy_ = true;
    const auto first = std::move(waiting_.front());
    waiting_.pop_front();
    first();
}

void ConfigChanges::end_turn() {
    busy_ = false;
    if (waiting_.empty()) return;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    next();
}

void ConfigChanges::refuse(const ResultAnswer& answer, std::string why) {
    answer({Outcome::Refused, std::move(why)});
    end_turn();
}

std::shared_ptr<ConfigWork> ConfigChanges::work_for(control::ConfigText config) {
    return std::make_shared<ConfigWork>(ConfigWork{std::move(config.name), std::move(config.text)});
}

void ConfigChanges::apply(control::ConfigText config, control::ConfigTrial trial,
                          ResultAnswer answer) {
    const auto work = work_for(std::move(config));
    const Origin origin{Deed::Apply, trial.user, trial.comment};
    put(work, std::move(trial), origin, [] {}, std::move(answer));
}

void ConfigChanges::rollback(std::uint32_t number, control::ConfigTrial trial,
                             ResultAnswer answer) {
    const auto work = std::make_shared<ConfigWork>();
    work->name = "entry " + std::to_string(number);
    const auto to = "to " + std::to_string(number);
    const Origin origin{Deed::Rollback, trial.user,
                        trial.comment.empty() ? to : to + ": " + trial.comment};
    auto find_text = [work, number, store = store_] {
        auto found = store->entry(number);
        if (!found) throw std::runtime_error("the history has no entry " + std::to_string(number));
        work->text = std::move(found->text);
        work->made_at = found->time;
    };
    put(work, std::move(trial), origin, std::move(find_text), std::move(answer));
}

// `find_text` runs on the disk thread, and may throw why there is none.
void ConfigChanges::put(std::shared_ptr<ConfigWork> work, control::ConfigTrial trial, Origin origin,
                        std::function<void()> find_text, ResultAnswer answer) {
    in_turn([=, this] {
        if (hooks_.stopping()) return refuse(answer, "the router is stopping");
        if (trial_) return refuse(answer, why_no_other());
        disk_.run(
            [work, trial, origin, find_text, store = store_, file = file_, previous = text_] {
                work->attempt([&] {
                    find_text();
                    work->load(file);
                    if (work->loaded.has_errors()) return;
                    if (work->made_at)
                        work->warning =
                            keys_changed_since(*work->loaded.config, file, *work->made_at);
                    work->entry = store->put(work->text, previous, origin, trial.confirm_within);
                });
            },
            [this, work, trial, answer] { finish_put(*work, trial, answer); });
    });
}

std::string ConfigChanges::why_no_other() const {
    const auto change = "change " + std::to_string(trial_->number);
    if (trial_->returned) return change + " was taken back, and its file is not put back yet";
    return change + " waits for its confirmation: `config confirm` or `config abort` first";
}

void ConfigChanges::finish_put(ConfigWork& work, const control::ConfigTrial& trial,
                               const ResultAnswer& answer) {
    auto result = work.result();
    if (result.outcome == Outcome::Done && hooks_.stopping() && trial.confirm_within)
        result = {Outcome::Refused,
                  "the router is stopping: nobody can confirm, and its next start takes it back"};
    else if (result.outcome == Outcome::Done && hooks_.stopping())
        result.text = "the router is stopping: the configuration is for its next start";
    else if (result.outcome == Outcome::Done)
        result.text = take(work, trial);
    log().info("configuration: {}", result.text);
    if (result.outcome == Outcome::Done) {
        hooks_.file_is_good();
        hooks_.tell(result, trial.user);  // what was refused is for who asked, and the log
    }
    answer(std::move(result));
    end_turn();
}

std::string ConfigChanges::take(ConfigWork& work, const control::ConfigTrial& trial) {
    const auto number = work.entry.number;
    const auto change = "change " + std::to_string(number) + ": ";
    log().info("configuration: {} {} by {}", to_string(work.entry.origin.deed), number,
               name_of(trial.user));
    auto before = std::exchange(text_, work.text);
    if (!trial.confirm_within) return change + hooks_.apply(std::move(*work.loaded.config));
    trial_ = Trial{number, hooks_.in_force(), std::move(before),
                   std::chrono::system_clock::now() + *trial.confirm_within};
    hooks_.waits_until(trial_->until);
    arm(*trial.confirm_within);
    return change + hooks_.apply(std::move(*work.loaded.config)) + "; returns in " +
           seconds_text(*trial.confirm_within) + " unless `config confirm` comes";
}

void ConfigChanges::arm(std::chrono::seconds after) {
    timer_.expires_after(after);
    timer_.async_wait([this, number = trial_->number](boost::system::error_code error) {
        if (error) return;
        return_to_before(number, std::nullopt, "was not confirmed", [](const CommandResult&) {});
    });
}

void ConfigChanges::confirm(User user, ResultAnswer answer) {
    if (trial_ && !trial_->returned) {
        trial_->confirming = true;
        hooks_.waits_until(std::nullopt);
    }
    in_turn([this, user, answer = std::move(answer)] {
        if (!trial_ || trial_->returned)
            return refuse(answer, "no change waits for a confirmation");
        trial_->confirming = true;  // one asked for before may have failed
        const auto work = std::make_shared<ConfigWork>();
        disk_.run(
            [work, user, store = store_, in_force = text_] {
                work->attempt([&] { store->confirm(user); });
                if (work->error.empty() && file_differs(*store, in_force))
                    work->warning =
                        "the file was changed by somebody else since and is not in force: "
                        "`reload` takes it, as does the next start";
            },
            [this, work, user, answer] { finish_confirm(*work, user, answer); });
    });
}

void ConfigChanges::finish_confirm(const ConfigWork& work, User user, const ResultAnswer& answer) {
    trial_->confirming = false;
    if (!work.error.empty()) {
        hooks_.waits_until(trial_->until);
        return refuse(answer, "not confirmed: " + work.error);
    }
    const auto text = "change " + std::to_string(trial_->number) + " confirmed";
    end_trial();
    log().info("configuration: {} by {}", text, name_of(user));
    CommandResult result{Outcome::Done, text};
    if (!work.warning.empty()) {
        log().warn("configuration: {}", work.warning);
        result.diagnostics.push_back("warning: " + work.warning);
    }
    hooks_.tell(result, user);
    answer(std::move(result));
    end_turn();
}

void ConfigChanges::end_trial() {
    timer_.cancel();
    trial_.reset();
    hooks_.waits_until(std::nullopt);
    hooks_.trial_ended();
}

void ConfigChanges::give_back(User user, ResultAnswer answer) {
    return_to_before(trial_ ? trial_->number : 0, user, "was aborted", std::move(answer));
}

// Of the change with this number alone: it may be confirmed meanwhile, and another wait.
void ConfigChanges::return_in_memory(std::uint32_t number, User user, const char* why) {
    if (!trial_ || trial_->number != number || trial_->confirming || hooks_.stopping()) return;
    if (std::exchange(trial_->returned, true)) return;
    trial_->returned_by = user;
    trial_->why_returned = why;
    hooks_.waits_until(std::chrono::system_clock::now());
    trial_->said = "change " + std::to_string(number) + " " + why;
    log().warn("configuration: {}: what was before it is in force again", trial_->said);
    timer_.cancel();
    text_ = trial_->text_before;
    trial_->said += ": " + hooks_.apply(std::move(trial_->before));
}

// At once in memory, unless a confirmation is under way; the file in its turn.
void ConfigChanges::return_to_before(std::uint32_t number, User user, const char* why,
                                     ResultAnswer answer) {
    return_in_memory(number, user, why);
    in_turn([=, this] {
        if (!trial_ || trial_->number != number)
            return refuse(answer, "no change waits for a confirmation");
        if (hooks_.stopping()) return refuse(answer, "the router is stopping");
        return_in_memory(number, user, why);  // the confirmation has failed
        const auto work = std::make_shared<ConfigWork>();
        disk_.run(
            [work, user = trial_->returned_by, why = trial_->why_returned, in_force = text_,
             store = store_] {
                work->attempt([&] {
                    const auto returned = store->give_back(user, why);
                    if (returned ? returned->kept_file : store->read_file() != in_force)
                        work->warning =
                            "the file was changed by somebody else since and stays as it is; "
                            "`reload` puts it in force";
                });
            },
            [this, work, text = trial_->said, user, answer] {
                finish_return(*work, text, user, answer);
            });
    });
}

void ConfigChanges::finish_return(const ConfigWork& work, const std::string& text, User user,
                                  const ResultAnswer& answer) {
    CommandResult result{Outcome::Done, text};
    if (!work.error.empty())
        result.diagnostics.push_back("the file could not be put back, which is tried again every " +
                                     seconds_text(kRetry) + ": " + work.error);
    if (!work.warning.empty()) result.diagnostics.push_back(work.warning);
    for (const auto& line : result.diagnostics)
        log().error("configuration: {}", line);
    if (!std::exchange(trial_->told, true)) hooks_.tell(result, user);
    if (work.error.empty())
        end_trial();
    else
        arm(kRetry);
    if (result.diagnostics.empty()) hooks_.file_is_good();
    answer(std::move(result));
    end_turn();
}

}  // namespace dx::daemon
