#include "cli/doctor/probes/proc_files.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <unistd.h>
#include <vector>

namespace dx::doctor {
namespace {

constexpr unsigned kDadFailed = 0x08;  // IFA_F_DADFAILED

std::optional<std::uint64_t> number_in(std::string_view text) {
    const bool hexadecimal = text.starts_with("0x");
    if (hexadecimal) text.remove_prefix(2);
    std::uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
    if (error != std::errc{}) return std::nullopt;
    return number;
}

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    return {std::istream_iterator<std::string>(stream), {}};
}

std::optional<net::IpAddress> address_in_hex(std::string_view digits) {
    net::IpAddress::V6Bytes bytes{};
    if (digits.size() != 2 * bytes.size()) return std::nullopt;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
    return net::IpAddress::v6(bytes);
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

std::optional<int> read_setting(std::string_view path_below_net) {
    const auto text = read_file("/proc/sys/net/" + std::string(path_below_net));
    const auto number = text ? number_in(*text) : std::nullopt;
    if (!number) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<std::uint64_t> read_interface_number(std::string_view interface,
                                                   std::string_view file) {
    const auto text =
        read_file("/sys/class/net/" + std::string(interface) + '/' + std::string(file));
    return text ? number_in(*text) : std::nullopt;
}

// Two lines a group: "TcpExt: NAME NAME …", "TcpExt: NUMBER NUMBER …".
SignatureCounters parse_netstat(std::string_view text) {
    std::istringstream lines{std::string(text)};
    std::vector<std::string> names;
    std::map<std::string, std::uint64_t> counters;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("TcpExt:")) continue;
        const auto words = words_of(line);
        for (std::size_t i = 1; i < std::min(names.size(), words.size()); ++i)
            counters[names[i]] = number_in(words[i]).value_or(0);
        names = words;
    }
    return {counters["TCPMD5NotFound"], counters["TCPMD5Unexpected"], counters["TCPMD5Failure"]};
}

// "PID (NAME) STATE …": the 20th word behind the name is the start, in ticks since boot; in
// /proc/stat "btime SECONDS" is the boot, rounded down as what is made of the ticks.
std::optional<std::chrono::sys_seconds> parse_start(std::string_view process,
                                                    std::string_view system) {
    constexpr std::size_t kStart = 19;
    constexpr std::string_view kBoot = "\nbtime ";
    const auto name = process.rfind(')');
    const auto at = system.find(kBoot);
    if (name == process.npos || at == system.npos) return std::nullopt;
    const auto words = words_of(std::string(process.substr(name + 1)));
    if (words.size() <= kStart) return std::nullopt;
    const auto ticks = number_in(words[kStart]);
    const auto boot = number_in(system.substr(at + kBoot.size()));
    if (!ticks || !boot) return std::nullopt;
    const auto a_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return std::chrono::sys_seconds(std::chrono::seconds(*boot + *ticks / a_second + 1));
}

// "20010db8…0002 05 7d 00 80 eth0": address, index, length, scope, flags, all in hex.
std::set<net::IpAddress> parse_duplicates(std::string_view text) {
    constexpr std::size_t kFlags = 4;
    std::istringstream lines{std::string(text)};
    std::set<net::IpAddress> duplicates;
    for (std::string line; std::getline(lines, line);) {
        const auto words = words_of(line);
        if (words.size() <= kFlags) continue;
        const auto flags = number_in("0x" + words[kFlags]);
        const auto address = address_in_hex(words[0]);
        if (flags && address && (*flags & kDadFailed) != 0) duplicates.insert(*address);
    }
    return duplicates;
}

}  // namespace dx::doctor
