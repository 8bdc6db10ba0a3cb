// Files that are there in full or as they were before, whatever happens meanwhile: a crash, a full
// disk, no power. Blocks; for the disk thread, and for a start.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace dx::daemon {

// All of these throw std::system_error, whose text says what could not be done with which file.

// None where there is none.
std::optional<std::string> read_whole(const std::filesystem::path& path);

// Writes `text` beside `path` under a name of its own, safe on the disk; it becomes `path` with
// put_in_place. Who may read it: whoever may read `like`, if that is there, else its owner alone.
std::filesystem::path write_beside(const std::filesystem::path& path, std::string_view text,
                                   const std::filesystem::path& like);
void put_in_place(const std::filesystem::path& written, const std::filesystem::path& path);

// Both of them: for its owner alone.
void write_durably(const std::filesystem::path& path, std::string_view text);

// Does nothing where there is none.
void remove_durably(const std::filesystem::path& path);

// The name that write_beside uses: what a crash leaves behind is overwritten the next time.
std::filesystem::path name_beside(const std::filesystem::path& path);

}  // namespace dx::daemon
