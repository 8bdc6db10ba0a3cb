// Texts loaded in surroundings of the test's own.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "daemon/config/load.hpp"
#include "tests/support/catch.hpp"

namespace dx::config {

// Any file in `files` can be read; the group `dxrouted` exists; /bin/true is the only program.
inline Surroundings fake_surroundings(std::map<std::string, std::string> files = {}) {
    return {
        .read_file = [files](const std::filesystem::path& path,
                             std::string& error) -> std::optional<std::string> {
            const auto file = files.find(path.string());
            if (file != files.end()) return file->second;
            error = "No such file or directory";
            return std::nullopt;
        },
        .group_exists = [](const std::string& name) { return name == "dxrouted"; },
        .not_executable = [](const std::string& path) -> std::string {
            return path == "/bin/true" ? "" : "No such file or directory";
        },
    };
}

inline LoadResult load_text(std::string_view text, std::map<std::string, std::string> files = {}) {
    return parse_config(text, "x.yaml", fake_surroundings(std::move(files)));
}

// The diagnostics, a line each.
inline std::string said(const LoadResult& result) {
    std::string text;
    for (const auto& diagnostic : result.diagnostics)
        text += diagnostic.to_string() + "\n";
    return text;
}

inline Config loaded(std::string_view text, std::map<std::string, std::string> files = {}) {
    auto result = load_text(text, std::move(files));
    INFO(text);
    INFO(said(result));
    REQUIRE(result.config);
    return *std::move(result.config);
}

// A neighbor's keys in a file that is right otherwise; they stand at 8:5 and below.
inline std::string with_neighbor(std::string_view keys) {
    return "router:\n  asn: 65000\nneighbors:\n  - import: accept-all\n    export: accept-all\n" +
           std::string(keys);
}

}  // namespace dx::config
