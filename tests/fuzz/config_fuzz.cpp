// Any text is a configuration or has errors; one that loads is written and loads again as itself.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/config/diff.hpp"
#include "daemon/config/load.hpp"
#include "daemon/config/render.hpp"

namespace {

using namespace dx::config;

// No file can be read, so that what a text does depends on the text alone.
const Surroundings kNothing{
    .read_file = [](const std::filesystem::path&,
                    std::string& error) -> std::optional<std::string> {
        error = "no files here";
        return std::nullopt;
    },
    .group_exists = [](const std::string&) { return true; },
};

void check(bool good) {
    if (!good) std::abort();
}

bool has_error(const LoadResult& result) {
    for (const auto& diagnostic : result.diagnostics)
        if (diagnostic.severity == Severity::Error) return true;
    return false;
}

void check_written(const Config& config) {
    check(diff(config, config).empty());
    auto text = render(config);
    const std::string key = "a key for AWS";
    for (auto at = text.find("<hidden>"); at != text.npos; at = text.find("<hidden>"))
        text.replace(at, 8, key);
    auto again = parse_config(text, "again", kNothing);
    check(again.config.has_value());
    for (std::size_t i = 0; i < again.config->neighbors.size(); ++i)
        if (again.config->neighbors[i].password)
            again.config->neighbors[i].password = config.neighbors.at(i).password;
    check(diff(config, *again.config).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto result = parse_config(text, "fuzz", kNothing);
    check(result.has_errors() == has_error(result));
    for (const auto& diagnostic : result.diagnostics)
        check(!diagnostic.to_string().empty());
    if (result.config) check_written(*result.config);
    return 0;
}
