#include "cli/doctor/daemon_facts.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "cli/failure.hpp"
#include "cli/fields.hpp"

namespace dx::doctor {
namespace {

using cli::child;
using cli::flag;
using cli::has;
using cli::number;
using cli::Object;
using cli::text;

constexpr std::array<std::pair<std::string_view, net::Family>, 2> kFamilies{{
    {"ipv4Unicast", net::Family::Ipv4},
    {"ipv6Unicast", net::Family::Ipv6},
}};

// `show bfd peers` has FRR's words, the neighbor RFC 5880's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kBfdStates{{
    {"up", "Up"},
    {"down", "Down"},
    {"init", "Init"},
    {"shutdown", "AdminDown"},
}};

std::uint64_t count(const Object& object, std::string_view key) {
    return static_cast<std::uint64_t>(number(object, key));
}

std::optional<PrefixLimit> limit_of(const Object& family, std::string_view key) {
    if (!has(family, key)) return std::nullopt;
    const auto& limit = child(family, key);
    PrefixLimit result{count(limit, "max"), count(limit, "beyond"), std::nullopt,
                       flag(limit, "byPeer"), count(limit, "aggregated")};
    if (has(limit, "warnPercent"))
        result.warn_percent = static_cast<unsigned>(number(limit, "warnPercent"));
    return result;
}

Family family_of(net::Family which, const Object& described) {
    Family family;
    family.family = which;
    family.configured = flag(described, "configured");
    family.negotiated = flag(described, "negotiated");
    family.import_policy = text(described, "routeMapForIncomingAdvertisements");
    family.export_policy = text(described, "routeMapForOutgoingAdvertisements");
    family.received = count(described, "receivedPrefixCounter");
    family.accepted = count(described, "acceptedPrefixCounter");
    family.advertised = count(described, "sentPrefixCounter");
    family.sent_too_many = count(described, "sentTooManyPrefixCounter");
    family.limit_in = limit_of(described, "prefixLimitIn");
    family.limit_out = limit_of(described, "prefixLimitOut");
    return family;
}

void take_session(const Object& described, Neighbor& neighbor) {
    neighbor.state = text(described, "bgpState");
    neighbor.up_for = text(described, "bgpTimerUpString");
    neighbor.returns_in = text(described, "returnDelayRemainingString");
    neighbor.shut_down = text(described, "bgpStateNote") == "Admin";
    neighbor.drain = text(described, "drain");
    neighbor.held_down = text(described, "bgpStateNote") == "PfxCt";
    neighbor.waiting_for = text(described, "waitingFor");
    neighbor.last_error = text(described, "lastError");
    neighbor.last_down = text(described, "lastResetDueTo");
    neighbor.last_down_ago = text(described, "lastResetTimerString");
    const auto& families = child(described, "addressFamilyInfo");
    for (const auto& [key, family] : kFamilies)
        if (has(families, key))
            neighbor.families.push_back(family_of(family, child(families, key)));
}

// The local address: that of the connection where there is one, else the configured one.
void take_local(const Object& described, const RunningConfig::Neighbor& configured,
                Neighbor& neighbor) {
    neighbor.local = net::IpAddress::parse(configured.local_address);
    neighbor.local_configured = neighbor.local.has_value();
    if (!neighbor.local) neighbor.local = net::IpAddress::parse(text(described, "hostLocal"));
}

// `label` is the address, for a link-local one with its interface behind a '%'.
Neighbor neighbor_of(std::string_view label, const Object& described, const RunningConfig& config) {
    Neighbor neighbor;
    neighbor.label = label;
    const auto percent = std::min(label.find('%'), label.size());
    neighbor.name = text(described, "name");
    neighbor.address = net::IpAddress::parse(label.substr(0, percent)).value_or(net::IpAddress());
    if (percent < label.size()) neighbor.link.name = label.substr(percent + 1);
    neighbor.profile = text(described, "profile");
    neighbor.single_hop = number(described, "externalBgpNbrMaxHopsAway") == 1;  // eBGP's alone
    neighbor.remote_as = static_cast<std::uint32_t>(number(described, "remoteAs"));
    neighbor.local_as = static_cast<std::uint32_t>(number(described, "localAs"));
    neighbor.password = flag(described, "password");
    neighbor.bfd_configured = has(described, "peerBfdInfo");
    take_session(described, neighbor);
    const auto configured = config.neighbors.find(neighbor.name);
    if (configured != config.neighbors.end() && neighbor.link.name.empty())
        neighbor.link.name = configured->second.interface;
    take_local(
        described,
        configured == config.neighbors.end() ? RunningConfig::Neighbor{} : configured->second,
        neighbor);
    return neighbor;
}

std::string bfd_state(std::string_view status) {
    for (const auto& [word, state] : kBfdStates)
        if (word == status) return std::string(state);
    return std::string(status);
}

