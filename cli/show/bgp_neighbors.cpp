// `show ip bgp neighbors`: the long form, in the words of Cisco IOS and FRR.
#include <utility>

#include "cli/command.hpp"
#include "cli/fields.hpp"
#include "cli/show/prefix_limits.hpp"

namespace dx::cli {
namespace {

// Keys of the API and the words people know them by.
struct Named {
    std::string_view key;
    std::string_view name;
};

constexpr Named kFamilies[] = {{"ipv4Unicast", "IPv4 Unicast"}, {"ipv6Unicast", "IPv6 Unicast"}};

constexpr Named kCapabilities[] = {
    {"4byteAs", "4 Byte AS"},
    {"extendedMessage", "Extended Message"},
    {"routeRefresh", "Route refresh"},
    {"enhancedRouteRefresh", "Enhanced Route Refresh"},
    {"role", "Role"},
    {"gracefulRestart", "Graceful Restart"},
    {"longLivedGracefulRestart", "Long-lived Graceful Restart"},
};

constexpr Named kExchanges[] = {
    {"advertisedAndReceived", "advertised and received"},
    {"advertisedAndReceivedNew", "advertised and received(new)"},
    {"advertisedAndReceivedOldNew", "advertised and received(old & new)"},
    {"advertised", "advertised"},
    {"received", "received"},
};

struct Counter {
    std::string_view name;
    std::string_view sent;
    std::string_view received;
};

constexpr Counter kCounters[] = {
    {"Opens", "opensSent", "opensRecv"},
    {"Notifications", "notificationsSent", "notificationsRecv"},
    {"Updates", "updatesSent", "updatesRecv"},
    {"Keepalives", "keepalivesSent", "keepalivesRecv"},
    {"Route Refresh", "routeRefreshSent", "routeRefreshRecv"},
    {"Total", "totalSent", "totalRecv"},
};

std::string_view exchange_text(std::string_view key) {
    for (const auto& [word, name] : kExchanges)
        if (word == key) return name;
    return key;
}

void print_identity(std::string_view address, const Object& neighbor, Output& out) {
    out.print("BGP neighbor is {}, remote AS {}, local AS {}, {} link\n", address,
              number(neighbor, "remoteAs"), number(neighbor, "localAs"),
              flag(neighbor, "nbrExternalLink") ? "external" : "internal");
    const auto line = [&](std::string_view key, std::string_view name) {
        if (const auto value = text(neighbor, key); !value.empty())
            out.print(" {}: {}\n", name, value);
    };
    if (text(neighbor, "name") != address) line("name", "Name");
    line("nbrDesc", "Description");
    line("profile", "Profile");
    const auto local_role = text(neighbor, "localRole");
    const auto remote_role = text(neighbor, "remoteRole");
    if (local_role != "undefined" || remote_role != "undefined")
        out.print("  Local role: {}, remote role: {}\n", local_role, remote_role);
    out.print("  BGP version 4, remote router ID {}, local router ID {}\n",
              text(neighbor, "remoteRouterId"), text(neighbor, "localRouterId"));
}

void print_state(const Object& neighbor, Output& out) {
    const auto state = text(neighbor, "bgpState");
    out.print("  BGP state = {}",
              out.toned(state, state == "Established"                      ? Tone::Good
                               : text(neighbor, "bgpStateNote") == "Admin" ? Tone::Plain
                                                                           : Tone::Bad));
    if (const auto note = text(neighbor, "bgpStateNote"); !note.empty()) out.print(" ({})", note);
    if (const auto up = text(neighbor, "bgpTimerUpString"); !up.empty())
        out.print(", up for {}", up);
    else if (const auto since = text(neighbor, "bgpStateForString"); !since.empty())
        out.print(", for {}", since);
    out.write("\n");
    const auto line = [&](std::string_view key, std::string_view name) {
        if (const auto value = text(neighbor, key); !value.empty())
            out.print("  {}: {}\n", name, value);
    };
    line("shutdownMessage", "Shut down with the message");
    line("waitingFor", "Waiting");
    line("lastError", "Last error");
    line("drainRemainingString", "Drained by the operator, the session ends in");
    if (text(neighbor, "drain") == "drained") out.write("  Drained by the operator\n");
    line("returnDelayRemainingString", "Not used yet (return-delay), in use again in");
}

void print_timers(const Object& neighbor, Output& out) {
    const auto seconds = [&](std::string_view key) { return number(neighbor, key) / 1000; };
    if (has(neighbor, "bgpTimerLastReadString"))
        out.print("  Last read {}, Last write {}\n", text(neighbor, "bgpTimerLastReadString"),
                  text(neighbor, "bgpTimerLastWriteString"));
    if (flag(neighbor, "timersNegotiated"))
        out.print("  Hold time is {} seconds, keepalive interval is {} seconds\n",
                  seconds("bgpTimerHoldTimeMsecs"), seconds("bgpTimerKeepAliveIntervalMsecs"));
    const auto hold = seconds("bgpTimerConfiguredHoldTimeMsecs");
    const auto keepalive = seconds("bgpTimerConfiguredKeepAliveIntervalMsecs");
    out.print("  Configured hold time is {} seconds, keepalive interval is {} seconds{}\n", hold,
              keepalive,
              keepalive * 3 > hold && hold > 0 ? " (a third of the hold time is used)" : "");
}

void print_capabilities(const Object& neighbor, Output& out) {
    const auto& capabilities = child(neighbor, "neighborCapabilities");
    if (capabilities.empty()) return;
    out.write("  Neighbor capabilities:\n");
    for (const auto& [key, name] : kCapabilities)
        if (const auto exchange = text(capabilities, key); !exchange.empty())
            out.print("    {}: {}\n", name, exchange_text(exchange));
    if (has(capabilities, "gracefulRestartRemoteTimerMsecs"))
        out.print("      Remote Restart timer is {} seconds\n",
                  number(capabilities, "gracefulRestartRemoteTimerMsecs") / 1000);
    const auto& multiprotocol = child(capabilities, "multiprotocolExtensions");
    for (const auto& [key, name] : kFamilies)
        for (const auto& [exchange, truth] : child(multiprotocol, key))
            out.print("    Address Family {}: {}\n", name, exchange_text(exchange));
    for (const auto& each : list(capabilities, "unsupportedReceived")) {
        const auto& capability = each.as_object();
        const auto name = text(capability, "name");
        out.print("    {}: received, not supported here\n",
                  name.empty() ? fmt::format("Capability {}", number(capability, "code"))
                               : std::string(name));
    }
}

void print_kept(const Object& family, Output& out) {
    const auto phase = text(family, "phase");
    if (phase.empty()) return;
    const auto& timers = child(family, "timers");
    const auto left = number(timers, "stalePathTimerRemaining");
    const auto of = number(timers, "stalePathTimer");
    out.print("      {} stale routes in use, ", number(family, "staleRoutes"));
    if (phase == "back")
        out.print("{} of {} s left until its End-of-RIB\n", left, of);
    else
        out.print("{} of {} s left for it to come back{}\n", left, of,
                  phase == "longAway" ? " (long-lived: the last choice)" : "");
}

void print_restart(const Object& restart, Output& out) {
    if (text(restart, "localGrMode") == "Disable") return;
    const auto yes = [&](const Object& in, std::string_view key) {
        return flag(in, key) ? "True" : "False";
    };
    out.print("  Graceful restart information:{}\n",
              flag(restart, "helping") ? " HELPING: routes have outlived a session" : "");
    out.print("    Local GR Mode: {}\n    Remote GR Mode: {}\n    R bit: {}\n    N bit: {}\n",
              text(restart, "localGrMode"), text(restart, "remoteGrMode"), yes(restart, "rBit"),
              yes(restart, "nBit"));
    const auto& timers = child(restart, "timers");
    out.print("    Timers:\n      Configured Restart Time(sec): {}\n",
              number(timers, "configuredRestartTimer"));
    if (has(timers, "receivedRestartTimer"))
        out.print("      Received Restart Time(sec): {}\n", number(timers, "receivedRestartTimer"));
    for (const auto& [key, name] : kFamilies) {
        if (!has(restart, key)) continue;
        const auto& family = child(restart, key);
        out.print("    {}:\n      F bit: {}\n", name, yes(family, "fBit"));
        if (const auto time = number(child(family, "timers"), "longLivedStaleTime"); time != 0)
            out.print("      Long-lived Stale Time(sec): {}\n", time);
        if (flag(family, "selectionDeferred"))
            out.write("      Routes are not chosen yet: we have restarted\n");
        print_kept(family, out);
    }
}

void print_messages(const Object& neighbor, Output& out) {
    const auto& stats = child(neighbor, "messageStats");
    out.print("  Message statistics:\n    Inq depth is {}\n    Outq depth is {}\n",
              number(stats, "depthInq"), number(stats, "depthOutq"));
    out.print("    {:<14} {:>10} {:>10}\n", "", "Sent", "Rcvd");
    for (const auto& [name, sent, received] : kCounters)
        out.print("    {:<14} {:>10} {:>10}\n", fmt::format("{}:", name), number(stats, sent),
                  number(stats, received));
}

void print_policy(const Object& family, std::string_view key, std::string_view direction,
                  Output& out) {
    const auto policy = text(family, key);
    if (policy.empty())
        out.print("  No policy for {} advertisements: nothing passes (RFC 8212)\n", direction);
    else
        out.print("  Route map for {} advertisements is {}\n", direction, policy);
}

void print_family(std::string_view name, const Object& family, Output& out) {
    out.print("\n For address family: {}{}\n", name,
              !flag(family, "configured")   ? " (until this session ends)"
              : !flag(family, "negotiated") ? " (not negotiated)"
                                            : "");
    print_policy(family, "routeMapForIncomingAdvertisements", "incoming", out);
    print_policy(family, "routeMapForOutgoingAdvertisements", "outgoing", out);
    out.print("  {} received, {} accepted, {} advertised prefixes\n",
              number(family, "receivedPrefixCounter"), number(family, "acceptedPrefixCounter"),
              number(family, "sentPrefixCounter"));
    print_limits(family, out);
    out.print("  End-of-RIB sent: {}, received: {}\n", flag(family, "endOfRibSent") ? "yes" : "no",
              flag(family, "endOfRibReceived") ? "yes" : "no");
}

void print_connection(const Object& neighbor, Output& out) {
    out.print("\n  Connections established {}; dropped {}\n",
              number(neighbor, "connectionsEstablished"), number(neighbor, "connectionsDropped"));
    if (const auto reason = text(neighbor, "lastResetDueTo"); !reason.empty())
        out.print("  Last reset {}, due to {}\n", text(neighbor, "lastResetTimerString"), reason);
    else
        out.write("  Last reset never\n");
    if (const auto hops = number(neighbor, "externalBgpNbrMaxHopsAway"); hops > 1)
        out.print("  External BGP neighbor may be up to {} hops away\n", hops);
    if (flag(neighbor, "ttlSecurity"))
        out.write("  TTL security: only packets with TTL 255 are accepted (RFC 5082)\n");
    if (flag(neighbor, "passive")) out.write("  Passive: waits for the neighbor to connect\n");
    if (flag(neighbor, "password")) out.write("  TCP MD5 password is set\n");
    if (number(neighbor, "portForeign") > 0) {
        out.print("Local host: {}, Local port: {}\n", text(neighbor, "hostLocal"),
                  number(neighbor, "portLocal"));
        out.print("Foreign host: {}, Foreign port: {}\n", text(neighbor, "hostForeign"),
                  number(neighbor, "portForeign"));
    }
    out.print("BGP Connect Retry Timer in Seconds: {}", number(neighbor, "connectRetryTimer"));
    if (const auto due = text(neighbor, "nextConnectTimerDueInString"); !due.empty())
        out.print(", next try in {}", due);
    out.write("\n");
}

void print_bfd(const Object& bfd, Output& out) {
    if (bfd.empty()) return;
    out.print("\n  BFD: Type: {}\n", text(bfd, "type"));
    out.print("  Detect Multiplier: {}, Min Rx interval: {}, Min Tx interval: {}\n",
              number(bfd, "detectMultiplier"), number(bfd, "rxMinInterval"),
              number(bfd, "txMinInterval"));
    out.print("  Status: {}", text(bfd, "status"));
    if (const auto since = text(bfd, "lastUpdate"); !since.empty())
        out.print(", Last update: {}", since);
    out.write("\n");
}

void print_neighbor(std::string_view address, const Object& neighbor, Output& out) {
    print_identity(address, neighbor, out);
    print_state(neighbor, out);
    print_timers(neighbor, out);
    print_capabilities(neighbor, out);
    print_restart(child(neighbor, "gracefulRestartInfo"), out);
    print_messages(neighbor, out);
    const auto& families = child(neighbor, "addressFamilyInfo");
    for (const auto& [key, name] : kFamilies)
        if (has(families, key)) print_family(name, child(families, key), out);
    print_connection(neighbor, out);
    print_bfd(child(neighbor, "peerBfdInfo"), out);
}

}  // namespace

void show_bgp_neighbors(Invocation& call) {
    std::string target = "/v1/bgp/neighbors";
    if (!call.argument().empty()) target += '/' + percent_encoded(call.argument());
    const bool by_family = call.argument().empty() && call.match.words[1] == "bgp";
    // `show ip bgp neighbors` means all, as with FRR
    target += "?family=" + std::string(by_family ? call.family() : "all");
    if (passed_on_as_json(call, target + call.frr_form())) return;
    const auto body = parse_object(call.client.get(target));
    bool first = true;
    for (const auto& [address, neighbor] : body) {
        if (!std::exchange(first, false)) call.out.write("\n");
        print_neighbor(address, neighbor.as_object(), call.out);
    }
    if (first) call.out.write("No neighbors are configured\n");
}

}  // namespace dx::cli
