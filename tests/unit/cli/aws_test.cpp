// `export aws` and `verify aws`.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/aws_export.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx::cli;
using namespace dx::control;

namespace {

constexpr auto kRunning = R"(router:
  asn: 4200000100
networks: [10.20.0.0/16, {prefix: 198.51.100.0/24, when: route}, "2001:db8::/32"]
neighbors:
  - {name: DX_primary, address: 169.254.10.1, remote-as: 64512, interface: eth0.259, profile: aws-private,
     description: "dxvif-ffaabbcc on dxcon-fg111111, EqFA5", password: "<hidden>"}
  - {name: transit, address: 169.254.20.1, remote-as: 64513, local-address: 169.254.20.2, profile: aws-transit}
  - {name: public, address: 203.0.113.1, remote-as: 7224, interface: vlan102, profile: aws-public}
  - {name: six, address: "2001:db8:1::1", remote-as: 64512, interface: eth0.259, profile: aws-private}
  - {name: plain, address: 192.0.2.1, remote-as: 64999}
)";

constexpr auto kInterfaces = R"({
  "eth0.259": {"vlanId": 259, "mtu": 8500, "ipAddresses": [{"address": "169.254.10.2/29"}]},
  "eth1": {"mtu": 1400, "ipAddresses": [{"address": "169.254.20.2/30"}]}})";

VirtualInterfaceRequest request_for(std::string_view neighbor,
                                    std::string_view interfaces = kInterfaces) {
    return virtual_interface_request(kRunning, boost::json::parse(interfaces).as_object(),
                                     neighbor);
}

std::string remarks_for(std::string_view neighbor) {
    std::string text;
    for (const auto& remark : request_for(neighbor).remarks)
        text += remark + '\n';
    return text;
}

std::string failure_for(std::string_view neighbor) {
    try {
        request_for(neighbor);
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "no failure";
}

// A router whose neighbor dx-primary sent 10.0.0.0/16 and is sent 10.20.0.0/24.
FakeRouter router_with_routes() {
    auto router = example_router();
    router.bgp_tables[1] = {router.bgp_tables[0][0]};
    auto& sent = router.bgp_tables[3][0].paths[0].attributes;
    const dx::bgp::AsNumber ours[] = {65010};
    sent.as_path = dx::bgp::AsPath::sequence(ours);
    sent.communities = {dx::bgp::Community::of(7224, 7300), dx::bgp::Community{0xffffff01}};
    return router;
}

struct Verified {
    std::string text;
    int code = kDone;
    std::string failure;
};

Verified verify(const std::string& json, const std::string& more = "", Options options = {}) {
    const TemporaryDirectory directory;
    const auto file = directory.file("routes.json");
    std::ofstream(file) << json;
    auto router = router_with_routes();
    DirectClient client(router);
    Interpreter interpreter(client);
    Verified result;
    Output out([&](std::string_view piece) {
        result.text += piece;
        return true;
    });
    try {
        interpreter.run(split_words("verify aws " + file + more), options, out);
    } catch (const Failure& failure) {
        result.code = failure.exit_code();
        result.failure = failure.what();
    }
    out.flush();
    return result;
}

constexpr auto kSame = R"({"virtualInterfaceId": "dxvif-ffaabbcc", "routes": [
  {"addressFamily": "ipv4", "cidr": "10.20.0.0/24", "routeDirection": "accepted",
   "asPath": [{"path": [65010], "pathType": "seq"}], "communities": ["7224:7300"],
   "routeInstalledAt": "2026-10-01T12:00:00Z"},
  {"addressFamily": "ipv4", "cidr": "10.0.0.0/16", "routeDirection": "advertised"}]})";

}  // namespace

TEST_CASE("routes of AWS of a family that no neighbor has are told") {
    auto both = std::string(kSame);
    const std::string six =
        R"({"addressFamily": "ipv6", "cidr": "2001:db8::/32", "routeDirection": "advertised"}, )";
    both.insert(both.find("  {"), six);
    const auto result = verify(both);
    CHECK(result.code == kRefused);
    CHECK(result.failure.starts_with("IPv6: 1 routes of AWS are compared with no neighbor"));
    CHECK(verify(both, " neighbor dx-primary").code == kDone);
}

