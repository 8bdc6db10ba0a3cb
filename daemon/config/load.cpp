#include "daemon/config/load.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "daemon/config/config_keys.hpp"
#include "daemon/config/default_route_checks.hpp"
#include "daemon/config/kinds.hpp"
#include "daemon/config/printable.hpp"
#include "daemon/config/reader.hpp"
#include "daemon/config/restart_checks.hpp"
#include "daemon/config/yaml_tree.hpp"
#include "libfib/os/file_descriptor.hpp"

namespace dx::config {
namespace {

constexpr std::size_t kMaxSecretFile = 4096;  // bytes

// A regular file of at most `most` bytes; nothing that could keep us waiting.
std::optional<std::string> read_regular_file(const std::filesystem::path& path, std::size_t most,
                                             std::string& error) {
    const os::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) {
        error = std::string("cannot open: ") + std::strerror(errno);
        return std::nullopt;
    }
    if (!S_ISREG(status.st_mode)) {
        error = S_ISDIR(status.st_mode) ? "is a directory" : "is not a regular file";
        return std::nullopt;
    }
    std::string content(most + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const auto count = ::read(file.number(), content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            error = std::string("cannot read: ") + std::strerror(errno);
            return std::nullopt;
        }
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > most) {
        error = "is larger than " + std::to_string(most) + " bytes";
        return std::nullopt;
    }
    content.resize(size);
    return content;
}

// Whoever asks may be another user than the one that will run it: any right to execute will do.
std::string why_not_executable(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return std::strerror(errno);
    if (!S_ISREG(status.st_mode)) return "it is not a file";
    return (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0 ? "" : "it is not executable";
}

// From any thread.
bool is_group(const std::string& name) {
    std::vector<char> names(64 * 1024);
    group entry{};
    group* found = nullptr;
    return ::getgrnam_r(name.c_str(), &entry, names.data(), names.size(), &found) == 0 && found;
}

// Rules of policies may name neighbors, which are read after them.
void learn_neighbor_names(Reader& reader, const Node& root) {
    const auto* list = root.find("neighbors");
    if (!list) return;
    for (const auto& item : list->items) {
        const auto* address = item.find("address");
        if (!address || !address->is_scalar()) continue;
        const auto parsed = net::IpAddress::parse(address->text);
        if (!parsed) continue;
        reader.neighbor_addresses.emplace(parsed->to_string(), *parsed);
        const auto* name = item.find("name");
        if (name && name->is_scalar()) reader.neighbor_addresses.emplace(name->text, *parsed);
    }
}

void read_config(Reader& reader, const Node& root, Config& config) {
    learn_neighbor_names(reader, root);
    read_keys(reader, root, config_keys(), config);
    const auto* control = root.find("control");
    check_restart_keeps_forwarding(reader, root);
    check_default_routes(reader, root);
    config.control.group_given = control && control->find("group");
}

LoadResult failed(const std::string& name, std::string text) {
    return {std::nullopt, {{Severity::Error, name, {}, std::move(text)}}};
}

}  // namespace

Surroundings Surroundings::real() {
    return {
        .read_file =
            [](const std::filesystem::path& path, std::string& error) {
                return read_regular_file(path, kMaxSecretFile, error);
            },
        .group_exists = is_group,
        .not_executable = why_not_executable,
    };
}

LoadResult parse_config(std::string_view text, const std::string& name,
                        const Surroundings& surroundings) {
    if (text.size() > kMaxFileSize)
        return failed(name, "the file is too large (expected at most 4 MiB)");
    try {
        Config config;
        Reader reader(name, config, surroundings);
        std::vector<TextError> errors;
        const auto root = parse_yaml(text, errors);
        for (auto& error : errors)
            reader.error(error.at, std::move(error.text));
        if (root) read_config(reader, *root, config);
        const bool good = root && !reader.has_errors();
        return {good ? std::optional(std::move(config)) : std::nullopt, reader.take_diagnostics()};
    } catch (const std::exception& error) {
        return failed(name, std::string("cannot be read: ") + error.what());
    }
}

LoadResult load_config(const std::filesystem::path& path) {
    const auto name = path.string();
    try {
        std::string error;
        const auto text = read_regular_file(path, kMaxFileSize, error);
        if (!text) return failed(name, error);
        auto result = parse_config(*text, name);
        result.text = *text;
        return result;
    } catch (const std::exception& error) {
        return failed(name, std::string("cannot be read: ") + error.what());
    }
}

}  // namespace dx::config
