// YAML text -> validated Config, or every mistake in it at once. Never throws, whatever the text.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/config.hpp"
#include "daemon/config/diagnostic.hpp"

namespace dx::config {

inline constexpr std::size_t kMaxFileSize = 4 << 20;  // bytes

// What validation needs from the machine; tests and the fuzzer bring their own.
struct Surroundings {
    // The content of a password file; on failure none, and `error` says why.
    std::function<std::optional<std::string>(const std::filesystem::path&, std::string& error)>
        read_file;
    std::function<bool(const std::string&)> group_exists;
    // Why a file is no program; empty: it is one.
    std::function<std::string(const std::string& path)> not_executable = [](const std::string&) {
        return std::string();
    };

    static Surroundings real();
};

struct LoadResult {
    std::optional<Config> config;  // there exactly if `diagnostics` has no error
    Diagnostics diagnostics;       // in the order of the file
    std::string text{};            // load_config: what the file says

    bool has_errors() const { return !config; }
};

// A relative password-file is looked for beside `path`.
LoadResult load_config(const std::filesystem::path& path);

// The same for a text in hand; `name` is what messages call it.
LoadResult parse_config(std::string_view text, const std::string& name,
                        const Surroundings& surroundings = Surroundings::real());

}  // namespace dx::config