TEST_CASE("a private neighbor as the request that makes its virtual interface") {
    const auto request = request_for("DX_primary");
    CHECK(request.command == "create-private-virtual-interface");
    CHECK(indented(request.body) == R"({
  "connectionId": "dxcon-fg111111",
  "newPrivateVirtualInterface": {
    "virtualInterfaceName": "dx-primary",
    "vlan": 259,
    "asnLong": 4200000100,
    "mtu": 8500,
    "addressFamily": "ipv4",
    "amazonAddress": "169.254.10.1/29",
    "customerAddress": "169.254.10.2/29"
  }
})");
    CHECK(remarks_for("169.254.10.1").find("authKey is left out") != std::string::npos);
    CHECK(remarks_for("169.254.10.1").find("directConnectGatewayId") != std::string::npos);
}

TEST_CASE("what is not known is left out, and said") {
    const auto transit = request_for("transit");
    CHECK(transit.command == "create-transit-virtual-interface");
    CHECK(transit.body.at("connectionId") == "dxcon-REPLACE");
    const auto& vif = transit.body.at("newTransitVirtualInterface").as_object();
    CHECK(vif.at("amazonAddress") == "169.254.20.1/30");  // by our address, on whichever interface
    CHECK(!vif.contains("vlan"));
    CHECK(!vif.contains("mtu"));
    const auto remarks = remarks_for("transit");
    for (const auto* word : {"vlan is missing", "the interface's is 1400", "dxcon-REPLACE"})
        CHECK(remarks.find(word) != std::string::npos);
}

TEST_CASE("an MTU that no new virtual interface of the type can have is left out, and said") {
    const auto request =
        request_for("transit", R"({"eth1": {"mtu": 9001, "ipAddresses": []}, "eth2":
            {"mtu": 9001, "ipAddresses": [{"address": "169.254.20.2/30"}]}})");
    CHECK(!request.body.at("newTransitVirtualInterface").as_object().contains("mtu"));
    CHECK(std::ranges::find(request.remarks,
                            "mtu is left out, AWS then takes 1500: the interface's is 9001, and "
                            "one of 1500, 8500 can be asked for") != request.remarks.end());
}

TEST_CASE("the second address family of a virtual interface is a peer of its own there") {
    const auto six = request_for("six");
    CHECK(six.command == "create-bgp-peer");
    CHECK(boost::json::serialize(six.body) ==
          R"({"virtualInterfaceId":"dxvif-ffaabbcc","newBGPPeer":)"
          R"({"asnLong":4200000100,"addressFamily":"ipv6"}})");
    CHECK(remarks_for("six").find("AWS chooses those") != std::string::npos);
    CHECK(remarks_for("six").starts_with("it is the second address family of DX_primary's"));
    // Another virtual interface's identifier says that it is none.
    auto apart = std::string(kRunning);
    apart.insert(apart.find("name: six,") + 10, " description: dxvif-other,");
    CHECK(virtual_interface_request(apart, boost::json::parse(kInterfaces).as_object(), "six")
              .command == "create-private-virtual-interface");
}

TEST_CASE("an IPv4 peer beside an IPv6 one has its addresses, and an identifier to be filled in") {
    const auto* const running = R"(router: {asn: 65000}
neighbors:
  - {address: "2001:db8::1", remote-as: 64512, interface: eth1, profile: aws-transit}
  - {address: 169.254.20.1, remote-as: 64512, profile: aws-transit}
)";
    const auto request = virtual_interface_request(
        running, boost::json::parse(kInterfaces).as_object(), "169.254.20.1");
    CHECK(boost::json::serialize(request.body) ==
          R"({"virtualInterfaceId":"dxvif-REPLACE","newBGPPeer":{"asnLong":65000,)"
          R"("addressFamily":"ipv4","amazonAddress":"169.254.20.1/30",)"
          R"("customerAddress":"169.254.20.2/30"}})");
}

TEST_CASE("a public neighbor announces its networks, and has no MTU") {
    const auto body = request_for("public").body;
    const auto& vif = body.at("newPublicVirtualInterface").as_object();
    CHECK(boost::json::serialize(vif.at("routeFilterPrefixes")) ==
          R"([{"cidr":"198.51.100.0/24"}])");
    CHECK(remarks_for("public").find("10.20.0.0/16 is no routeFilterPrefix") != std::string::npos);
    CHECK(vif.at("vlan") == 102);
    CHECK(!vif.contains("mtu"));
}

