#include "cli/import/aws_checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"

namespace dx::importing {

std::string key_problem(const std::string& key) {
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (key.size() < 6 || key.size() > 80)
        return fmt::format("it has {} bytes (AWS's have 6 to 80)", key.size());
    if (key.front() == ' ' || key.back() == ' ') return "it has a blank at an end";
    return std::ranges::any_of(key, is_control) ? "it has a control character in it" : "";
}

std::string network_problem(const AwsSession& session) {
    const auto amazon = parse_interface_address(session.amazon_address);
    if (!amazon) return {};
    const auto host = fmt::format("{}/{}", amazon->address, is_ipv6(amazon->address) ? 128 : 32);
    if (contains(session.customer_address, host)) return {};
    return fmt::format("{} and {} are not in one network: neither end reaches the other",
                       session.customer_address, session.amazon_address);
}

}  // namespace dx::importing