Bfd bfd_of(const Object& session) {
    Bfd bfd;
    bfd.state = bfd_state(text(session, "status"));
    bfd.heard = number(session, "remote-id") != 0;
    bfd.diagnostic = text(session, "diagnostic");
    bfd.remote_diagnostic = text(session, "remote-diagnostic");
    bfd.detection_time = std::chrono::milliseconds(number(session, "detection-time"));
    bfd.trouble = text(session, "trouble");
    bfd.refused = text(session, "refused");
    return bfd;
}

// One that was given back is judged as any other: nothing promises that it comes back.
void take_failover_test(cli::Client& client, std::vector<Neighbor>& neighbors) {
    const auto test = cli::parse_object(client.get("/v1/failover-test"));
    if (flag(test, "over") || has(test, "givenBackMsecs")) return;
    for (auto& neighbor : neighbors)
        neighbor.tested = neighbor.name == text(test, "neighbor") && !neighbor.established();
}

void take_bfd(cli::Client& client, std::vector<Neighbor>& neighbors) {
    for (const auto& each : cli::parse_array(client.get("/v1/bfd/peers"))) {
        const auto& session = each.as_object();
        const auto of = std::ranges::find(neighbors, text(session, "neighbor"), &Neighbor::name);
        if (of != neighbors.end()) of->bfd = bfd_of(session);
    }
}

bool serves(const Object& session, const RunningConfig::WatchedRoute& route) {
    const auto& prefixes = cli::list(session, "static-routes");
    return text(session, "peer") == route.via &&
           (route.interface.empty() || text(session, "interface") == route.interface) &&
           std::ranges::find(prefixes, boost::json::value(route.prefix)) != prefixes.end();
}

Gateway gateway_of(const RunningConfig::WatchedRoute& route, const boost::json::array& sessions) {
    Gateway gateway;
    auto& neighbor = gateway.neighbor;
    neighbor.name = neighbor.label = route.via;
    neighbor.address = net::IpAddress::parse(route.via).value_or(net::IpAddress());
    neighbor.link.name = route.interface;
    neighbor.bfd_configured = true;
    for (const auto& each : sessions) {
        const auto& session = each.as_object();
        if (!serves(session, route)) continue;
        neighbor.bfd = bfd_of(session);
        neighbor.link.name = text(session, "interface");
        neighbor.local = net::IpAddress::parse(text(session, "local"));
    }
    return gateway;
}

}  // namespace

Daemon ask_daemon(cli::Client& client) {
    try {
        const auto version = cli::parse_object(client.get("/v1/version"));
        return {true, std::string(text(version, "version")), {}};
    } catch (const cli::Failure& failure) {
        return {false, {}, failure.what()};
    }
}

void take_health(cli::Client& client, Daemon& daemon) {
    const auto health = cli::parse_object(client.get("/v1/health"));
    const auto take = [&](const char* list, const char* named, auto& into) {
        for (const auto& each : cli::list(health, list))
            if (const auto& entry = each.as_object(); has(entry, "trouble"))
                into.emplace_back(text(entry, named), text(entry, "trouble"));
    };
    take("stateFiles", "name", daemon.unwritten);
    take("listeners", "protocol", daemon.not_listening);
}

RunningConfig ask_running_config(cli::Client& client) {
    const auto reply = cli::parse_object(client.get("/v1/config/running"));
    return parse_running_config(std::string(text(reply, "text")));
}

std::vector<Neighbor> ask_neighbors(cli::Client& client, std::string_view wanted,
                                    const RunningConfig& config) {
    std::string target = "/v1/bgp/neighbors";
    if (!wanted.empty()) target += '/' + cli::percent_encoded(wanted);
    std::vector<Neighbor> neighbors;
    for (const auto& [label, described] : cli::parse_object(client.get(target)))
        neighbors.push_back(neighbor_of(label, described.as_object(), config));
    take_bfd(client, neighbors);
    take_failover_test(client, neighbors);
    return neighbors;
}

std::vector<Gateway> ask_gateways(cli::Client& client, const RunningConfig& config) {
    std::vector<Gateway> gateways;
    if (config.watched_routes.empty()) return gateways;
    const auto sessions = cli::parse_array(client.get("/v1/bfd/peers"));
    for (const auto& route : config.watched_routes) {
        const auto known = std::ranges::find_if(gateways, [&](const Gateway& gateway) {
            return gateway.neighbor.name == route.via &&
                   (route.interface.empty() || gateway.neighbor.link.name == route.interface);
        });
        auto& gateway =
            known != gateways.end() ? *known : gateways.emplace_back(gateway_of(route, sessions));
        gateway.routes.push_back(route.prefix);
    }
    return gateways;
}

}  // namespace dx::doctor