TEST_CASE("no request is made for what is no virtual interface") {
    CHECK(failure_for("plain").starts_with("plain has profile none"));
    CHECK(failure_for("nobody").starts_with("there is no neighbor nobody"));
    CHECK_THROWS_AS(virtual_interface_request("neighbors: [", {}, "x"), Failure);
}

TEST_CASE("routes that AWS and dxrouted agree about") {
    const auto result = verify(kSame);
    CHECK(result.code == kDone);
    CHECK(result.text ==
          "dx-primary (169.254.10.1), dxvif-ffaabbcc\n"
          "  1 sent, 1 accepted; 1 advertised, 1 received: the same\n");
}

TEST_CASE("each way of differing is told, and the exit code says so") {
    const auto result = verify(R"({"virtualInterfaceId": "dxvif-ffaabbcc", "routes": [
      {"cidr": "10.99.0.0/16", "routeDirection": "accepted", "communities": ["7224:7100"],
       "asPath": [{"path": [65010, 65020], "pathType": "seq"}, {"path": [1, 2], "pathType": "set"}],
       "routeInstalledAt": "2026-10-01T12:00:00Z"},
      {"cidr": "10.1.0.0/16", "routeDirection": "advertised"}]})");
    CHECK(result.code == kRefused);
    CHECK(result.failure == "AWS and dxrouted do not agree about 4 routes");
    CHECK(result.text == R"(dx-primary (169.254.10.1), dxvif-ffaabbcc
  sent by us, not accepted by AWS:
    10.20.0.0/24
  accepted by AWS, not sent by us:
    10.99.0.0/16   path 65010 65020 {1 2}, communities 7224:7100, since 2026-10-01T12:00:00Z
  advertised by AWS, not received by us:
    10.1.0.0/16
  received by us, not advertised by AWS:
    10.0.0.0/16
  1 sent, 1 accepted; 1 advertised, 1 received: they differ
)");
}

TEST_CASE("a route that AWS has with other attributes is named with both values") {
    const auto file = std::string(R"({"virtualInterfaceId": "dxvif-ffaabbcc", "routes": [
      {"cidr": "10.20.0.0/24", "routeDirection": "accepted", "communities": ["7224:7100"],
       "asPath": [{"path": [65010, 65010], "pathType": "seq"}]},
      {"cidr": "10.0.0.0/16", "routeDirection": "advertised", "communities": ["7224:8100"]}]})");
    const auto result = verify(file);
    CHECK(result.code == kRefused);
    CHECK(result.failure == "AWS and dxrouted do not agree about 2 routes");
    CHECK(result.text == R"(dx-primary (169.254.10.1), dxvif-ffaabbcc
  accepted by AWS otherwise than sent by us:
    10.20.0.0/24   path: 65010 here, 65010 65010 at AWS; communities: 7224:7300 here, 7224:7100 at AWS
  advertised by AWS otherwise than received by us:
    10.0.0.0/16   communities: none here, 7224:8100 at AWS
  1 sent, 1 accepted; 1 advertised, 1 received: they differ
)");
    CHECK(verify(file, "", {.json = true})
              .text.ends_with(R"("acceptedOtherwise":{"10.20.0.0/24":)"
                              R"({"asPath":{"ours":"65010","aws":"65010 65010"},)"
                              R"("communities":{"ours":"7224:7300","aws":"7224:7100"}}},)"
                              R"("advertisedOtherwise":{"10.0.0.0/16":)"
                              R"({"communities":{"ours":"","aws":"7224:8100"}}}}],"differences":2})"
                              "\n"));
}

TEST_CASE("communities that AWS took away are a difference, those it never shows are none") {
    auto file = std::string(kSame);
    file.replace(file.find(R"(["7224:7300"])"), 13, "[]");
    CHECK(verify(file).code == kRefused);
    file.replace(file.find(R"("communities": [],)"), 18, "");  // not said: not compared
    CHECK(verify(file).code == kDone);
}

