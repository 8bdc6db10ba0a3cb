// The configuration file and what is kept of it: a history of what it was and who changed it, and
// the change that waits for its confirmation. Files alone: knows neither what a configuration means
// nor the router. Blocks; for the disk thread, and for a start.
//
// Whatever moment a crash comes at, the file is the old or the new one in full, and of a new one
// that waits for its confirmation `pending` knows what was there before.
//
//   STATE/history/NUMBER.json   one entry each, the latest kMost
//   STATE/pending.json          while a change waits
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/router_state.hpp"

namespace dx::daemon {

// How a text came to be the configuration.
enum class Deed : std::uint8_t {
    Start,   // found in the file at a start
    Reload,  // found in the file by a reload
    Found,   // found in the file when it was about to be replaced
    Apply,
    Rollback,
    Return,  // a change was not confirmed
};

std::string_view to_string(Deed deed);

struct Origin {
    Deed deed{};
    std::optional<std::uint32_t> user{};  // none: nobody in particular
    std::string comment{};
};

// Of a change that waited for it.
struct Confirmation {
    std::int64_t time = 0;  // seconds since 1970
    std::optional<std::uint32_t> user{};
};

struct HistoryEntry {
    std::uint32_t number = 0;
    std::int64_t time = 0;  // seconds since 1970
    Origin origin;
    std::string text;
    std::optional<Confirmation> confirmed{};
};

struct PendingChange {
    std::uint32_t number = 0;   // of the entry that waits
    std::int64_t deadline = 0;  // seconds since 1970
    std::string tried;
    std::string previous;
};

class ConfigStore {
public:
    static constexpr std::size_t kMost = 50;

    // Called before each step that a crash may come between; tests stop there.
    using Step = std::function<void(std::string_view what)>;

    explicit ConfigStore(Files files, Step step = [](std::string_view) {});

    // Where something fails, these throw std::runtime_error with the reason; what was done until
    // then is undone as far as the disk permits, and the file is what it was before.

    // `text` becomes the configuration; with `confirm_within` until that time is over, unless
    // confirm() comes: then `previous`, which is in force, is put back. What the file says, if it
    // is another one, becomes an entry of the history. Refused while another change waits.
    HistoryEntry put(std::string_view text, const std::string& previous, Origin origin,
                     std::optional<std::chrono::seconds> confirm_within);

    // The change that waits is to stay; its number. That it was confirmed is noted with its entry
    // where the disk permits.
    std::uint32_t confirm(std::optional<std::uint32_t> user);

    struct Returned {
        std::uint32_t number = 0;  // of the change that did not stay
        std::string previous;      // what was before it, and is to be in force
        bool kept_file = false;    // the file was changed by hand since: it is as it was found
    };

    // The change that waits does not stay; none where none waits.
    std::optional<Returned> give_back(std::optional<std::uint32_t> user, std::string_view why);

    // An entry for what the file says, unless that is what the latest one says.
    void record(Deed deed, std::optional<std::uint32_t> user, std::string_view text);

    // What a run that was killed left half written, beside the configuration and in the state
    // directory: it may have keys in it. For a start, before anything is written.
    void remove_leftovers() const;

    std::optional<std::string> read_file() const;
    std::optional<PendingChange> pending() const;
    std::vector<HistoryEntry> history() const;  // the latest last
    std::optional<HistoryEntry> entry(std::uint32_t number) const;

private:
    std::filesystem::path history_directory() const { return state_ / "history"; }

    std::filesystem::path pending_file() const { return state_ / "pending.json"; }

    std::filesystem::path entry_file(std::uint32_t number) const;
    std::vector<std::uint32_t> numbers() const;
    void make_directories() const;
    HistoryEntry add(Origin origin, std::string_view text);
    void wait_for_confirmation(const HistoryEntry& entry, const std::string& previous,
                               std::chrono::seconds within);
    void note_confirmation(std::uint32_t number, std::optional<std::uint32_t> user) const;
    bool latest_says(std::string_view text) const;
    std::optional<HistoryEntry> readable_entry(std::uint32_t number) const;
    void undo(const std::filesystem::path& file, std::optional<std::uint32_t> added) const;

    std::filesystem::path file_;  // as named; a link is followed anew each time
    std::filesystem::path state_;
    Step step_;
};

}  // namespace dx::daemon
