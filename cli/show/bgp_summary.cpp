// `show ip bgp summary`, to the column as Cisco IOS prints it: programs read it by its layout.
#include <algorithm>

#include "cli/command.hpp"
#include "cli/fields.hpp"
#include "cli/text_width.hpp"

namespace dx::cli {
namespace {

constexpr std::size_t kNeighborWidth = 16;
constexpr std::size_t kWidthOfIos = 87;

std::string limit_text(const Object& peer) {
    return has(peer, "pfxSntMax") ? std::to_string(number(peer, "pfxSntMax")) : "-";
}

// Established, and BFD's Up; what is switched off on purpose is neither good nor bad.
Tone tone_of_state(std::string_view state) {
    if (state == "Established" || state == "Up") return Tone::Good;
    return state == "-" || state == "AdminDown" || state.ends_with("(Admin)") ? Tone::Plain
                                                                              : Tone::Bad;
}

std::string_view or_dash(std::string_view text) {
    return text.empty() ? "-" : text;
}

// Why it is not up: what it waits for now says more than why it went down then.
std::string_view down_reason(const Object& peer) {
    for (const auto* key : {"waitingFor", "lastResetDueTo", "lastError"})
        if (const auto reason = text(peer, key); !reason.empty()) return reason;
    return "-";
}

// The columns of --wide, behind those of IOS, or on a terminal that has no room for both in a line
// of their own. On a terminal the reason leaves room for the description, which is cut to the rest
// of the line.
class WideColumns {
public:
    WideColumns(const Object& peers, std::size_t terminal_width) {
        for (const auto& [address, peer] : peers)
            width_ = std::max(width_, columns(down_reason(peer.as_object())));
        if (terminal_width == 0) return;
        constexpr auto kOthers = kWidthOfNumbers + kLeastDescription;
        folded_ = terminal_width < kWidthOfIos + kOthers + kDown.size();
        const auto used = (folded_ ? kIndent.size() : kWidthOfIos) + kOthers;
        width_ = std::min(width_, std::max(terminal_width, used + kDown.size()) - used);
    }

    bool folded() const { return folded_; }

    std::string header() const {
        return fmt::format("{} {:>8} {:>8} {:<9} {:<{}} {}", lead(), "PfxSnt", "Limit", "BFD",
                           kDown, width_, "Description");
    }

    // All but the description.
    std::string row(const Object& peer, const Output& out) const {
        const auto bfd = or_dash(text(peer, "bfdState"));
        const auto reason = cut(down_reason(peer), width_);
        return fmt::format("{} {:>8} {:>8} {} {}{} ", lead(), number(peer, "pfxSnt"),
                           limit_text(peer),
                           out.toned(fmt::format("{:<9}", bfd), tone_of_state(bfd)), reason,
                           std::string(width_ - columns(reason), ' '));
    }

private:
    static constexpr std::string_view kDown = "Last down";
    static constexpr std::string_view kIndent = "  ";
    static constexpr std::size_t kWidthOfNumbers = 30;
    static constexpr std::size_t kLeastDescription = 20;

    std::string_view lead() const { return folded_ ? kIndent : ""; }

    std::size_t width_ = kDown.size();
    bool folded_ = false;
};

// The widths of the columns before the last one: those of IOS, which are 87 columns with the last.
// On a terminal that is narrower each is as wide as what stands in it, as IOS had it in the days of
// 80 columns; an address that leaves too little room has a line of its own then, as a long one has.
struct Layout {
    std::size_t neighbor = kNeighborWidth;  // with the blank behind it
    std::size_t as = 12, received = 7, sent = 7, version = 8, in = 4, out = 4;

    static Layout narrow(const Object& peers, std::size_t terminal_width);

    std::string header() const {
        return fmt::format(
            "{:<{}}V {:>{}} {:>{}} {:>{}} {:>{}} {:>{}} {:>{}} Up/Down  State/PfxRcd", "Neighbor",
            neighbor, "AS", as, "MsgRcvd", received, "MsgSent", sent, "TblVer", version, "InQ", in,
            "OutQ", out);
    }

    std::string row(std::string_view address, const Object& peer) const {
        return fmt::format("{:<{}}{} {:>{}} {:>{}} {:>{}} {:>{}} {:>{}} {:>{}} {:<8} ",
                           fits(address) ? address : "", neighbor, number(peer, "version"),
                           number(peer, "remoteAs"), as, number(peer, "msgRcvd"), received,
                           number(peer, "msgSent"), sent, number(peer, "tableVersion"), version,
                           number(peer, "inq"), in, number(peer, "outq"), out,
                           text(peer, "peerUptime"));
    }

