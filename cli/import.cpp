// `import …`: reads files and writes a directory; needs no daemon.
#include <algorithm>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/import/addresses.hpp"
#include "cli/import/aws.hpp"
#include "cli/import/files.hpp"
#include "cli/import/ios.hpp"
#include "cli/import/output.hpp"

namespace dx::cli {
namespace {

constexpr std::string_view kDirectory = "dxrouted-import";

// "-" is stdin: then the keys that AWS sends are in no file of theirs.
importing::Source read(std::string_view file) {
    if (file == "-") return {"stdin", importing::read_source("/dev/stdin")};
    return {std::filesystem::path(file).filename().string(), importing::read_source(file)};
}

importing::Texts prefixes_of(std::string_view list) {
    importing::Texts prefixes;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto item = list.substr(0, comma);
        const auto prefix = importing::parse_prefix(item);
        if (!prefix || *prefix != item)
            throw Failure('"' + std::string(item) + "\" is not a prefix (expected " +
                              prefix.value_or("some as 10.20.0.0/16,2001:db8:20::/48") + ")",
                          kUsage);
        prefixes.push_back(*prefix);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return prefixes;
}

importing::InterfaceChoice interfaces_of(std::string_view text) {
    try {
        return text.empty() ? importing::InterfaceChoice() : importing::InterfaceChoice(text);
    } catch (const importing::Unreadable& error) {
        throw Failure(error.what(), kUsage);
    }
}

void write(Invocation& call, const importing::Configuration& configuration) {
    auto directory = std::string(call.argument_after("to"));
    if (directory.empty()) directory = kDirectory;
    const auto files = importing::output_files(configuration);
    const auto earlier = importing::write_files(directory, files, call.match.has("force"));
    if (call.json)
        return call.out.write(importing::summary_json(configuration, files, directory, earlier));
    for (const auto& name : earlier.removed)
        call.out.write("Removed, of an earlier import: " + name + '\n');
    for (const auto& name : earlier.left)
        call.out.write("Left, a key that no import is known to have written: " + name + '\n');
    call.out.write(importing::summary(configuration, files, directory));
}

// What is wrong with a source is one line, and no crash.
void guarded(void (*run)(Invocation&), Invocation& call) {
    try {
        run(call);
    } catch (const importing::Unreadable& error) {
        throw Failure(error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        throw Failure(error.what());
    }
}

void import_router(Invocation& call, importing::Dialect dialect) {
    const auto source = read(call.argument());
    write(call, importing::read_ios(source.text, source.name, dialect));
}

}  // namespace

void import_aws(Invocation& call) {
    guarded(
        [](Invocation& given) {
            importing::AwsOptions options;
            options.interfaces = interfaces_of(given.argument_after("interface"));
            options.networks = prefixes_of(given.argument_after("networks"));
            std::vector<importing::Source> sources{read(given.argument())};
            if (const auto other = given.argument_after("and"); !other.empty())
                sources.push_back(read(other));
            write(given, importing::read_aws(sources, options));
        },
        call);
}

void import_frr(Invocation& call) {
    guarded([](Invocation& given) { import_router(given, importing::Dialect::Frr); }, call);
}

void import_cisco(Invocation& call) {
    guarded([](Invocation& given) { import_router(given, importing::Dialect::Cisco); }, call);
}

}  // namespace dx::cli
