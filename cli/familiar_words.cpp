#include "cli/familiar_words.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace dx::cli {
namespace {

struct Familiar {
    std::string_view words;
    std::string_view here;
};

constexpr std::string_view kChange =
    "change a copy of the configuration's file, then `config diff FILE` and `config apply FILE`";
constexpr std::string_view kKept = "`config apply FILE` has written what it applied";
constexpr std::string_view kEvents =
    "`show bgp neighbors NEIGHBOR history` has a neighbor's events, `journalctl -u dxrouted` the "
    "log";
constexpr std::string_view kTrial =
    "`config apply FILE confirm 5m`, and `config confirm` when all is well";
constexpr std::string_view kPolicies =
    "`show running-config` has the policies and sets, `policy test NEIGHBOR in PREFIX` runs them";
constexpr std::string_view kFilter =
    "`show ip bgp json` has every route with its attributes, `policy test NEIGHBOR in all` asks a "
    "policy about them";
constexpr std::string_view kPath =
    "`doctor NEIGHBOR` walks the path: link, address, ARP, ping, TCP";

// The first that fits is said.
constexpr Familiar kFamiliar[] = {
    {"shutdown", "`drain NEIGHBOR` leads its traffic away, then ends its session"},
    {"disable", "`drain NEIGHBOR` leads its traffic away, then ends its session"},
    {"no shutdown", "`undrain NEIGHBOR` gives it back"},
    {"enable", "no mode is to be entered: every command can be given at once"},
    {"configure", kChange},
    {"config terminal", kChange},
    {"edit", kChange},
    {"set", kChange},
    {"no", kChange},
    {"neighbor", kChange},
    {"router", kChange},
    {"write", kKept},
    {"save", kKept},
    {"copy", kKept},
    {"commit", kTrial},
    {"rollback", "`config history` lists what there was, `config rollback N` takes it"},
    {"debug", "`monitor` shows events as they happen"},
    {"undebug", "`monitor` shows events as they happen"},
    {"terminal monitor", "`monitor` shows events as they happen"},
    {"show logging", kEvents},
    {"show tech-support", "`support` makes one archive of all that is needed, without secrets"},
    {"show startup-config", "`show running-config`; `config history` has those before"},
    {"show configuration", "`show running-config`"},
    {"show archive", "`config history`"},
    {"show history",
     "`config history` has the changes; a neighbor's events: `show bgp neighbors "
     "NEIGHBOR history`"},
    {"show ip interface", "`show interface`"},
    {"show ip protocols", "`show bgp summary`"},
    {"show route", "`show ip route`, `show ipv6 route`"},
    {"show ip prefix-list", kPolicies},
    {"show ip community-list", kPolicies},
    {"show prefix-list", kPolicies},
    {"show route-map", kPolicies},
    {"show policy", kPolicies},
    {"show protocols", "`show bgp summary`"},
    {"show neighbors", "`show bgp neighbors`"},
    {"show ip bgp regexp", kFilter},
    {"show ip bgp community", kFilter},
    {"show ip bgp filter-list", kFilter},
    {"show ip bgp prefix-list", kFilter},
    {"show ip bgp route-map", kFilter},
    {"show bgp regexp", kFilter},
    {"show bgp community", kFilter},
    {"show arp", kPath},
    {"ping", kPath},
    {"traceroute", kPath},
    {"restart", "`clear bgp NEIGHBOR` for a session, `systemctl restart dxrouted` for the daemon"},
};

std::size_t count_of_words(std::string_view words) {
    return static_cast<std::size_t>(std::ranges::count(words, ' ')) + 1;
}

// Every word of `known` is there, in full or its beginning.
bool begins_with(const Words& given, std::string_view known) {
    for (const auto& word : given) {
        const auto end = std::min(known.find(' '), known.size());
        if (word.empty() || !known.substr(0, end).starts_with(word)) return false;
        if (end == known.size()) return true;
        known.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace

std::string advice_on_familiar(const Words& words, std::size_t understood) {
    // One letter may be the beginning of anything.
    if (words.empty() || words.front().size() < 2) return {};
    const auto* const found = std::ranges::find_if(kFamiliar, [&](const Familiar& each) {
        return count_of_words(each.words) > understood && begins_with(words, each.words);
    });
    if (found == std::end(kFamiliar)) return {};
    return fmt::format("there is no \"{}\" here: {}", found->words, found->here);
}

}  // namespace dx::cli
