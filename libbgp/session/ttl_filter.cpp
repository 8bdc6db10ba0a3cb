#include "libbgp/session/ttl_filter.hpp"

#include <cerrno>
#include <linux/filter.h>
#include <sys/socket.h>
#include <system_error>
#include <vector>

namespace dx::bgp {
namespace {

// Offsets in the IP header.
struct HeaderLayout {
    std::uint32_t source;
    std::uint32_t ttl;
};

constexpr HeaderLayout kV4{12, 8};
constexpr HeaderLayout kV6{8, 7};
constexpr std::uint32_t kNetworkHeader = static_cast<std::uint32_t>(SKF_NET_OFF);

sock_filter statement(std::uint16_t code, std::uint32_t value) {
    return {code, 0, 0, value};
}

// `skip` statements are left out where the test fails.
sock_filter unless(std::uint16_t test, std::uint32_t value, std::size_t skip) {
    const auto code = static_cast<std::uint16_t>(BPF_JMP | test | BPF_K);
    return {code, 0, static_cast<std::uint8_t>(skip), value};
}

std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
           std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

// If the source is that of the rule: accept or drop by the TTL. Else fall through to the next rule.
void append(const TtlRule& rule, std::vector<sock_filter>& program) {
    constexpr std::uint16_t kLoadWord = BPF_LD | BPF_W | BPF_ABS;
    constexpr std::uint16_t kLoadByte = BPF_LD | BPF_B | BPF_ABS;
    constexpr std::uint16_t kReturn = BPF_RET | BPF_K;
    const auto& layout = rule.from.is_v4() ? kV4 : kV6;
    const auto bytes = rule.from.bytes();
    for (std::size_t at = 0; at < bytes.size(); at += 4) {
        const auto words_left = (bytes.size() - at) / 4 - 1;
        const auto offset = layout.source + static_cast<std::uint32_t>(at);
        program.push_back(statement(kLoadWord, kNetworkHeader + offset));
        program.push_back(unless(BPF_JEQ, word(bytes, at), 2 * words_left + 4));
    }
    program.push_back(statement(kLoadByte, kNetworkHeader + layout.ttl));
    program.push_back(unless(BPF_JGE, static_cast<std::uint32_t>(rule.min_ttl), 1));
    program.push_back(statement(kReturn, 0xffffffff));
    program.push_back(statement(kReturn, 0));
}

}  // namespace

Refusal set_ttl_rules(int listener, std::span<const TtlRule> rules) {
    std::vector<sock_filter> program;
    for (const auto& rule : rules)
        append(rule, program);
    program.push_back(statement(BPF_RET | BPF_K, 0xffffffff));
    const sock_fprog filter{static_cast<std::uint16_t>(program.size()), program.data()};
    if (::setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0)
        return std::nullopt;
    return "the kernel refused the filter of ttl-security: " +
           std::generic_category().message(errno);
}

}  // namespace dx::bgp
