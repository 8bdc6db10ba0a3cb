// `show ip bgp summary`, to the column as Cisco IOS prints it: programs read it by its layout.
#include <algorithm>

#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {
namespace {

constexpr std::size_t kNeighborWidth = 16;

std::string limit_text(const Object& peer) {
    return has(peer, "pfxSntMax") ? std::to_string(number(peer, "pfxSntMax")) : "-";
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

// The columns of --wide, behind those of IOS.
class WideColumns {
public:
    explicit WideColumns(const Object& peers) {
        for (const auto& [address, peer] : peers)
            width_ = std::max(width_, down_reason(peer.as_object()).size());
    }

    std::string header() const {
        return fmt::format(" {:>8} {:>8} {:<9} {:<{}} {}", "PfxSnt", "Limit", "BFD", kDown, width_,
                           "Description");
    }

    std::string row(const Object& peer) const {
        return fmt::format(" {:>8} {:>8} {:<9} {:<{}} {}", number(peer, "pfxSnt"), limit_text(peer),
                           or_dash(text(peer, "bfdState")), down_reason(peer), width_,
                           or_dash(text(peer, "desc")));
    }

private:
    static constexpr std::string_view kDown = "Last down";

    std::size_t width_ = kDown.size();
};

void print_peer(std::string_view address, const Object& peer, const WideColumns* wide,
                Output& out) {
    if (address.size() < kNeighborWidth)
        out.print("{:<{}}", address, kNeighborWidth);
    else
        out.print("{}\n{:{}}", address, "", kNeighborWidth);
    out.print("{} {:>12} {:>7} {:>7} {:>8} {:>4} {:>4} {:<8} ", number(peer, "version"),
              number(peer, "remoteAs"), number(peer, "msgRcvd"), number(peer, "msgSent"),
              number(peer, "tableVersion"), number(peer, "inq"), number(peer, "outq"),
              text(peer, "peerUptime"));
    const auto state = text(peer, "state");
    if (state == "Established")
        out.print("{:>12}", number(peer, "pfxRcd"));
    else
        out.print("{:<{}}", state, wide ? 12 : 0);
    if (wide) out.write(wide->row(peer));
    out.write("\n");
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

void print_family(const Object& family, bool wide, Output& out) {
    out.print("BGP router identifier {}, local AS number {}\n", text(family, "routerId"),
              number(family, "as"));
    out.print("BGP table version is {}, main routing table version {}\n",
              number(family, "tableVersion"), number(family, "mainTableVersion"));
    out.print("{} network entries using {} bytes of memory\n\n", number(family, "ribCount"),
              number(family, "ribMemory"));

    const auto& peers = child(family, "peers");
    const WideColumns columns(peers);
    out.write(
        "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  "
        "State/PfxRcd");
    out.print("{}\n", wide ? columns.header() : "");
    for (const auto& [address, peer] : peers)
        print_peer(address, peer.as_object(), wide ? &columns : nullptr, out);

    const auto lacks_policy = [](const auto& entry) {
        const auto& peer = entry.value().as_object();
        return !flag(peer, "inboundPathPolicyConfig") || !flag(peer, "outboundPathPolicyConfig");
    };
    if (std::ranges::any_of(peers, lacks_policy)) out.write("\n");
    for (const auto& [address, peer] : peers)
        print_missing_policies(address, peer.as_object(), out);
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
    if (passed_on_as_json(call, target)) return;
    const auto body = parse_object(call.client.get(target));
    const bool titled = call.family() == "all";
    bool first = true;
    for (const auto& [key, family] : body) {
        if (titled && child(family.as_object(), "peers").empty()) continue;
        if (titled)
            call.out.print("{}For address family: {}\n", first ? "" : "\n", family_title(key));
        print_family(family.as_object(), call.wide, call.out);
        first = false;
    }
    if (first) call.out.write("No neighbors are configured\n");
}

}  // namespace dx::cli
