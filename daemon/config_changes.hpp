// Changes of the configuration while the router runs: a reload, a text that is checked, compared or
// applied, a return to an earlier one, and the change that waits for its confirmation. One after
// the other: first the disk (config_store.hpp, on the disk thread, where texts are parsed too),
// then the router, then the answer. Only a return begins with the router, at once and in no turn: a
// disk that hangs under a reload must not keep a box cut off. What the reload read then is not
// taken. A confirmation that was asked for in time counts from that moment, as long as the disk
// takes for it: the return waits for its outcome.
//
// A change that waits: no other is taken, a reload only of what is in force. An edit by hand of a
// file that waits stays in the file when the time is over, not in force.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/change_effect.hpp"
#include "daemon/config/load.hpp"
#include "daemon/config_store.hpp"
#include "daemon/config_work.hpp"
#include "daemon/control/config_commands.hpp"
#include "daemon/disk.hpp"

namespace dx::daemon {

class ConfigChanges final : public control::ConfigCommands {
public:
    // What it needs of the router.
    struct Hooks {
        std::function<const config::Config&()> in_force;
        std::function<std::string(config::Config)> apply;  // what it did, in a line
        std::function<void(const config::Config&, ChangeEffects::Answer)> predict;
        std::function<bool()> stopping;
        std::function<void()> reload_begins;
        std::function<void(const control::CommandResult&)> reload_ends;
        std::function<void()> file_is_good;  // what it says is in force, whatever was said before
        // A change may be confirmed until then; past: it was taken back, its file not yet; none:
        // none waits any more.
        std::function<void(std::optional<std::chrono::system_clock::time_point>)> waits_until;
        std::function<void()> trial_ended;  // confirmed or taken back, and the disk has it
        // Once for each that changed something or was to: what became of it, and who wanted it.
        std::function<void(const control::CommandResult&, User)> tell;
    };

    // `disk` outlives this. `text` is what the configuration in force was read from.
    ConfigChanges(boost::asio::io_context& io, Disk& disk, Files files, std::string text,
                  Hooks hooks);

    void check(control::ConfigText config, ResultAnswer answer) override;
    void diff(control::ConfigText config, DiffAnswer answer) override;
    void apply(control::ConfigText config, control::ConfigTrial trial,
               ResultAnswer answer) override;
    void rollback(std::uint32_t number, control::ConfigTrial trial, ResultAnswer answer) override;
    void confirm(User user, ResultAnswer answer) override;
    void give_back(User user, ResultAnswer answer) override;
    void reload(User user, ResultAnswer answer) override;
    void history(std::function<void(control::ConfigHistoryView)> answer) override;
    void entry(std::uint32_t number, std::function<void(control::ConfigEntryView)> answer) override;

    void stop() { timer_.cancel(); }  // the next start gives back what is not confirmed

private:
    struct Trial {  // the change that waits for its confirmation
        std::uint32_t number = 0;
        config::Config before;
        std::string text_before;
        std::chrono::system_clock::time_point until;
        bool confirming = false;  // it was asked for, and is not done yet
        bool returned = false;    // `before` is in force again; the file is not yet put back
        User returned_by{};       // none: the time was over
        std::string why_returned{};
        std::string said{};  // of the return
        bool told = false;   // of the return, however often the file is tried
    };

    void compare(const ConfigWork& work, const DiffAnswer& answer);
    void in_turn(std::function<void()> begin);
    void end_turn();
    void put(std::shared_ptr<ConfigWork> work, control::ConfigTrial trial, Origin origin,
             std::function<void()> find_text, ResultAnswer answer);
    void finish_put(ConfigWork& work, const control::ConfigTrial& trial,
                    const ResultAnswer& answer);
    std::string take(ConfigWork& work, const control::ConfigTrial& trial);
    void finish_confirm(const ConfigWork& work, User user, const ResultAnswer& answer);
    void finish_return(const ConfigWork& work, const std::string& text, User user,
                       const ResultAnswer& answer);
    static void read_again(ConfigWork& work, ConfigStore& store, const std::string& file, User user,
                           const std::optional<Trial>& trial);
    void finish_reload(ConfigWork& work, bool waited, User user, const ResultAnswer& answer);
    static std::shared_ptr<ConfigWork> work_for(control::ConfigText config);
    void return_to_before(std::uint32_t number, User user, const char* why, ResultAnswer answer);
    void return_in_memory(std::uint32_t number, User user, const char* why);
    std::string why_no_other() const;
    void end_trial();
    void arm(std::chrono::seconds after);
    void refuse(const ResultAnswer& answer, std::string why);

    Disk& disk_;
    const std::string file_;
    const std::shared_ptr<ConfigStore> store_;  // the disk thread's
    std::string text_;                          // in force
    const Hooks hooks_;
    std::optional<Trial> trial_;
    boost::asio::steady_timer timer_;
    std::deque<std::function<void()>> waiting_;
    bool busy_ = false;
};

}  // namespace dx::daemon
