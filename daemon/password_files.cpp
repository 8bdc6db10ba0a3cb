#include "daemon/password_files.hpp"

#include <set>
#include <sys/stat.h>

namespace dx::daemon {

namespace {

// Of a link also what it points to: either may be another one now.
bool changed_after(const std::filesystem::path& path, std::int64_t time) {
    struct stat status{};
    const bool itself = ::stat(path.c_str(), &status) == 0 && status.st_ctim.tv_sec > time;
    return itself || (::lstat(path.c_str(), &status) == 0 && status.st_ctim.tv_sec > time);
}

}  // namespace

std::string keys_changed_since(const config::Config& config, const std::filesystem::path& file,
                               std::int64_t time) {
    std::set<std::string> changed;
    for (const auto& neighbor : config.neighbors) {
        if (neighbor.password_file.empty()) continue;
        const auto path = file.parent_path() / neighbor.password_file;
        if (changed_after(path, time)) changed.insert(path.string());
    }
    std::string names;
    for (const auto& name : changed)
        names += (names.empty() ? "" : ", ") + name;
    if (names.empty()) return {};
    return "may have changed since then: " + names +
           ": the history does not keep password files, so the keys are those of now";
}

}  // namespace dx::daemon
