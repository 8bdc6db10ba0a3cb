// Where the journal is kept over restarts: one file of JSON lines, only its owner's. Knows bytes,
// not events. Everything but load() is called on the disk thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace dx::daemon {

// What the journal writes to; tests have one that fails.
class JournalStore {
public:
    virtual ~JournalStore() = default;

    virtual std::string load() = 0;  // empty where there is nothing to read

    // Empty, or why it could not be done; then anything may stand at the end of the file.
    virtual std::string append(std::string_view lines) = 0;

    // All that is to be in it, or as it was before.
    virtual std::string replace(std::string_view lines) = 0;
};

// STATE/journal/events.jsonl; made, folders too, when there is something to write.
class JournalFile final : public JournalStore {
public:
    explicit JournalFile(const std::filesystem::path& state)
        : folder_(state / "journal"), file_(folder_ / "events.jsonl") {}

    std::string load() override;
    std::string append(std::string_view lines) override;
    std::string replace(std::string_view lines) override;

private:
    std::string write(const std::filesystem::path& file, int flags, std::string_view lines) const;

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

}  // namespace dx::daemon
