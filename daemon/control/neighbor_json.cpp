#include "daemon/control/neighbor_json.hpp"

#include <algorithm>

#include "daemon/control/forms.hpp"
#include "daemon/control/limit_json.hpp"
#include "daemon/control/restart_json.hpp"

namespace dx::control {
namespace {

using Capabilities = bgp::Capabilities;

std::string_view role_name(std::optional<bgp::Role> role) {
    if (!role) return "undefined";
    switch (*role) {
        case bgp::Role::Provider: return "provider";
        case bgp::Role::RouteServer: return "rs-server";
        case bgp::Role::RouteServerClient: return "rs-client";
        case bgp::Role::Customer: return "customer";
        case bgp::Role::Peer: return "peer";
    }
    return "undefined";
}

std::int64_t milliseconds(std::chrono::seconds duration) {
    return Milliseconds(duration).count();
}

// An age or a time to come: in milliseconds under FRR's key, and as people read it.
void write_age(std::string_view key, std::string_view text_key,
               const std::optional<Milliseconds>& age, JsonWriter& json) {
    if (age) json.member(key, age->count()).member(text_key, age_text(*age));
}

void write_state(const NeighborView& neighbor, JsonWriter& json) {
    json.member("bgpState", neighbor.state);
    if (!neighbor.state_note.empty()) json.member("bgpStateNote", neighbor.state_note);
    if (!neighbor.shutdown_text.empty()) json.member("shutdownMessage", neighbor.shutdown_text);
    if (!neighbor.waiting_for.empty()) json.member("waitingFor", neighbor.waiting_for);
    if (!neighbor.last_error.empty()) json.member("lastError", neighbor.last_error);
    write_age("bgpTimerUpMsec", "bgpTimerUpString", neighbor.up_for, json);
    if (neighbor.up_for)
        json.member("bgpTimerUpEstablishedEpoch", epoch_seconds(*neighbor.up_for));
    else
        write_age("bgpStateForMsecs", "bgpStateForString", neighbor.state_for, json);
    if (neighbor.drain) {
        json.member("drain", neighbor.drain->remaining ? "leadingAway" : "drained");
        write_age("drainRemainingMsecs", "drainRemainingString", neighbor.drain->remaining, json);
    }
    write_age("returnDelayRemainingMsecs", "returnDelayRemainingString", neighbor.back_in_use,
              json);
}

void write_timers(const NeighborView& neighbor, JsonWriter& json) {
    const auto timer = [&](std::string_view configured, std::string_view used, TimerView view) {
        json.member(configured, milliseconds(view.configured));
        json.member(used, milliseconds(view.negotiated.value_or(view.configured)));
    };
    write_age("bgpTimerLastRead", "bgpTimerLastReadString", neighbor.last_read, json);
    write_age("bgpTimerLastWrite", "bgpTimerLastWriteString", neighbor.last_write, json);
    write_age("bgpInUpdateElapsedTimeMsecs", "bgpInUpdateElapsedTimeString", neighbor.last_update,
              json);
    timer("bgpTimerConfiguredHoldTimeMsecs", "bgpTimerHoldTimeMsecs", neighbor.hold);
    timer("bgpTimerConfiguredKeepAliveIntervalMsecs", "bgpTimerKeepAliveIntervalMsecs",
          neighbor.keepalive);
    json.member("timersNegotiated", neighbor.hold.negotiated.has_value());
}

// One row a capability that is there or not.
struct Flag {
    std::string_view key;
    bool (*has)(const Capabilities&);
    std::string_view both = "advertisedAndReceived";
};

constexpr Flag kFlags[] = {
    {"4byteAs", [](const Capabilities& c) { return c.four_octet_as.has_value(); }},
    {"extendedMessage", [](const Capabilities& c) { return c.extended_message; }},
    {"routeRefresh", [](const Capabilities& c) { return c.route_refresh; },
     "advertisedAndReceivedNew"},
    {"enhancedRouteRefresh", [](const Capabilities& c) { return c.enhanced_route_refresh; }},
    {"gracefulRestart", [](const Capabilities& c) { return c.graceful_restart.has_value(); }},
    {"longLivedGracefulRestart",
     [](const Capabilities& c) { return c.long_lived_restart.has_value(); }},
    {"role", [](const Capabilities& c) { return c.role.has_value(); }},
};

bool has_family(const Capabilities& capabilities, net::Family family) {
    return std::ranges::find(capabilities.multiprotocol, bgp::AfiSafi::unicast(family)) !=
           capabilities.multiprotocol.end();
}

void write_multiprotocol(const Capabilities& sent, const Capabilities& received, JsonWriter& json) {
    json.key("multiprotocolExtensions").begin_object();
    for (const auto family : bgp::kFamilies) {
        const bool out = has_family(sent, family);
        const bool in = has_family(received, family);
        if (!out && !in) continue;
        json.key(family_key(family)).begin_object();
        json.member(out && in ? "advertisedAndReceived" : out ? "advertised" : "received", true);
        json.end_object();
    }
    json.end_object();
}

// What others know and we do not act on: IANA's registry of capability codes.
struct Unsupported {
    unsigned code;
    std::string_view name;
};

constexpr unsigned kOldRouteRefresh = 128;  // Cisco's, of the same meaning as the standard one

constexpr Unsupported kUnsupported[] = {
    {3, "Outbound Route Filtering"},
    {4, "Multiple Routes to a Destination"},
    {5, "Extended Next Hop Encoding"},
    {7, "BGPsec"},
    {8, "Multiple Labels"},
    {67, "Dynamic Capability"},
    {68, "Multisession"},
    {69, "ADD-PATH"},
    {72, "Routing Policy Distribution"},
    {73, "FQDN"},
    {75, "Software Version"},
    {76, "PATHS-LIMIT"},
    {kOldRouteRefresh, "Route Refresh (before RFC 2918)"},
    {130, "Outbound Route Filtering (Cisco)"},
    {131, "Multisession (Cisco)"},
};

bool has_both_refreshes(const Capabilities& received) {
    return received.route_refresh && std::ranges::any_of(received.unknown, [](const auto& each) {
               return each.code == kOldRouteRefresh;
           });
}

void write_unsupported(const Capabilities& received, JsonWriter& json) {
    if (received.unknown.empty()) return;
    json.key("unsupportedReceived").begin_array();
    for (const auto& capability : received.unknown) {
        if (capability.code == kOldRouteRefresh && received.route_refresh) continue;
        json.begin_object().member("code", capability.code);
        const auto known = std::ranges::find(kUnsupported, capability.code, &Unsupported::code);
        if (known != std::end(kUnsupported)) json.member("name", known->name);
        json.end_object();
    }
    json.end_array();
}

void write_capabilities(const NeighborView& neighbor, JsonWriter& json) {
    if (!neighbor.sent && !neighbor.received) return;
    const auto sent = neighbor.sent.value_or(Capabilities{});
    const auto received = neighbor.received.value_or(Capabilities{});
    json.key("neighborCapabilities").begin_object();
    for (const auto& flag : kFlags) {
        const bool out = flag.has(sent);
        const bool in = flag.has(received);
        if (!out && !in) continue;
        const bool old_and_new = flag.key == "routeRefresh" && has_both_refreshes(received);
        const auto both = old_and_new ? "advertisedAndReceivedOldNew" : flag.both;
        json.member(flag.key, out && in ? both : out ? "advertised" : "received");
    }
    write_multiprotocol(sent, received, json);
    if (received.graceful_restart) write_restart_capability(*received.graceful_restart, json);
    write_unsupported(received, json);
    json.end_object();
}

void write_messages(const NeighborView& neighbor, JsonWriter& json) {
    const auto& sent = neighbor.messages_sent;
    const auto& received = neighbor.messages_received;
    json.key("messageStats").begin_object();
    json.member("depthInq", neighbor.input_queue).member("depthOutq", neighbor.output_queue);
    json.member("opensSent", sent.opens).member("opensRecv", received.opens);
    json.member("notificationsSent", sent.notifications);
    json.member("notificationsRecv", received.notifications);
    json.member("updatesSent", sent.updates).member("updatesRecv", received.updates);
    json.member("keepalivesSent", sent.keepalives).member("keepalivesRecv", received.keepalives);
    json.member("routeRefreshSent", sent.route_refreshes);
    json.member("routeRefreshRecv", received.route_refreshes);
    json.member("capabilitySent", 0).member("capabilityRecv", 0);
    json.member("totalSent", sent.total()).member("totalRecv", received.total());
    json.end_object();
}

void write_family(const NeighborFamilyView& family, JsonWriter& json) {
    json.key(family_key(family.family)).begin_object();
    json.member("configured", family.configured).member("negotiated", family.negotiated);
    json.member("inboundSoftConfigPermit", true);  // the Adj-RIB-In is always kept
    json.member("commAttriSentToNbr", "extendedAndStandard");
    json.member("inboundPathPolicyConfig", family.import_policy.has_value());
    json.member("outboundPathPolicyConfig", family.export_policy.has_value());
    if (family.import_policy)
        json.member("routeMapForIncomingAdvertisements", *family.import_policy);
    if (family.export_policy)
        json.member("routeMapForOutgoingAdvertisements", *family.export_policy);
    json.member("receivedPrefixCounter", family.received);
    json.member("acceptedPrefixCounter", family.accepted);
    json.member("sentPrefixCounter", family.advertised);
    if (family.limit_in) {
        json.member("prefixAllowedMax", family.limit_in->max);
        if (family.limit_in->warn_percent)
            json.member("prefixAllowedWarningThresh", *family.limit_in->warn_percent);
    }
    write_limit("prefixLimitIn", family.limit_in, json);
    write_limit("prefixLimitOut", family.limit_out, json);
    if (family.sent_too_many) json.member("sentTooManyPrefixCounter", *family.sent_too_many);
    json.member("endOfRibSent", family.end_of_rib_sent);
    json.member("endOfRibReceived", family.end_of_rib_received);
    json.end_object();
}

void write_connection(const NeighborView& neighbor, JsonWriter& json) {
    const bool connected = neighbor.local_port != 0 || neighbor.remote_port != 0;
    json.member("connectionsEstablished", neighbor.established);
    json.member("connectionsDropped", neighbor.dropped);
    if (neighbor.last_down) {
        write_age("lastResetTimerMsecs", "lastResetTimerString", neighbor.last_down->ago, json);
        json.member("lastResetDueTo", neighbor.last_down->reason);
    }
    if (neighbor.external()) json.member("externalBgpNbrMaxHopsAway", neighbor.multihop);
    json.member("ttlSecurity", neighbor.ttl_security).member("passive", neighbor.passive);
    json.member("password", neighbor.password);
    json.member("hostLocal", connected && neighbor.local_address
                                 ? neighbor.local_address->to_string()
                                 : "Unknown");
    json.member("portLocal", connected ? int{neighbor.local_port} : -1);
    json.member("hostForeign", connected ? neighbor_label(neighbor) : "Unknown");
    json.member("portForeign", connected ? int{neighbor.remote_port} : -1);
    if (connected && neighbor.local_address)
        json.member("nexthop", neighbor.local_address->to_string());
    json.member("connectRetryTimer", neighbor.connect_retry.count());
    write_age("nextConnectTimerDueInMsecs", "nextConnectTimerDueInString", neighbor.next_connect,
              json);
}

void write_bfd(const BfdView& bfd, JsonWriter& json) {
    json.key("peerBfdInfo").begin_object();
    json.member("type", "single hop");
    json.member("detectMultiplier", bfd.multiplier);
    json.member("rxMinInterval", bfd.interval.count());
    json.member("txMinInterval", bfd.interval.count());
    json.member("status", bfd.state);
    if (bfd.last_change) json.member("lastUpdate", age_text(*bfd.last_change));
    json.end_object();
}

}  // namespace

void write_neighbor(const NeighborView& neighbor, JsonWriter& json) {
    const auto id_text = [](const std::optional<bgp::RouterId>& id) {
        return bgp::to_string(id.value_or(bgp::RouterId{}));
    };
    json.begin_object().member("name", neighbor.name);
    json.member("remoteAs", neighbor.remote_as).member("localAs", neighbor.local_as);
    json.member(neighbor.external() ? "nbrExternalLink" : "nbrInternalLink", true);
    json.member("localRole", role_name(neighbor.local_role));
    json.member("remoteRole",
                role_name(neighbor.received ? neighbor.received->role : std::nullopt));
    if (!neighbor.description.empty()) json.member("nbrDesc", neighbor.description);
    if (!neighbor.profile.empty()) json.member("profile", neighbor.profile);
    json.member("bgpVersion", 4);
    json.member("remoteRouterId", id_text(neighbor.remote_id));
    json.member("localRouterId", id_text(neighbor.local_id));
    write_state(neighbor, json);
    write_timers(neighbor, json);
    json.member("extendedMessages", neighbor.extended_messages);
    write_capabilities(neighbor, json);
    write_restart(neighbor, json);
    write_messages(neighbor, json);
    json.member("minBtwnAdvertisementRunsTimerMsecs", 0);
    json.key("addressFamilyInfo").begin_object();
    for (const auto& family : neighbor.families)
        write_family(family, json);
    json.end_object();
    write_connection(neighbor, json);
    if (neighbor.bfd) write_bfd(*neighbor.bfd, json);
    json.end_object();
}

}  // namespace dx::control
