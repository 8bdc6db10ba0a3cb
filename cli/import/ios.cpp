#include "cli/import/ios.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/ios_bgp.hpp"
#include "cli/import/ios_line.hpp"
#include "cli/import/ios_lists.hpp"
#include "cli/import/ios_reasons.hpp"
#include "cli/import/ios_route_maps.hpp"
#include "cli/import/ios_routes.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

// First words of lines below `router bgp` and `route-map` that some paste without their
// indentation.
constexpr std::string_view kBelow[] = {
    "neighbor",     "network",     "address-family",   "exit-address-family",
    "redistribute", "exit",        "timers",           "maximum-paths",
    "match",        "set",         "on-match",         "call",
    "continue",     "description", "aggregate-address"};

constexpr std::string_view kListsOfBgp[] = {"as-path", "community-list", "large-community-list",
                                            "extcommunity-list"};

// `frr version 7.3`: eBGP passed routes without a policy then, and networks without a route.
bool is_before_7_4(std::string_view version) {
    const auto major = to_number(version.substr(0, version.find('.')));
    const auto rest = version.substr(std::min(version.find('.') + 1, version.size()));
    const auto minor = to_number(rest.substr(0, rest.find_first_not_of("0123456789")));
    return major != 0 && (major < 7 || (major == 7 && minor < 4));
}

class IosReader {
public:
    IosReader(const std::string& text, const std::string& name, Dialect dialect)
        : name_(name),
          dialect_(dialect),
          lines_(read_ios_lines(text)),
          account_(lines_),
          lists_(account_, out_),
          maps_(dialect, lists_, account_, out_),
          bgp_(dialect, account_, out_) {}

    Configuration read() {
        for (const auto& line : lines_)
            take(line);
        if (!bgp_.is_there()) throw Unreadable(why_there_is_no_router());
        lists_.finish();
        maps_.finish(out_.asn);
        bgp_.finish(addresses_, maps_);
        out_.notes = account_.notes();
        add_advice();
        return std::move(out_);
    }

private:
    enum class Section : std::uint8_t { None, Bgp, RouteMap, Interface, Other };

    static bool is_below(const IosLine& line) {
        if (line.indented) return true;
        if (line.word(0) == "bgp")
            return std::ranges::find(kListsOfBgp, line.word(1)) == std::end(kListsOfBgp);
        return std::ranges::find(kBelow, line.word(0)) != std::end(kBelow);
    }

    void take(const IosLine& line) {
        if (section_ == Section::None || !is_below(line)) return begin(line);
        switch (section_) {
            case Section::Bgp: return bgp_.take(line);
            case Section::RouteMap:
                return line.word(0) == "exit" ? account_.done(line) : maps_.take(line);
            case Section::Interface: return take_interface(line);
            case Section::Other:
            case Section::None: return line.word(0) == "exit" ? account_.done(line) : reason(line);
        }
    }

    void begin(const IosLine& line) {
        const auto first = line.word(0), second = line.word(1);
        section_ = Section::Other;
        section_line_ = &line;
        if (first == "router" && second == "bgp") {
            section_ = Section::Bgp;
            bgp_.begin(line);
        } else if (first == "route-map") {
            section_ = Section::RouteMap;
            maps_.begin(line);
        } else if ((first == "ip" || first == "ipv6") && second == "route") {
            take_static_route(line, dialect_, account_, out_);
        } else if ((first == "ip" || first == "ipv6") && second == "protocol" && !line.negated &&
                   (line.word(2) == "bgp" || line.word(2) == "any")) {
            bgp_.take_install_filter(line, line.word(4));
        } else if (!lists_.take(line)) {
            begin_other(line);
        }
    }

