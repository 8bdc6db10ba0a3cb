// An import in a test: a fixture in, all that would be written as one text, and what dxrouted
// itself says of the configuration.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "cli/import/files.hpp"
#include "cli/import/output.hpp"
#include "daemon/config/load.hpp"
#include "tests/support/catch.hpp"

namespace dx::importing {

inline const std::string kFixtures = "tests/unit/cli/import/fixtures/";
inline const std::string kGolden = "tests/unit/cli/import/golden/";

inline std::string fixture(const std::string& name) {
    return read_source(kFixtures + name);
}

// Every file with its name; of a key only that it is one.
inline std::string all_files(const Configuration& configuration) {
    std::string text;
    for (const auto& file : output_files(configuration))
        text += "=== " + file.name + "\n" + (file.secret ? "(a key)\n" : file.content);
    return text;
}

// The mistakes that `dxrouted --check` would tell, and its warnings too if they are wanted, a line
// each.
inline std::string dxrouted_says(const Configuration& configuration, bool warnings = true) {
    std::map<std::string, std::string> contents;
    for (const auto& file : output_files(configuration))
        contents[file.name] = file.content;
    const config::Surroundings surroundings{
        .read_file = [&](const std::filesystem::path& path,
                         std::string& error) -> std::optional<std::string> {
            const auto found = contents.find(path.string());
            if (found != contents.end()) return found->second;
            error = "it was not written";
            return std::nullopt;
        },
        .group_exists = [](const std::string&) { return true; },
    };
    const auto result =
        config::parse_config(contents.at("dxrouted.yaml"), "dxrouted.yaml", surroundings);
    std::string said;
    for (const auto& diagnostic : result.diagnostics)
        if (warnings || diagnostic.severity == config::Severity::Error)
            said += diagnostic.to_string() + '\n';
    return said;
}

// Compares with a file under golden/; writes it instead where DX_WRITE_GOLDEN is set.
inline void check_golden(const std::string& name, const std::string& text) {
    const auto path = kGolden + name;
    if (std::getenv("DX_WRITE_GOLDEN")) {
        std::ofstream(path) << text;
        return;
    }
    std::ifstream in(path);
    std::ostringstream golden;
    golden << in.rdbuf();
    CAPTURE(path);
    CHECK(text == golden.str());
}

inline std::string failure_of(auto&& run) {
    try {
        run();
    } catch (const Unreadable& error) {
        return error.what();
    }
    return "no failure";
}

}  // namespace dx::importing
