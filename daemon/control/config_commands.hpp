// What the control API asks for about the configuration, and what it is answered. All answers come
// once, later, on the routing thread: files are read and written for them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/control/command_result.hpp"

namespace dx::control {

// A text that is or is to be the configuration; `name` is what messages call it.
struct ConfigText {
    std::string name;
    std::string text;
};

struct ConfigTrial {
    std::optional<std::chrono::seconds> confirm_within;  // none: it stays
    std::string comment;
    std::optional<std::uint32_t> user;  // who asks; none: unknown
};

struct ConfigChangeView {
    std::string key;   // "neighbors.dx-primary.timers.hold"
    std::string kind;  // "added", "removed", "changed"
    std::optional<std::string> before, after;
    std::vector<std::string> gone, added;  // of a list; then there is no `before` and `after`
    std::string effect;                    // "live", "next session", "resets dx-primary", …
};

struct NeighborEffectView {
    std::string neighbor;
    std::string family;
    std::string text;  // "withdraws 3, announces 1"
    std::uint64_t withdraws = 0, announces = 0, changes = 0;
    std::uint64_t rejects = 0, accepts = 0, takes_otherwise = 0;
};

struct ConfigDiffView {
    CommandResult result;
    std::vector<ConfigChangeView> changes{};
    std::optional<std::vector<NeighborEffectView>> effects{};  // none: there is no BGP yet
};

struct ConfigHistoryView {
    struct Entry {
        std::uint32_t number = 0;
        std::int64_t time = 0;  // seconds since 1970
        std::string what;       // "apply", "reload", …
        std::optional<std::uint32_t> user;
        std::string comment;
        std::optional<std::int64_t> confirmed_at{};  // of one that waited for it
        std::optional<std::uint32_t> confirmed_by{};
    };

    struct Pending {
        std::uint32_t number = 0;
        std::int64_t deadline = 0;
        bool taken_back = false;  // its file is not put back yet
    };

    std::string error;           // why it cannot be read; empty: it could
    std::vector<Entry> entries;  // the latest last
    std::optional<Pending> pending;
};

struct ConfigEntryView {
    std::string error;  // why there is none
    std::string text;   // without secrets
};

class ConfigCommands {
public:
    using ResultAnswer = control::ResultAnswer;
    using DiffAnswer = std::function<void(ConfigDiffView)>;
    using User = std::optional<std::uint32_t>;

    virtual ~ConfigCommands() = default;

    virtual void check(ConfigText config, ResultAnswer answer) = 0;
    virtual void diff(ConfigText config, DiffAnswer answer) = 0;
    virtual void apply(ConfigText config, ConfigTrial trial, ResultAnswer answer) = 0;
    virtual void rollback(std::uint32_t number, ConfigTrial trial, ResultAnswer answer) = 0;
    virtual void confirm(User user, ResultAnswer answer) = 0;
    virtual void give_back(User user, ResultAnswer answer) = 0;  // what waits for confirmation
    virtual void reload(User user, ResultAnswer answer) = 0;
    virtual void history(std::function<void(ConfigHistoryView)> answer) = 0;
    virtual void entry(std::uint32_t number, std::function<void(ConfigEntryView)> answer) = 0;
};

}  // namespace dx::control
