// The keys of FRR 8.4's `show … json`, as far as they mean something here: scripts that read FRR's
// are to find them at the same place. Left out are FRR's internals (internalStatus, updateGroupId,
// flags, readThread, …), other protocols' and the hostname capability's.
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/api_client.hpp"
#include "tests/unit/daemon/control/example_router.hpp"

using namespace dx::control;

namespace {

using Keys = std::vector<std::string_view>;

// The value at a path like {"ipv4Unicast", "peers"}; "0" is the first element of an array.
const boost::json::value& at(const boost::json::value& in, const Keys& path) {
    const auto* value = &in;
    for (const auto key : path)
        value = value->is_array() ? &value->as_array().at(0) : &value->as_object().at(key);
    return *value;
}

void check_keys(const char* target, const Keys& path, const Keys& keys) {
    CAPTURE(target);
    auto router = example_router();
    router.neighbor_views[0].last_down = DownView{47s, "interface eth0.259 is down"};
    router.neighbor_views[0].bfd = BfdView{"Up", 300ms, 3, 45s};
    router.bgp_tables[1] = router.bgp_tables[0];
    const auto document = boost::json::parse(get(router, target).body);
    const auto& object = at(document, path).as_object();
    for (const auto key : keys) {
        CAPTURE(key);
        CHECK(object.contains(key));
    }
}

}  // namespace

TEST_CASE("show ip bgp summary has FRR's keys") {
    check_keys(
        "/v1/bgp/summary?family=ipv4", {"ipv4Unicast"},
        {"routerId", "as", "vrfId", "vrfName", "tableVersion", "ribCount", "ribMemory", "peerCount",
         "peers", "failedPeers", "displayedPeers", "totalPeers", "dynamicPeers", "bestPath"});
    check_keys(
        "/v1/bgp/summary?family=ipv4", {"ipv4Unicast", "peers", "169.254.10.1"},
        {"remoteAs", "localAs", "version", "msgRcvd", "msgSent", "tableVersion", "outq", "inq",
         "peerUptime", "peerUptimeMsec", "peerUptimeEstablishedEpoch", "pfxRcd", "pfxSnt", "state",
         "peerState", "connectionsEstablished", "connectionsDropped", "desc", "idType"});
}

TEST_CASE("show ip bgp has FRR's keys") {
    check_keys(
        "/v1/bgp/routes", {},
        {"vrfId", "vrfName", "tableVersion", "routerId", "defaultLocPrf", "localAS", "routes"});
    check_keys(
        "/v1/bgp/routes", {"routes", "10.0.0.0/16", "0"},
        {"valid", "bestpath", "selectionReason", "pathFrom", "prefix", "prefixLen", "network",
         "version", "metric", "locPrf", "weight", "peerId", "path", "origin", "nexthops"});
    check_keys("/v1/bgp/routes", {"routes", "10.0.0.0/16", "0", "nexthops", "0"},
               {"ip", "afi", "used"});
}

TEST_CASE("show ip bgp PREFIX has FRR's keys") {
    const auto* const target = "/v1/bgp/routes?prefix=10.0.0.0/16";
    check_keys(target, {}, {"prefix", "version", "paths"});
    check_keys(target, {"paths", "0"},
               {"aspath", "origin", "metric", "locPrf", "valid", "version", "multipath", "bestpath",
                "lastUpdate", "nexthops", "peer"});
    check_keys(target, {"paths", "0", "aspath"}, {"string", "segments", "length"});
    check_keys(target, {"paths", "0", "aspath", "segments", "0"}, {"type", "list"});
    check_keys(target, {"paths", "0", "bestpath"}, {"overall", "selectionReason"});
    check_keys(target, {"paths", "0", "lastUpdate"}, {"epoch", "string"});
    check_keys(target, {"paths", "0", "nexthops", "0"},
               {"ip", "afi", "metric", "accessible", "used"});
    check_keys(target, {"paths", "0", "peer"}, {"peerId", "routerId", "type"});
}

TEST_CASE("show ip bgp neighbors has FRR's keys") {
    const auto* const target = "/v1/bgp/neighbors/169.254.10.1";
    check_keys(target, {"169.254.10.1"},
               {"remoteAs",
                "localAs",
                "nbrExternalLink",
                "localRole",
                "remoteRole",
                "nbrDesc",
                "bgpVersion",
                "remoteRouterId",
                "localRouterId",
                "bgpState",
                "bgpTimerUpMsec",
                "bgpTimerUpString",
                "bgpTimerUpEstablishedEpoch",
                "bgpTimerLastRead",
                "bgpTimerLastWrite",
                "bgpInUpdateElapsedTimeMsecs",
                "bgpTimerConfiguredHoldTimeMsecs",
                "bgpTimerConfiguredKeepAliveIntervalMsecs",
                "bgpTimerHoldTimeMsecs",
                "bgpTimerKeepAliveIntervalMsecs",
                "neighborCapabilities",
                "gracefulRestartInfo",
                "messageStats",
                "minBtwnAdvertisementRunsTimerMsecs",
                "addressFamilyInfo",
                "connectionsEstablished",
                "connectionsDropped",
                "lastResetTimerMsecs",
                "lastResetDueTo",
                "externalBgpNbrMaxHopsAway",
                "hostLocal",
                "portLocal",
                "hostForeign",
                "portForeign",
                "nexthop",
                "connectRetryTimer",
                "peerBfdInfo"});
    check_keys(target, {"169.254.10.1", "neighborCapabilities"},
               {"4byteAs", "extendedMessage", "routeRefresh", "multiprotocolExtensions"});
    check_keys(target, {"169.254.10.1", "messageStats"},
               {"depthInq", "depthOutq", "opensSent", "opensRecv", "notificationsSent",
                "notificationsRecv", "updatesSent", "updatesRecv", "keepalivesSent",
                "keepalivesRecv", "routeRefreshSent", "routeRefreshRecv", "capabilitySent",
                "capabilityRecv", "totalSent", "totalRecv"});
    check_keys(target, {"169.254.10.1", "addressFamilyInfo", "ipv4Unicast"},
               {"inboundSoftConfigPermit", "commAttriSentToNbr", "inboundPathPolicyConfig",
                "outboundPathPolicyConfig", "routeMapForIncomingAdvertisements",
                "routeMapForOutgoingAdvertisements", "acceptedPrefixCounter", "sentPrefixCounter",
                "prefixAllowedMax", "prefixAllowedWarningThresh"});
    check_keys(
        target, {"169.254.10.1", "peerBfdInfo"},
        {"type", "detectMultiplier", "rxMinInterval", "txMinInterval", "status", "lastUpdate"});
}

