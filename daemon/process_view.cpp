#include "daemon/process_view.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

namespace dx::daemon {

namespace {

using std::chrono::duration_cast;
using std::chrono::system_clock;
using Seconds = std::chrono::duration<double>;

std::string content_of(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

Seconds seconds_of(const timeval& time) {
    return Seconds(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6);
}

// Since boot, in clock ticks: field 22 of /proc/self/stat. The second field, the name in
// parentheses, may contain anything.
std::uint64_t start_ticks() {
    const auto stat = content_of("/proc/self/stat");
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::istringstream fields(stat.substr(name_end + 1));
    std::string skipped;
    for (int field = 3; field < 22; ++field)
        fields >> skipped;
    std::uint64_t ticks = 0;
    fields >> ticks;
    return ticks;
}

std::uint64_t count_open_files() {
    std::error_code error;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
         at.increment(error))
        ++count;
    return count > 0 ? count - 1 : 0;  // the directory itself
}

}  // namespace

system_clock::time_point process_start() {
    timespec since_boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    const auto now = system_clock::now();
    const auto started =
        static_cast<double>(start_ticks()) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto uptime =
        static_cast<double>(since_boot.tv_sec) + static_cast<double>(since_boot.tv_nsec) * 1e-9;
    return now - duration_cast<system_clock::duration>(Seconds(uptime - started));
}

control::ProcessView process_view(system_clock::time_point started) {
    control::ProcessView view;
    view.started = started;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    view.cpu = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::istringstream pages(content_of("/proc/self/statm"));
    pages >> view.virtual_bytes >> view.resident_bytes;
    view.virtual_bytes *= page;
    view.resident_bytes *= page;
    view.open_files = count_open_files();
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    view.max_files = limit.rlim_cur;
    return view;
}

std::optional<control::Md5View> md5_view(std::string_view netstat) {
    control::Md5View view;
    const std::array<std::pair<std::string_view, std::uint64_t*>, 3> wanted{
        {{"TCPMD5NotFound", &view.missing},
         {"TCPMD5Unexpected", &view.unexpected},
         {"TCPMD5Failure", &view.wrong}}};
    std::istringstream lines{std::string(netstat)};
    std::string name_line, value_line;
    std::size_t found = 0;
    while (std::getline(lines, name_line) && std::getline(lines, value_line)) {
        std::istringstream names(name_line), values(value_line);
        std::string name, value;
        while (names >> name && values >> value)
            for (const auto& [key, target] : wanted)
                if (name == key) {
                    *target = std::stoull(value);
                    ++found;
                }
    }
    return found == wanted.size() ? std::optional(view) : std::nullopt;
}

std::optional<control::Md5View> md5_view() {
    return md5_view(content_of("/proc/thread-self/net/netstat"));
}

}  // namespace dx::daemon