    void begin_other(const IosLine& line) {
        if (line.word(0) == "interface") {
            section_ = Section::Interface;
            interface_ = line.word(1);
        }
        const bool old =
            line.word(0) == "frr" && line.word(1) == "version" && is_before_7_4(line.word(2));
        const bool datacenter =
            line.word(0) == "frr" && line.word(1) == "defaults" && line.word(2) == "datacenter";
        if (old || datacenter) bgp_.accept_without_policy();
        if (old) bgp_.announce_without_route();
        if (datacenter) bgp_.use_datacenter_timers();
        reason(line);
    }

    // Addresses are wanted for update-source; what else stands there is the host's.
    void take_interface(const IosLine& line) {
        const bool ip = line.word(0) == "ip" || line.word(0) == "ipv6";
        const auto kind = line.word(line.words.size() - 1);
        const bool is_first = kind != "secondary" && kind != "link-local" && kind != "anycast";
        if (ip && line.word(1) == "address" && !line.negated && is_first) {
            auto address = line.word(2);
            address = address.substr(0, address.find('/'));
            if (is_address(address)) addresses_[interface_].emplace_back(address);
        }
        if (line.word(0) == "bfd" && line.word(1) == "interval" && !line.negated)
            account_.skip(line, fmt::format("BFD's timing is a neighbor's: for those on {} write "
                                            "bfd: {{interval: {}ms, multiplier: {}}} (without it "
                                            "300ms, 3)",
                                            interface_, line.word(2), line.word(6)));
        else if (line.word(0) == "exit")
            account_.done(line);
        else
            reason(line);
    }

    std::string why_there_is_no_router() const {
        const auto router = std::ranges::find_if(lines_, [](const IosLine& line) {
            return begins_with(line, 0, "router bgp") && !line.negated;
        });
        if (router == lines_.end())
            return name_ +
                   ": there is no `router bgp` in it (expected the output of show running-config)";
        return fmt::format(
            "{}:{}: dxrouted is one router in one table, with an AS number of its own (expected "
            "router bgp NUMBER)",
            name_, router->number);
    }

    // What no line of the file says.
    void add_advice() {
        const auto advise = [&](std::string why) {
            out_.notes.push_back({Note::Kind::Advice, 0, name_, std::move(why)});
        };
        if (dialect_ == Dialect::Cisco &&
            std::ranges::none_of(lines_, [](const IosLine& line) { return line.text == "end"; }))
            advise(
                "it has no \"end\": if the output was cut off, what is missing here is missing in "
                "the result, filters too");
        if (std::ranges::any_of(out_.neighbors, [](const auto& each) { return !each.hold; }))
            advise(
                "where it says no timers its own defaults were 60 s and 180 s; dxrouted's are "
                "keepalive: 30s, hold: 90s");
        const auto was_helper = [](const Neighbor& each) {
            return each.graceful_restart.empty() && !each.bfd;
        };
        if (dialect_ == Dialect::Frr && std::ranges::any_of(out_.neighbors, was_helper))
            advise(
                "FRR keeps the routes of a neighbor that restarts gracefully without being told "
                "to; dxrouted does so with graceful-restart: helper");
    }

    // Why a line is not taken over: by its own words, or those of the section it is in.
    void reason(const IosLine& line) {
        if (section_line_ && section_line_ != &line && is_needless_section(*section_line_))
            return account_.belongs(line, *section_line_);
        if (line.negated) return account_.needless(line, "it is off, or not there, in dxrouted");
        if (section_line_) give_reason(IosPlace::File, line, *section_line_, 0, account_);
    }

    std::string name_;
    Dialect dialect_;
    std::vector<IosLine> lines_;
    Configuration out_;
    LineAccount account_;
    IosLists lists_;
    IosRouteMaps maps_;
    IosBgp bgp_;
    Section section_ = Section::None;
    std::string interface_;
    const IosLine* section_line_ = nullptr;
    std::map<std::string, Texts> addresses_;  // of interfaces, without length
};

}  // namespace

Configuration read_ios(const std::string& text, const std::string& name, Dialect dialect) {
    auto configuration = IosReader(text, name, dialect).read();
    configuration.title = name;
    return configuration;
}

}  // namespace dx::importing