    bool fits(std::string_view address) const { return address.size() < neighbor; }
};

Layout Layout::narrow(const Object& peers, std::size_t terminal_width) {
    Layout made{.neighbor = 0, .as = 2, .received = 7, .sent = 7, .version = 6, .in = 3, .out = 4};
    for (const auto& [address, entry] : peers) {
        const auto& peer = entry.as_object();
        const auto widen = [&peer](std::size_t& column, std::string_view key) {
            column = std::max(column, std::to_string(number(peer, key)).size());
        };
        widen(made.as, "remoteAs");
        widen(made.received, "msgRcvd");
        widen(made.sent, "msgSent");
        widen(made.version, "tableVersion");
        widen(made.in, "inq");
        widen(made.out, "outq");
    }
    constexpr std::size_t kLeast = 9;  // "Neighbor "
    const auto others = made.header().size() - kLeast + 1;
    made.neighbor =
        std::clamp(terminal_width - std::min(others, terminal_width), kLeast, kNeighborWidth);
    return made;
}

void print_peer(std::string_view address, const Object& peer, const Layout& layout,
                const WideColumns* wide, Output& out) {
    if (!layout.fits(address)) out.print("{}\n", address);
    auto line = layout.row(address, peer);
    const auto state = text(peer, "state");
    const auto shown = state == "Established" ? fmt::format("{:>12}", number(peer, "pfxRcd"))
                                              : fmt::format("{:<{}}", state, wide ? 12 : 0);
    line += out.toned(shown, tone_of_state(state));
    if (!wide) return out.print("{}\n", line);
    if (wide->folded()) {
        out.print("{}\n", line);
        line.clear();
    }
    out.write_row(line + wide->row(peer, out), or_dash(text(peer, "desc")));
}

void print_missing_policies(std::string_view address, const Object& peer, Output& out) {
    const bool import = flag(peer, "inboundPathPolicyConfig");
    const bool exported = flag(peer, "outboundPathPolicyConfig");
    if (import && exported) return;
    out.print("Neighbor {} has {}: {} (RFC 8212)\n", address,
              import     ? "no export policy"
              : exported ? "no import policy"
                         : "neither import nor export policy",
              import     ? "nothing is sent to it"
              : exported ? "nothing is accepted from it"
                         : "no routes pass");
}

std::string_view prefixes(std::int64_t count) {
    return count == 1 ? "prefix" : "prefixes";
}

// Below the table of --wide: what the limit for a neighbor keeps from it.
void print_left_out(std::string_view address, const Object& peer, Output& out) {
    const auto limit = limit_text(peer);
    if (const auto aggregated = number(peer, "pfxAggregated"); aggregated != 0)
        out.print("Neighbor {} is sent aggregates instead of {} {}: more than {} do not fit\n",
                  address, aggregated, prefixes(aggregated), limit);
    if (const auto held = number(peer, "pfxHeldBack"); held != 0)
        out.print("Neighbor {} is not sent {} {}: more than {} do not fit\n", address, held,
                  prefixes(held), limit);
}

void print_family(const Object& family, bool wide, Output& out) {
    out.print("BGP router identifier {}, local AS number {}\n", text(family, "routerId"),
              number(family, "as"));
    out.print("BGP table version is {}, main routing table version {}\n",
              number(family, "tableVersion"), number(family, "mainTableVersion"));
    out.print("{} network entries using {} bytes of memory\n\n", number(family, "ribCount"),
              number(family, "ribMemory"));

    const auto& peers = child(family, "peers");
    const WideColumns columns(peers, out.style().width);
    const auto room = out.style().width;
    const bool narrow = room > 0 && room < kWidthOfIos;
    const auto layout = narrow ? Layout::narrow(peers, room) : Layout();
    out.print("{}{}{}\n", layout.header(), wide && columns.folded() ? "\n" : "",
              wide ? columns.header() : "");
    for (const auto& [address, peer] : peers)
        print_peer(address, peer.as_object(), layout, wide ? &columns : nullptr, out);

    const auto lacks_policy = [](const auto& entry) {
        const auto& peer = entry.value().as_object();
        return !flag(peer, "inboundPathPolicyConfig") || !flag(peer, "outboundPathPolicyConfig");
    };
    if (std::ranges::any_of(peers, lacks_policy)) out.write("\n");
    for (const auto& [address, peer] : peers)
        print_missing_policies(address, peer.as_object(), out);
    for (const auto& [address, peer] : peers)
        if (wide) print_left_out(address, peer.as_object(), out);
    if (text(family, "routerId") == "0.0.0.0")
        out.write(
            "\nBGP waits for an IPv4 address to take as router id (router.router-id sets one)\n");
}

std::string_view family_title(std::string_view key) {
    return key == "ipv4Unicast" ? "IPv4 Unicast" : "IPv6 Unicast";
}

}  // namespace

void show_bgp_summary(Invocation& call) {
    const auto target = "/v1/bgp/summary?family=" + std::string(call.family());
    if (passed_on_as_json(call, target + call.frr_form())) return;
    const auto body = parse_object(call.client.get(target));
    const bool titled = call.family() == "all";
    bool first = true;
    for (const auto& [key, family] : body) {
        if (child(family.as_object(), "peers").empty()) {
            if (!titled) call.out.print("No {} neighbor is configured\n", family_title(key));
            continue;
        }
        if (titled)
            call.out.print("{}For address family: {}\n", first ? "" : "\n", family_title(key));
        print_family(family.as_object(), call.wide, call.out);
        first = false;
    }
    if (first && titled) call.out.write("No neighbors are configured\n");
}

}  // namespace dx::cli
