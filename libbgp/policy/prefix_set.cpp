// Prefixes are nested or apart, never half inside each other; so, in address order with the shorter
// first, all entries that contain a prefix form a chain that begins at the last entry not behind
// it.
#include "libbgp/policy/prefix_set.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace dx::bgp {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (;;) {
        const auto begin = text.find_first_not_of(" \t");
        if (begin == text.npos) return words;
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::optional<std::uint8_t> parse_length(std::string_view text) {
    std::uint8_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return length;
}

std::string quoted(std::string_view text) {
    return "'" + std::string(text) + "'";
}

}  // namespace

Parsed<net::Prefix> parse_prefix(std::string_view text) {
    if (const auto prefix = net::Prefix::parse(text)) return *prefix;
    if (const auto meant = net::Prefix::parse_with_host_bits(text))
        return quoted(text) + " has host bits set (did you mean " + meant->to_string() + "?)";
    if (const auto address = net::IpAddress::parse(text))
        return quoted(text) + " has no length (did you mean " +
               net::Prefix::host(*address).to_string() + "?)";
    return quoted(text) + " is not a prefix (expected ADDRESS/LENGTH, as 10.0.0.0/16)";
}

Parsed<PrefixPattern> parse_prefix_pattern(std::string_view text) {
    static constexpr std::string_view kForm =
        "expected a prefix and perhaps lengths, as 10.0.0.0/16 ge 20 le 24";
    const auto words = words_of(text);
    if (words.empty()) return "'' is not a prefix (" + std::string(kForm) + ")";
    const auto prefix = parse_prefix(words.front());
    if (!prefix) return prefix.error();

    std::array<std::optional<std::uint8_t>, 2> bounds;  // ge, le
    for (std::size_t i = 1; i < words.size(); i += 2) {
        const bool known = words[i] == "ge" || words[i] == "le";
        const auto length = i + 1 < words.size() ? parse_length(words[i + 1]) : std::nullopt;
        auto& bound = bounds[words[i] == "le"];
        if (!known || !length || bound)
            return quoted(text) + " is not a prefix pattern (" + std::string(kForm) + ")";
        bound = length;
    }
    const auto bits = net::address_bits(prefix->family());
    const auto [ge, le] = bounds;
    const PrefixPattern pattern{*prefix, ge.value_or(prefix->length()),
                                le.value_or(ge ? bits : prefix->length())};
    if (pattern.ge < prefix->length() || pattern.le < pattern.ge || pattern.le > bits)
        return quoted(text) + " matches nothing (expected " + std::to_string(prefix->length()) +
               " <= ge <= le <= " + std::to_string(bits) + ")";
    return pattern;
}

std::string PrefixPattern::to_string() const {
    auto text = prefix.to_string();
    if (ge != prefix.length()) text += " ge " + std::to_string(ge);
    const bool implied = le == (ge != prefix.length() ? net::address_bits(prefix.family()) : ge);
    if (!implied) text += " le " + std::to_string(le);
    return text;
}

PrefixSet::PrefixSet(std::string name, std::vector<PrefixPattern> patterns)
    : name_(std::move(name)), patterns_(std::move(patterns)) {
    std::ranges::sort(patterns_);
    const auto repeated = std::ranges::unique(patterns_);
    patterns_.erase(repeated.begin(), repeated.end());
    around_.reserve(patterns_.size());
    for (std::uint32_t i = 0; i < patterns_.size(); ++i) {
        auto around = i == 0 ? kNone : i - 1;
        while (around != kNone && !patterns_[around].prefix.contains(patterns_[i].prefix))
            around = around_[around];
        around_.push_back(around);
    }
}

bool PrefixSet::contains(const net::Prefix& prefix) const {
    const auto behind = std::ranges::upper_bound(patterns_, prefix, {}, &PrefixPattern::prefix);
    if (behind == patterns_.begin()) return false;
    auto at = static_cast<std::uint32_t>(behind - patterns_.begin() - 1);
    for (; at != kNone; at = around_[at])
        if (patterns_[at].matches(prefix)) return true;
    return false;
}

}  // namespace dx::bgp