TEST_CASE("a neighbor's tables have FRR's keys") {
    const Keys head{
        "bgpTableVersion", "bgpLocalRouterId", "defaultLocPrf",      "localAS",
        "bgpStatusCodes",  "bgpOriginCodes",   "totalPrefixCounter", "filteredPrefixCounter"};
    const Keys row{"addrPrefix", "prefixLen",     "network",
                   "nextHop",    "metric",        "weight",
                   "path",       "bgpOriginCode", "appliedStatusSymbols"};
    const auto* const advertised = "/v1/bgp/neighbors/dx-primary/advertised-routes";
    check_keys(advertised, {}, head);
    check_keys(advertised, {"advertisedRoutes", "10.20.0.0/24"}, row);
    const auto* const received = "/v1/bgp/neighbors/dx-primary/received-routes";
    check_keys(received, {}, head);
    check_keys(received, {"receivedRoutes", "10.0.0.0/16"}, row);
    check_keys(
        "/v1/bgp/neighbors/dx-primary/routes", {},
        {"vrfId", "vrfName", "tableVersion", "routerId", "defaultLocPrf", "localAS", "routes"});
}

TEST_CASE("show ip route has FRR's keys") {
    check_keys("/v1/routes", {"10.0.0.0/16", "0"},
               {"prefix", "prefixLen", "protocol", "vrfId", "vrfName", "selected", "destSelected",
                "distance", "metric", "installed", "table", "uptime", "nexthops"});
    check_keys("/v1/routes", {"10.0.0.0/16", "0", "nexthops", "0"},
               {"fib", "ip", "afi", "interfaceIndex", "interfaceName", "active", "weight"});
    check_keys("/v1/routes", {"10.20.0.0/24", "0", "nexthops", "0"},
               {"fib", "directlyConnected", "interfaceName", "active"});
}

TEST_CASE("show bfd peers has FRR's keys, those of its counters among them") {
    auto router = example_router();
    router.bfd_peer_views = {example_bfd_peer()};
    const auto document = boost::json::parse(get(router, "/v1/bfd/peers").body);
    const auto& peer = document.as_array().at(0).as_object();
    for (const auto* key : {"multihop",
                            "peer",
                            "local",
                            "vrf",
                            "interface",
                            "id",
                            "remote-id",
                            "passive-mode",
                            "status",
                            "uptime",
                            "diagnostic",
                            "remote-diagnostic",
                            "receive-interval",
                            "transmit-interval",
                            "echo-receive-interval",
                            "echo-transmit-interval",
                            "detect-multiplier",
                            "remote-receive-interval",
                            "remote-transmit-interval",
                            "remote-echo-receive-interval",
                            "remote-detect-multiplier",
                            "control-packet-input",
                            "control-packet-output",
                            "session-up",
                            "session-down"}) {
        CAPTURE(key);
        CHECK(peer.contains(key));
    }
    CHECK(peer.at("neighbor") == "dx-primary");
    CHECK_FALSE(peer.contains("static-routes"));
    router.bfd_peer_views[0].neighbor.clear();
    router.bfd_peer_views[0].static_routes = {*dx::net::Prefix::parse("10.1.0.0/16")};
    const auto of_route = boost::json::parse(get(router, "/v1/bfd/peers").body).at(0).as_object();
    CHECK_FALSE(of_route.contains("neighbor"));
    CHECK(of_route.at("static-routes") == boost::json::array{"10.1.0.0/16"});
    router.bfd_peer_views[0].state = "AdminDown";
    const auto shut = boost::json::parse(get(router, "/v1/bfd/peers").body);
    CHECK(shut.as_array().at(0).as_object().at("status") == "shutdown");
}

TEST_CASE("show interface has FRR's keys") {
    auto router = example_router();
    InterfaceView interface;
    interface.name = "eth0.259";
    interface.mac = "5a:2e:64:6d:fe:17";
    interface.addresses = {{address("169.254.10.2"), 30}};
    router.interface_views = {interface};
    const auto document = boost::json::parse(get(router, "/v1/interfaces").body);
    const auto& shown = document.at("eth0.259").as_object();
    for (const auto* key : {"administrativeStatus", "operationalStatus", "linkDetection", "linkUps",
                            "linkDowns", "vrfName", "index", "mtu", "speed", "type",
                            "hardwareAddress", "ipAddresses", "interfaceType"}) {
        CAPTURE(key);
        CHECK(shown.contains(key));
    }
    CHECK(shown.at("ipAddresses").at(0).at("address") == "169.254.10.2/30");
}
