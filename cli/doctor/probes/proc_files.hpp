// What the kernel tells in files: /proc and /sys. Text in, values out; a file that is not there or
// not ours to read gives no value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "cli/doctor/checks/facts.hpp"

namespace dx::doctor {

std::optional<std::string> read_file(const std::string& path);

// "net.ipv4.ip_forward" under /proc/sys; for an interface its name goes in as it is, dots too:
// read_setting("ipv4/conf/eth0.100/rp_filter").
std::optional<int> read_setting(std::string_view path_below_net);

// A decimal or 0x… number in a file of /sys/class/net/INTERFACE/.
std::optional<std::uint64_t> read_interface_number(std::string_view interface,
                                                   std::string_view file);

// TcpExt's MD5 counters, of the text of /proc/net/netstat; what is not there counts as 0.
SignatureCounters parse_netstat(std::string_view text);

// When a process started, of the text of its /proc/PID/stat and that of /proc/stat; rather a second
// too late than too early.
std::optional<std::chrono::sys_seconds> parse_start(std::string_view process,
                                                    std::string_view system);

// Addresses for which duplicate address detection failed, of the text of /proc/net/if_inet6.
std::set<net::IpAddress> parse_duplicates(std::string_view text);

}  // namespace dx::doctor
