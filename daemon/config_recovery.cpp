#include "daemon/config_recovery.hpp"

#include <stdexcept>

#include "daemon/config_store.hpp"

namespace dx::daemon {

namespace {

// None where it cannot be read either.
std::optional<std::string> text_of(const ConfigStore& store) {
    try {
        return store.read_file();
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

}  // namespace

Recovery recover(const Files& files) {
    ConfigStore store(files);
    store.remove_leftovers();
    std::optional<PendingChange> waiting;
    try {
        waiting = store.pending();
        const auto returned = store.give_back(std::nullopt, "was not confirmed");
        if (!returned) return {};
        const auto change = "change " + std::to_string(returned->number) + " was not confirmed: ";
        if (returned->kept_file)
            return {.note = change + files.config +
                            " was edited by hand since and is kept; what was before the change is "
                            "in force, `reload` takes the file",
                    .text_instead = returned->previous};
        return {.note = change + "what was before it is in force again"};
    } catch (const std::runtime_error& error) {
        Recovery recovery{.note = "a change that was not confirmed could not be given back: " +
                                  std::string(error.what()),
                          .failed = true};
        if (waiting && text_of(store) == waiting->tried) recovery.text_instead = waiting->previous;
        return recovery;
    }
}

std::string record_start(const Files& files, std::string_view text) {
    try {
        ConfigStore(files).record(Deed::Start, std::nullopt, text);
        return {};
    } catch (const std::runtime_error& error) {
        return std::string("the history: ") + error.what();
    }
}

}  // namespace dx::daemon
