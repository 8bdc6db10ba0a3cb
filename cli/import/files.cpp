#include "cli/import/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "cli/import/earlier_keys.hpp"
#include "cli/import/yaml.hpp"
#include "libfib/os/file_descriptor.hpp"

namespace dx::importing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestSource = std::size_t{16} << 20;

[[noreturn]] void fail(const fs::path& path, int error) {
    throw Unreadable(fmt::format("{}: {}", path.string(), std::strerror(error)));
}

// O_EXCL: neither a file nor a link that somebody put there is written through.
void create(const File& file, const fs::path& path) {
    const mode_t mode = file.secret ? 0600 : 0640;
    const os::FileDescriptor made(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    const bool written = made.is_open() &&
                         ::fchmod(made.number(), mode) == 0 &&  // whatever the umask is
                         os::write_all(made, file.content) && ::fsync(made.number()) == 0;
    if (!written) fail(path, errno);
}

// Beside it first, so that there is always the old file or the new one.
void replace(const File& file, const fs::path& path) {
    auto beside = path;
    beside += ".new";
    std::error_code ignored;
    fs::remove(beside, ignored);
    create(file, beside);
    if (::rename(beside.c_str(), path.c_str()) != 0) fail(path, errno);
}

void make_directory(const fs::path& path) {
    if (path.empty() || fs::is_directory(path)) return;
    make_directory(path.parent_path());
    if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST) fail(path, errno);
}

// What root writes into a directory of somebody else's is for them: the service's into
// /etc/dxrouted.
void give_to_owner(const fs::path& directory, const std::vector<File>& files) {
    struct stat owner{};
    if (::geteuid() != 0 || ::stat(directory.c_str(), &owner) != 0) return;
    for (const auto& file : files)
        for (fs::path name = file.name; !name.empty(); name = name.parent_path())
            if (::lchown((directory / name).c_str(), owner.st_uid, owner.st_gid) != 0)
                fail(directory / name, errno);
}

// Files of an import whose names depend on what was imported.
struct OwnFiles {
    std::string_view directory;
    std::string_view prefix;
    std::string_view suffix;
    bool are_keys = false;  // others' may be beside them, and cannot be had back
};

constexpr OwnFiles kOwnFiles[] = {
    {"keys", "", ".key", true},
    {"systemd/network", "30-dx-", ""},
    {"", "import-notes.txt", ""},
};

// The dxrouted.yaml of an import that wrote into the directory: only then are names like those its
// own.
std::optional<std::string> earlier_import(const fs::path& directory) {
    std::error_code ignored;
    const auto path = directory / "dxrouted.yaml";
    if (!fs::is_regular_file(path, ignored)) return std::nullopt;
    auto text = read_source(path);
    return text.starts_with(kMadeByImport) ? std::optional(std::move(text)) : std::nullopt;
}

bool is_in(const Texts& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

// No link is followed: what it leads to is not the import's.
EarlierFiles remove_others(const fs::path& directory, const std::vector<File>& written,
                           const Texts& keys) {
    EarlierFiles found;
    for (const auto& own : kOwnFiles) {
        const auto place = own.directory.empty() ? directory : directory / own.directory;
        if (!fs::is_directory(fs::symlink_status(place))) continue;
        for (const auto& entry : fs::directory_iterator(place)) {
            const auto base = entry.path().filename().string();
            const auto name = entry.path().lexically_relative(directory).string();
            const bool fits = base.starts_with(own.prefix) && base.ends_with(own.suffix);
            if (fits && entry.symlink_status().type() == fs::file_type::regular &&
                std::ranges::find(written, name, &File::name) == written.end())
                (own.are_keys && !is_in(keys, name) ? found.left : found.removed).push_back(name);
        }
    }
    for (const auto& name : found.removed)
        fs::remove(directory / name);
    std::ranges::sort(found.removed);
    std::ranges::sort(found.left);
    return found;
}

}  // namespace

std::string read_source(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) fail(path, errno);
    std::string text(kLargestSource + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) fail(path, errno != 0 ? errno : EIO);
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (fs::is_directory(path)) fail(path, EISDIR);
    if (text.size() > kLargestSource)
        throw Unreadable(path.string() + ": it is larger than 16 MiB (expected one configuration)");
    return text;
}

EarlierFiles write_files(const fs::path& directory, const std::vector<File>& files,
                         bool overwrite) {
    std::error_code ignored;
    for (const auto& file : files) {
        const auto path = directory / file.name;
        if (!overwrite && fs::exists(fs::symlink_status(path, ignored)))
            throw Unreadable(path.string() +
                             " exists already: nothing was written (name another directory with "
                             "`to DIRECTORY`, or say `force` to overwrite)");
    }
    const auto earlier = overwrite ? earlier_import(directory) : std::nullopt;
    for (const auto& file : files) {
        const auto path = directory / file.name;
        make_directory(path.parent_path());
        overwrite ? replace(file, path) : create(file, path);
    }
    give_to_owner(directory, files);
    return earlier ? remove_others(directory, files, keys_of_import(*earlier)) : EarlierFiles{};
}

}  // namespace dx::importing
