#include "libbgp/policy/community_set.hpp"

#include <algorithm>
#include <functional>

namespace dx::bgp {
namespace {

// What differs among the three kinds: the numeric text that globs match, and how it is written.
template <class C>
struct Form;

template <>
struct Form<Community> {
    static constexpr std::string_view kWhat = "a community";
    static constexpr std::string_view kExpected =
        "expected a community as 65000:100, 7224:8*00 or no-export";
    static constexpr std::size_t kColons = 1;

    static std::string numeric(Community c) {
        return std::to_string(c.value >> 16) + ':' + std::to_string(c.value & 0xffff);
    }

    static std::optional<Community> parse(std::string_view text) { return parse_community(text); }
};

template <>
struct Form<LargeCommunity> {
    static constexpr std::string_view kWhat = "a large community";
    static constexpr std::string_view kExpected =
        "expected a large community as 65000:1:2 or 65000:1:*";
    static constexpr std::size_t kColons = 2;

    static std::string numeric(LargeCommunity c) {
        return std::to_string(c.global) + ':' + std::to_string(c.local1) + ':' +
               std::to_string(c.local2);
    }

    static std::optional<LargeCommunity> parse(std::string_view text) {
        return parse_large_community(text);
    }
};

template <>
struct Form<ExtendedCommunity> {
    static constexpr std::string_view kWhat = "an extended community";
    static constexpr std::string_view kExpected =
        "expected an extended community as rt:65000:100, rt:65000:* or "
        "link-bandwidth:65000:1000, in Mbit/s";
    static constexpr std::size_t kColons = 2;

    static std::string numeric(ExtendedCommunity c) { return bgp::to_string(c); }

    static std::optional<ExtendedCommunity> parse(std::string_view text) {
        return parse_extended_community(text);
    }
};

// `*` stands for any characters but colons.
bool glob_matches(std::string_view glob, std::string_view text) {
    std::size_t g = 0, t = 0;
    std::size_t star = glob.npos, resume = 0;
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            resume = t;
        } else if (g < glob.size() && glob[g] == text[t]) {
            ++g;
            ++t;
        } else if (star != glob.npos && text[resume] != ':') {
            g = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', g) == glob.npos;
}

template <class C>
bool is_glob(std::string_view text) {
    // An extended community begins with the word of its type; everything else is digits.
    constexpr bool kBeginsWithWord = std::is_same_v<C, ExtendedCommunity>;
    const auto rest = text.substr(kBeginsWithWord ? std::min(text.find(':'), text.size()) : 0);
    return text.size() <= 40 && text.find('*') != text.npos &&
           rest.find_first_not_of("0123456789.:*") == rest.npos &&
           std::ranges::count(text, ':') == std::ptrdiff_t{Form<C>::kColons} &&
           text.find("::") == text.npos && !text.starts_with(':') && !text.ends_with(':');
}

}  // namespace

template <class C>
Parsed<CommunityPattern<C>> CommunityPattern<C>::parse(std::string_view text) {
    if (is_glob<C>(text)) return CommunityPattern(std::string(text));
    if (const auto exact = Form<C>::parse(text)) return CommunityPattern(*exact);
    return "'" + std::string(text.substr(0, 60)) + "' is not " + std::string(Form<C>::kWhat) +
           " (" + std::string(Form<C>::kExpected) + ")";
}

template <class C>
bool CommunityPattern<C>::matches(C community) const {
    return exact_ ? *exact_ == community : glob_matches(glob_, Form<C>::numeric(community));
}

template <class C>
std::string CommunityPattern<C>::to_string() const {
    return exact_ ? bgp::to_string(*exact_) : glob_;
}

template <class C>
bool CommunitySet<C>::contains(C community) const {
    return std::ranges::any_of(patterns_, [&](const auto& p) { return p.matches(community); });
}

template <class C>
bool CommunitySet<C>::any_of(std::span<const C> communities) const {
    return std::ranges::any_of(communities, [&](C c) { return contains(c); });
}

template <class C>
bool CommunitySet<C>::all_patterns(std::span<const C> communities) const {
    return std::ranges::all_of(patterns_, [&](const auto& pattern) {
        return std::ranges::any_of(communities, [&](C c) { return pattern.matches(c); });
    });
}

template <class C>
bool CommunitySet<C>::exactly(std::span<const C> communities) const {
    return all_patterns(communities) &&
           std::ranges::all_of(communities, [&](C c) { return contains(c); });
}

template class CommunityPattern<Community>;
template class CommunityPattern<LargeCommunity>;
template class CommunityPattern<ExtendedCommunity>;
template class CommunitySet<Community>;
template class CommunitySet<LargeCommunity>;
template class CommunitySet<ExtendedCommunity>;

}  // namespace dx::bgp
