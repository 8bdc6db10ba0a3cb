#include "daemon/control/bgp_json.hpp"

#include <cmath>
#include <ctime>

#include "daemon/control/forms.hpp"
#include "libbgp/wire/link_bandwidth.hpp"

namespace dx::control {
namespace {

void write_next_hops(const BgpPathView& path, bool detailed, JsonWriter& json) {
    const auto& next_hop = path.attributes.next_hop;
    const auto write = [&](const net::IpAddress& address, std::string_view scope, bool used) {
        json.begin_object().member("ip", address.to_string());
        json.member("afi", net::to_string(address.family()));
        if (address.is_v6()) json.member("scope", scope);
        if (detailed) {
            if (path.interior_cost) json.member("metric", *path.interior_cost);
            if (path.next_hop_looked_up) json.member("accessible", path.interior_cost.has_value());
        }
        if (used) json.member("used", true);
        json.end_object();
    };
    json.key("nexthops").begin_array();
    const bool alone = !next_hop.link_local;
    write(next_hop.address, next_hop.address.is_link_local() ? "link-local" : "global", alone);
    if (!alone) write(*next_hop.link_local, "link-local", true);
    json.end_array();
}

// Our own: why a path was not chosen, and what stands ready to replace it.
void write_decision(const BgpPathView& path, JsonWriter& json) {
    if (!path.best && !path.reason.empty()) {
        json.key("notBest").begin_object().member("step", path.reason);
        json.member("values", path.reason_values).end_object();
    }
    if (!path.rejected_by.empty()) json.member("rejectedBy", path.rejected_by);
    if (path.backup) json.member("backup", true);
    if (path.stale) json.member("stale", true);
    if (!path.kept.empty()) json.member("kept", path.kept);
    if (!path.returning.empty()) json.member("returning", path.returning);
}

std::string peer_id(const BgpPathView& path, std::string_view of_our_own) {
    if (!path.neighbor) return std::string(of_our_own);
    return neighbor_label(*path.neighbor, path.neighbor_interface);
}

void write_as_path(const bgp::AsPath& as_path, JsonWriter& json) {
    json.key("aspath").begin_object().member("string", as_path.to_string());
    json.key("segments").begin_array();
    for (const auto& segment : as_path.segments()) {
        json.begin_object().member("type", "as-sequence").key("list").begin_array();
        for (const auto number : segment)
            json.value(number);
        json.end_array().end_object();
    }
    json.end_array().member("length", as_path.length()).end_object();
}

template <class List>
void write_communities(std::string_view key, const List& list, JsonWriter& json) {
    if (list.empty()) return;
    std::string text;
    for (const auto& community : list)
        text += (text.empty() ? "" : " ") + bgp::to_string(community);
    json.key(key).begin_object().member("string", text).key("list").begin_array();
    for (const auto& community : list)
        json.value(bgp::to_string(community));
    json.end_array().end_object();
}

// What the paths that are used together share by: the first one that says something.
void write_link_bandwidth(const bgp::PathAttributes& attributes, JsonWriter& json) {
    constexpr double kBytesPerMbit = 125'000;
    for (const auto& community : attributes.extended_communities)
        if (const auto bytes = bgp::link_bandwidth(community); bytes && std::isfinite(*bytes))
            return void(json.member("linkBandwidthMbps", *bytes / kBytesPerMbit));
}

void write_optional_attributes(const bgp::PathAttributes& attributes, JsonWriter& json) {
    write_communities("community", attributes.communities, json);
    write_communities("extendedCommunity", attributes.extended_communities, json);
    write_communities("largeCommunity", attributes.large_communities, json);
    write_link_bandwidth(attributes, json);
    if (attributes.aws_link != bgp::AwsLink::None)
        json.member("learntOver", bgp::to_string(attributes.aws_link));
    if (attributes.atomic_aggregate) json.member("atomicAggregate", true);
    if (attributes.aggregator)
        json.member("aggregatorAs", attributes.aggregator->as)
            .member("aggregatorId", bgp::to_string(attributes.aggregator->address));
    if (attributes.originator_id)
        json.member("originatorId", bgp::to_string(*attributes.originator_id));
    if (!attributes.cluster_list.empty()) {
        json.key("clusterList").begin_object().key("list").begin_array();
        for (const auto id : attributes.cluster_list)
            json.value(bgp::to_string(bgp::RouterId{id}));
        json.end_array().end_object();
    }
    if (attributes.only_to_customer) json.member("otc", *attributes.only_to_customer);
}

void write_last_update(Milliseconds age, JsonWriter& json) {
    const std::time_t epoch = epoch_seconds(age);
    std::tm local{};
    localtime_r(&epoch, &local);
    char text[64];
    std::strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y\n", &local);
    json.key("lastUpdate").begin_object().member("epoch", epoch).member("string", text);
    json.end_object();
}

void write_peer(const BgpPathView& path, JsonWriter& json) {
    json.key("peer").begin_object();
    json.member("peerId", peer_id(path, "0.0.0.0"));
    if (path.neighbor_id) json.member("routerId", bgp::to_string(*path.neighbor_id));
    if (path.neighbor) json.member("type", path.external ? "external" : "internal");
    if (!path.neighbor_name.empty()) json.member("name", path.neighbor_name);
    json.end_object();
}

}  // namespace

std::string_view origin_name(bgp::Origin origin) {
    switch (origin) {
        case bgp::Origin::Igp: return "IGP";
        case bgp::Origin::Egp: return "EGP";
        case bgp::Origin::Incomplete: break;
    }
    return "incomplete";
}

std::string_view origin_code(bgp::Origin origin) {
    switch (origin) {
        case bgp::Origin::Igp: return "i";
        case bgp::Origin::Egp: return "e";
        case bgp::Origin::Incomplete: break;
    }
    return "?";
}

void write_path(const BgpRouteView& route, const BgpPathView& path, JsonWriter& json) {
    const auto& attributes = path.attributes;
    json.begin_object();
    if (path.valid) json.member("valid", true);
    if (path.multipath) json.member("multipath", true);
    if (path.best) json.member("bestpath", true).member("selectionReason", path.reason);
    json.member("pathFrom", path.external || !path.neighbor ? "external" : "internal");
    json.member("prefix", route.prefix.address().to_string());
    json.member("prefixLen", route.prefix.length());
    json.member("network", route.prefix.to_string());
    json.member("version", route.version);
    if (attributes.med) json.member("metric", *attributes.med);
    if (path.local_pref) json.member("locPrf", *path.local_pref);
    json.member("weight", path.weight);
    json.member("peerId", peer_id(path, "(unspec)"));
    json.member("path", attributes.as_path.to_string());
    json.member("origin", origin_name(attributes.origin));
    write_next_hops(path, false, json);
    write_decision(path, json);
    json.end_object();
}

void write_path_detail(const BgpRouteView& route, const BgpPathView& path, JsonWriter& json) {
    const auto& attributes = path.attributes;
    json.begin_object();
    write_as_path(attributes.as_path, json);
    json.member("origin", origin_name(attributes.origin));
    if (attributes.med) json.member("metric", *attributes.med);
    if (path.local_pref) json.member("locPrf", *path.local_pref);
    if (path.weight != 0) json.member("weight", path.weight);
    json.member("valid", path.valid);
    json.member("version", route.version);
    if (!path.neighbor) json.member("sourced", true).member("local", true);
    if (path.multipath) json.member("multipath", true);
    if (path.best) {
        json.key("bestpath").begin_object().member("overall", true);
        json.member("selectionReason", path.reason);
        if (!path.reason_values.empty()) json.member("values", path.reason_values);
        json.end_object();
    }
    write_decision(path, json);
    write_optional_attributes(attributes, json);
    write_last_update(path.age, json);
    write_next_hops(path, true, json);
    write_peer(path, json);
    json.end_object();
}

void write_neighbor_route(const BgpRouteView& route, JsonWriter& json) {
    json.begin_object();
    json.member("addrPrefix", route.prefix.address().to_string());
    json.member("prefixLen", route.prefix.length());
    json.member("network", route.prefix.to_string());
    if (!route.paths.empty()) {
        const auto& path = route.paths.front();
        const auto& next_hop = path.attributes.next_hop;
        json.member(next_hop.address.is_v4() ? "nextHop" : "nextHopGlobal",
                    next_hop.address.to_string());
        if (next_hop.link_local) json.member("nextHopLocal", next_hop.link_local->to_string());
        if (path.attributes.med) json.member("metric", *path.attributes.med);
        if (path.local_pref) json.member("locPrf", *path.local_pref);
        json.member("weight", path.weight);
        json.member("path", path.attributes.as_path.to_string());
        write_communities("community", path.attributes.communities, json);
        json.member("bgpOriginCode", origin_code(path.attributes.origin));
        json.key("appliedStatusSymbols").begin_object();
        if (path.stale) json.member("S", true);
        if (path.valid) json.member("*", true);
        if (path.best) json.member(">", true);
        if (path.multipath) json.member("m", true);
        if (path.neighbor && !path.external) json.member("i", true);
        json.end_object();
        if (!path.rejected_by.empty()) json.member("rejectedBy", path.rejected_by);
        if (path.aggregate) json.member("aggregate", true);
    }
    json.end_object();
}

}  // namespace dx::control
