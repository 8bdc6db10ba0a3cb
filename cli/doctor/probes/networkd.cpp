#include "cli/doctor/probes/networkd.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <sys/stat.h>

#include "cli/doctor/probes/proc_files.hpp"

namespace dx::doctor {
namespace {

namespace fs = std::filesystem;

// systemd's search path; the first has the last word.
constexpr std::array kDirectories{"etc/systemd", "run/systemd", "usr/local/lib/systemd",
                                  "usr/lib/systemd"};

std::string trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const auto from = text.find_first_not_of(kBlank);
    if (from == std::string_view::npos) return {};
    return std::string(text.substr(from, text.find_last_not_of(kBlank) - from + 1));
}

std::optional<bool> truth(std::string word) {
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::array kYes{"1", "yes", "y", "true", "t", "on"};
    constexpr std::array kNo{"0", "no", "n", "false", "f", "off"};
    if (std::ranges::find(kYes, word) != kYes.end()) return true;
    if (std::ranges::find(kNo, word) != kNo.end()) return false;
    return std::nullopt;
}

// False where it is about something else.
bool take_line(const std::string& key, const std::string& value, Networkd& networkd) {
    if (key == "ManageForeignRoutes")
        networkd.manages_foreign_routes = truth(value).value_or(networkd.manages_foreign_routes);
    else if (key == "ManageForeignNextHops")
        networkd.manages_foreign_next_hops =
            truth(value).value_or(networkd.manages_foreign_next_hops);
    else
        return false;
    return true;
}

// Since when it is there as it is. Packages and `cp -p` keep an older time of writing.
std::chrono::sys_seconds changed(const fs::path& path) {
    struct stat status{};
    ::stat(path.c_str(), &status);
    return std::chrono::sys_seconds(std::chrono::seconds(status.st_ctime));
}

void note_file(const fs::path& path, Networkd& networkd) {
    const auto since = changed(path);
    if (since < networkd.file_since) return;
    networkd.file = path;
    networkd.file_since = since;
}

void take_file(const fs::path& path, Networkd& networkd) {
    std::istringstream lines(read_file(path).value_or(""));
    std::string section;
    for (std::string line; std::getline(lines, line);) {
        line = trimmed(line);
        if (line.empty() || line.front() == '#' || line.front() == ';') continue;
        if (line.front() == '[') {
            section = line;
        } else if (const auto equals = line.find('=');
                   section == "[Network]" && equals != std::string::npos) {
            if (take_line(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)),
                          networkd))
                note_file(path, networkd);
        }
    }
}

// Drop-ins in the order of their names; of two with one name the one found first.
std::map<std::string, fs::path> drop_ins(const fs::path& root) {
    std::map<std::string, fs::path> found;
    for (const auto* const directory : kDirectories) {
        std::error_code missing;
        for (const auto& entry :
             fs::directory_iterator(root / directory / "networkd.conf.d", missing))
            if (entry.path().extension() == ".conf")
                found.emplace(entry.path().filename().string(), entry.path());
    }
    return found;
}

std::optional<std::chrono::sys_seconds> start_of_networkd(const fs::path& root) {
    const auto processes =
        read_file(root / "sys/fs/cgroup/system.slice/systemd-networkd.service/cgroup.procs")
            .value_or("");
    const auto process = root / "proc" / processes.substr(0, processes.find('\n')) / "stat";
    return parse_start(read_file(process).value_or(""), read_file(root / "proc/stat").value_or(""));
}

}  // namespace

Networkd read_networkd(const fs::path& root) {
    Networkd networkd;
    networkd.runs = fs::exists(root / "run/systemd/netif/state");
    networkd.started = start_of_networkd(root);
    const auto* const main = std::ranges::find_if(kDirectories, [&](const char* directory) {
        return fs::exists(root / directory / "networkd.conf");
    });
    if (main != kDirectories.end()) take_file(root / *main / "networkd.conf", networkd);
    for (const auto& [name, path] : drop_ins(root))
        take_file(path, networkd);
    return networkd;
}

}  // namespace dx::doctor
