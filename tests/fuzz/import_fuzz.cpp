// Whatever an import reads, it ends with one line of refusal or a configuration that dxrouted
// takes. The first byte says whose form it is.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "cli/import/aws.hpp"
#include "cli/import/ios.hpp"
#include "cli/import/output.hpp"
#include "daemon/config/load.hpp"

namespace {

using namespace dx::importing;

Configuration read(char form, const std::string& text) {
    if (form == 'f') return read_ios(text, "fuzz", Dialect::Frr);
    if (form == 'c') return read_ios(text, "fuzz", Dialect::Cisco);
    return read_aws({{"fuzz", text}}, {});
}

void check(bool good) {
    if (!good) std::abort();
}

void check_output(const Configuration& configuration) {
    std::map<std::string, std::string> contents;
    for (const auto& file : output_files(configuration)) {
        check(file.name.find("..") == file.name.npos && !file.name.starts_with('/'));
        contents[file.name] = file.content;
    }
    const dx::config::Surroundings only_these{
        .read_file = [&](const std::filesystem::path& path,
                         std::string& error) -> std::optional<std::string> {
            const auto found = contents.find(path.string());
            if (found != contents.end()) return found->second;
            error = "not written";
            return std::nullopt;
        },
        .group_exists = [](const std::string&) { return true; },
    };
    check(dx::config::parse_config(contents.at("dxrouted.yaml"), "fuzz", only_these)
              .config.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        check_output(read(static_cast<char>(data[0]), text));
    } catch (const Unreadable& error) {
        check(std::string_view(error.what()).find('\n') == std::string_view::npos);
    }
    return 0;
}