TEST_CASE("a direction that the file has no route of is not compared, which is said") {
    const std::string start = R"({"virtualInterfaceId": "dxvif-ffaabbcc", "routes": [)";
    const std::string accepted = R"({"cidr": "10.20.0.0/24", "routeDirection": "accepted"})";
    const auto alone = verify(start + accepted + "]}");
    CHECK(alone.code == kDone);
    CHECK(alone.text ==
          "dx-primary (169.254.10.1), dxvif-ffaabbcc\n"
          "  1 sent, 1 accepted: the same\n"
          "Not compared: the file has no advertised routes\n");
    CHECK(verify(start + accepted + "]}", "", {.json = true})
              .text.find(R"("notCompared":["advertised"])") != std::string::npos);
    const auto other =
        verify(start + R"({"cidr": "10.9.0.0/16", "routeDirection": "advertised"}]})");
    CHECK(other.failure == "AWS and dxrouted do not agree about 2 routes");
    CHECK(other.text.find("Not compared: the file has no accepted routes\n") != std::string::npos);
    // What says that there is none is compared.
    CHECK(verify(start + "]}").failure == "AWS and dxrouted do not agree about 2 routes");
    CHECK(verify(R"({"virtualInterfaceId": "dxvif-ffaabbcc", "advertised": [],
                     "accepted": [{"cidr": "10.20.0.0/24"}]})")
              .failure == "AWS and dxrouted do not agree about 1 route");
}

TEST_CASE("what differs as JSON, for programs") {
    const auto result = verify(R"({"virtualInterfaceId": "dxvif-ffaabbcc", "routes": [
      {"cidr": "10.20.0.0/24", "routeDirection": "accepted"},
      {"cidr": "10.1.0.0/16", "routeDirection": "advertised", "communities": ["7224:8100"]}]})",
                               "", {.json = true});
    CHECK(result.code == kRefused);
    CHECK(
        result.text ==
        R"({"schema":1,"virtualInterfaceId":"dxvif-ffaabbcc","notCompared":[],"neighbors":[{"neighbor":"dx-primary",)"
        R"("address":"169.254.10.1","state":"Established","sent":1,"accepted":1,"advertised":1,)"
        R"("received":1,"sentNotAccepted":{},"acceptedNotSent":{},"advertisedNotReceived":)"
        R"({"10.1.0.0/16":{"details":"communities 7224:8100"}},"receivedNotAdvertised":)"
        R"({"10.0.0.0/16":{"details":""}},"acceptedOtherwise":{},"advertisedOtherwise":{}}],)"
        R"("differences":2})"
        "\n");
}

TEST_CASE("the same routes in every spelling and in several pages") {
    const auto pages = R"({"VirtualInterfaceId": "dxvif-ffaabbcc", "NextToken": "more",
        "Routes": [{"Cidr": "10.20.0.0/24", "RouteDirection": "accepted"}]}
        {"virtual_interface_id": "dxvif-ffaabbcc", "advertised": [{"cidr": "10.0.0.0/16"}]})";
    CHECK(verify(pages).code == kDone);
    CHECK(verify("[" + std::string(kSame) + "]").code == kDone);
}

TEST_CASE("a neighbor may be named where no description has the identifier") {
    auto other = std::string(kSame);
    other.replace(other.find("dxvif-ffaabbcc"), 14, "dxvif-other");
    CHECK(verify(other).code == kUsage);
    CHECK(verify(other, " neighbor dx-primary").code == kDone);
    auto longer = std::string(kSame);
    longer.replace(longer.find("dxvif-ffaabbcc"), 14, "dxvif-ffaabb");  // not a part of another's
    CHECK(verify(longer).code == kUsage);
}

TEST_CASE("what is no list of routes is one line") {
    for (
        const auto* text :
        {"", "{", "7", "{}", "[7]", R"({"routes": [{"cidr": "x"}]})",
         R"({"routes": [{"cidr": "10.0.0.0/8"}]})", R"({"routes": [], "nextToken": "a"})",
         R"({"virtualInterfaceId": "a", "routes": []}{"virtualInterfaceId": "b", "routes": []})"}) {
        CAPTURE(text);
        const auto result = verify(text, " neighbor dx-primary");
        CHECK(result.code == kRefused);
        CHECK(!result.failure.empty());
        CHECK(result.failure.find('\n') == std::string::npos);
    }
}
