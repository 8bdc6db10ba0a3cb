#include "tests/netlink/private_namespace.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <net/if.h>
#include <sched.h>
#include <sstream>
#include <stdexcept>
#include <stdio.h>

namespace dx::test {

bool enter_private_namespace() {
    if (::unshare(CLONE_NEWNET) != 0) {
        std::cerr << "skipped: a network namespace of its own is not allowed here: "
                  << std::strerror(errno) << '\n';
        return false;
    }
    ip("link set lo up");
    return true;
}

bool enter_namespace_with_two_links() {
    if (!enter_private_namespace()) return false;
    for (const int link : {0, 1}) {
        const auto n = std::to_string(link);
        ip("link add v" + n + " type veth peer name p" + n);
        ip("link set p" + n + " up");
        ip("addr add 198.18." + n + ".1/24 dev v" + n);
        raise_link(link);
    }
    return true;
}

void raise_link(int link) {
    const auto n = std::to_string(link);
    ip("link set v" + n + " up");
    ip("addr add 2001:db8:" + n + "::1/64 dev v" + n + " nodad");
}

std::uint32_t index_of(const std::string& interface) {
    return ::if_nametoindex(interface.c_str());
}

std::string run(const std::string& command) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("popen: " + std::string(std::strerror(errno)));
    std::string output;
    std::array<char, 4096> buffer;
    while (const std::size_t count = ::fread(buffer.data(), 1, buffer.size(), pipe))
        output.append(buffer.data(), count);
    if (::pclose(pipe) != 0) throw std::runtime_error(command + ": " + output);
    return output;
}

std::string ip(const std::string& words) {
    return run("ip " + words);
}

std::vector<std::string> lines_of_ip(const std::string& words) {
    std::istringstream output(ip(words));
    std::vector<std::string> lines;
    for (std::string line; std::getline(output, line);) {
        line.erase(line.find_last_not_of(" \t") + 1);
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

}  // namespace dx::test
