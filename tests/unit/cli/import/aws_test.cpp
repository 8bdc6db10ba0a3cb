#include "cli/import/aws.hpp"

#include <set>
#include <sstream>
#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "cli/import/yaml.hpp"
#include "tests/unit/cli/import/aws_imported.hpp"

using namespace dx::importing;

namespace {

// JSON whose strings may go over several lines here.
std::string in_one_line(std::string json) {
    std::erase(json, '\n');
    return json;
}

const Neighbor& only_neighbor(const Configuration& configuration) {
    REQUIRE(configuration.neighbors.size() == 1);
    return configuration.neighbors.front();
}

// Without what is said of limits above the usual ones: AWS allocated one of them more.
std::string dxrouted_says_more_than_limits(const Configuration& configuration) {
    std::istringstream said(dxrouted_says(configuration));
    std::string more;
    for (std::string line; std::getline(said, line);)
        if (line.find("unless it allocated more") == std::string::npos) more += line + '\n';
    return more;
}

}  // namespace

TEST_CASE("virtual interfaces and a VPN make a whole router") {
    AwsOptions options;
    options.interfaces = InterfaceChoice("dxcon-fg111111=enp1s0,dxcon-fg222222=enp2s0");
    options.networks = {"10.20.0.0/16", "2001:db8:20::/48"};
    const auto configuration =
        read_aws({{"vifs.json", fixture("vifs.json")}, {"vpn.json", fixture("vpn.json")}}, options);
    CHECK(dxrouted_says_more_than_limits(configuration).empty());
    check_golden("dx-and-vpn.txt", all_files(configuration));
}

TEST_CASE("without a word on networks and interfaces it is still a valid configuration") {
    const auto configuration = import_of(fixture("vifs.json"));
    CHECK(dxrouted_says_more_than_limits(configuration).empty());
    check_golden("dx-alone.txt", all_files(configuration));
}

TEST_CASE("the XML of a VPN connection says the same as the JSON around it") {
    const auto from_xml = import_of(fixture("vpn.xml"));
    const auto from_json = import_of(fixture("vpn.json"));
    CHECK(dxrouted_says(from_xml).empty());
    REQUIRE(from_xml.neighbors.size() == 2);
    REQUIRE(from_json.neighbors.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(from_xml.neighbors[i].address == from_json.neighbors[i].address);
        CHECK(from_xml.neighbors[i].remote_as == from_json.neighbors[i].remote_as);
        CHECK(from_xml.neighbors[i].interface == "xfrm" + std::to_string(i + 1));
    }
    CHECK(from_xml.neighbors[0].description.ends_with("198.51.100.66"));  // sorted
}

TEST_CASE("no pre-shared key of IPsec is written anywhere") {
    CHECK(all_files(import_of(fixture("vpn.json"))).find("PreShared") == std::string::npos);
}

TEST_CASE("keys are in their own files and nowhere else") {
    const auto configuration = import_of(fixture("vifs.json"));
    std::string other;
    int keys = 0;
    for (const auto& file : output_files(configuration)) {
        if (!file.secret) other += file.content;
        keys += file.secret ? 1 : 0;
    }
    other += summary(configuration, output_files(configuration), "out");
    CHECK(keys == 6);
    CHECK(other.find("fake") == std::string::npos);
}

TEST_CASE("asnLong is read before asn") {
    CHECK(import_of(vif(R"({"asn": 0, "asnLong": 4200000001})")).asn == 4200000001);
    CHECK(import_of(vif(R"({"asn": 65001, "asnLong": 65002})")).asn == 65002);
    CHECK(import_of(vif()).asn == 65000);
}

TEST_CASE("what the JSON lacks is taken from customerRouterConfig") {
    const auto configuration = import_of(in_one_line(R"({"virtualInterfaceId": "dxvif-1",
        "virtualInterfaceState": "available", "customerRouterConfig":
        "<logical_connection id=\"dxvif-1\"><vlan>101</vlan>
        <customer_address>192.168.1.2/30</customer_address>
        <amazon_address>192.168.1.1/30</amazon_address><bgp_asn>65000</bgp_asn>
        <bgp_auth_key>asdf34&amp;</bgp_auth_key><amazon_bgp_asn>64512</amazon_bgp_asn>
        <connection_type>private</connection_type></logical_connection>"})"));
    const auto& neighbor = only_neighbor(configuration);
    CHECK(neighbor.address == "192.168.1.1");
    CHECK(neighbor.remote_as == 64512);
    CHECK(neighbor.key == "asdf34&");
    CHECK(neighbor.interface == "eth0.101");
    CHECK(dxrouted_says(configuration).empty());
}

TEST_CASE("of a family that bgpPeers does not have the XML is used, with its own key") {
    const auto configuration = import_of(in_one_line(
        R"({"virtualInterfaces": [{"virtualInterfaceId": "dxvif-1", "connectionId": "dxcon-1",
        "virtualInterfaceType": "transit", "virtualInterfaceName": "t", "vlan": 7,
        "amazonSideAsn": 64512, "bgpPeers": [{"asn": 65000, "addressFamily": "ipv4",
        "authKey": "key-of-ipv4", "amazonAddress": "10.0.0.1/31", "customerAddress": "10.0.0.0/31"}],
        "customerRouterConfig": "<logical_connection><ipv6_customer_address>2001:db8::2/125</ipv6_customer_address>
        <ipv6_amazon_address>2001:db8::1/125</ipv6_amazon_address><ipv6_bgp_asn>65000</ipv6_bgp_asn>
        <ipv6_bgp_auth_key>key-of-ipv6</ipv6_bgp_auth_key></logical_connection>"}]})"));
    REQUIRE(configuration.neighbors.size() == 2);
    CHECK(configuration.neighbors[0].key == "key-of-ipv4");
    CHECK(configuration.neighbors[1].key == "key-of-ipv6");
    CHECK(configuration.neighbors[1].name == "t-v6");
    REQUIRE(configuration.links.size() == 1);
    CHECK(configuration.links[0].addresses == Texts{"10.0.0.0/31", "2001:db8::2/125"});
}

TEST_CASE("what cannot be a session is skipped with the reason") {
    struct Row {
        const char* changes;
        const char* reason;
    };

    const Row rows[] = {
        {R"({"virtualInterfaceState": "deleting"})", "its state is deleting"},
        {R"({"virtualInterfaceState": "rejected"})", "its state is rejected"},
        {R"({"virtualInterfaceType": "hosted"})", "its type is \"hosted\""},
        {R"({"amazonAddress": ""})", "it has no BGP peer and no addresses yet"},
        {R"({"customerAddress": "169.254.1.2"})", "are not two addresses with their prefix length"},
        {R"({"customerAddress": "2001:db8::1/64"})", "are not two addresses"},
        {R"({"amazonSideAsn": 0})", "AWS's AS number is not said"},
        {R"({"amazonSideAsn": 65000})", "AWS's side has our AS number, 65000"},
        {R"({"asn": 0})", "our AS number is not said"},
        {R"({"bgpPeers": [{"bgpPeerState": "deleted", "addressFamily": "ipv4"}]})",
         "the BGP peer's state is deleted"},
        {R"({"customerAddress": "169.254.1.1/30"})",
         "169.254.1.1 is said to be the address of both ends"},
    };
    for (const auto& [changes, reason] : rows) {
        CAPTURE(changes);
        const auto said = failure_of([&] { import_of(vif(changes)); });
        CHECK(said.starts_with("nothing in it can be configured"));
        CHECK(said.find(reason) != std::string::npos);
    }
}

TEST_CASE("two addresses that are not in one network are told") {
    const auto told = [](const char* changes) {
        return notes_of(import_of(vif(changes)), Note::Kind::Advice).find("not in one network") !=
               std::string::npos;
    };
    CHECK(told(R"({"amazonAddress": "169.254.1.9/30"})"));
    CHECK(!told("{}"));
    CHECK(!told(R"({"amazonAddress": "169.254.1.2/31", "customerAddress": "169.254.1.3/31"})"));
}

TEST_CASE("a virtual interface that says no MTU has AWS's, not its parent's") {
    CHECK(import_of(vif(R"({"mtu": null})")).links[0].mtu == 1500);
    CHECK(import_of(vif(R"({"mtu": 9001})")).links[0].mtu == 9001);
}

TEST_CASE("nothing is named that AWS does not name") {
    const auto alone = import_of(in_one_line(
        R"(<logical_connection><vlan>101</vlan><customer_address>192.168.1.2/30</customer_address>
        <amazon_address>192.168.1.1/30</amazon_address><bgp_asn>65000</bgp_asn>
        <bgp_auth_key>secret-key</bgp_auth_key><amazon_bgp_asn>64512</amazon_bgp_asn>
        <connection_type>private</connection_type></logical_connection>)"));
    CHECK(only_neighbor(alone).comments == Texts{"private virtual interface, VLAN 101"});
    CHECK(only_neighbor(alone).name == "private");
    CHECK(alone.links[0].comment == "private virtual interface");
    const auto peer = import_of(vif(in_one_line(R"({"bgpPeers": [{"asn": 65000,
        "addressFamily": "ipv4", "bgpPeerState": "verifying"}]})")));
    CHECK(only_neighbor(peer).comments ==
          Texts{"\"prod\": private virtual interface dxvif-1 on dxcon-1, VLAN 100",
                "when this was made: BGP peer verifying"});
}

TEST_CASE("a key that AWS would not have is not written, and said") {
    for (const auto* key : {"short", " blank-at-an-end", "", "line\\nend"}) {
        CAPTURE(key);
        const auto configuration = import_of(vif(R"({"authKey": ")" + std::string(key) + R"("})"));
        CHECK(only_neighbor(configuration).key.empty());
        CHECK(notes_of(configuration, Note::Kind::Skipped)
                  .starts_with("dxvif-1 (prod), IPv4, authKey"));
    }
}

TEST_CASE("an old gateway's AS number has its profile") {
    for (const auto* as : {"7224", "9059", "10124", "17493"})
        CHECK(
            only_neighbor(import_of(vif(fmt::format(R"({{"amazonSideAsn": {}}})", as)))).profile ==
            "aws-private");
}

TEST_CASE("where no profile fits the circuit is preferred before a VPN all the same") {
    const auto configuration = import_of(vif(R"({"amazonSideAsn": 16509})"));
    CHECK(only_neighbor(configuration).profile.empty());
    CHECK(only_neighbor(configuration).limits[0].out == 100);
    CHECK(all_files(configuration).find("local-pref: 200") != std::string::npos);
    CHECK(notes_of(configuration, Note::Kind::Changed).find("suits no profile") !=
          std::string::npos);
    CHECK(dxrouted_says(configuration).empty());
}

TEST_CASE("a public virtual interface's prefixes are not the networks of the private one") {
    auto both = boost::json::parse(vif()).as_object();
    both["virtualInterfaces"].as_array().push_back(
        boost::json::parse(vif(in_one_line(R"({"virtualInterfaceId": "dxvif-2", "vlan": 101,
        "virtualInterfaceName": "public", "virtualInterfaceType": "public", "amazonSideAsn": 7224,
        "amazonAddress": "198.51.100.1/30", "customerAddress": "198.51.100.2/30",
        "routeFilterPrefixes": [{"cidr": "203.0.113.0/24"}]})")))
            .at("virtualInterfaces")
            .as_array()
            .front());
    const auto text = boost::json::serialize(both);
    const auto of = [&](const AwsOptions& options) {
        return notes_of(import_of(text, options), Note::Kind::Advice)
            .find("networks: AWS does not");
    };
    CHECK(of({}) != std::string::npos);
    CHECK(of({{}, {"10.20.0.0/16"}}) == std::string::npos);
    CHECK(dxrouted_says(import_of(text)).empty());
}

TEST_CASE("names become what dxrouted takes, each once") {
    auto one = boost::json::parse(vif()).as_object();
    auto& all = one["virtualInterfaces"].as_array();
    const auto add = [&](const char* id, int vlan, const std::string& name) {
        auto other = all.front().as_object();
        other["virtualInterfaceId"] = id;
        other["virtualInterfaceName"] = name;
        other["vlan"] = vlan;
        other["amazonAddress"] = "10.0." + std::to_string(vlan) + ".1/30";
        other["customerAddress"] = "10.0." + std::to_string(vlan) + ".2/30";
        all.push_back(other);
    };
    add("dxvif-2", 101, "prod");
    add("dxvif-3", 102, "");
    add("dxvif-4", 103, "../../etc/passwd \"quoted\"\n# x");
    add("dxvif-5", 104, std::string(100, 'a'));
    add("dxvif-6", 105, "prod_a");
    add("dxvif-7", 106, "prod-a");
    const auto configuration = import_of(boost::json::serialize(one));
    Texts names;
    std::set<std::string> key_files;
    for (const auto& neighbor : configuration.neighbors) {
        names.push_back(neighbor.name);
        key_files.insert(key_file_of(neighbor));
    }
    CHECK(names == Texts{"prod", "prod-2", "dxvif-3", "etc-passwd-quoted-x", std::string(58, 'a'),
                         "prod_a", "prod-a"});
    CHECK(key_files.size() == names.size());
    CHECK(dxrouted_says(configuration).empty());
}

TEST_CASE("what was written and noted as JSON, for programs") {
    const auto configuration = import_of(vif(R"({"authKey": "short"})"));
    const auto text =
        summary_json(configuration, output_files(configuration), "out", {{"old"}, {"mine"}});
    const auto json = boost::json::parse(text).as_object();
    CHECK(json.at("schema") == 1);
    CHECK(json.at("directory") == "out");
    CHECK(boost::json::serialize(json.at("removed")) == R"(["old"])");
    CHECK(boost::json::serialize(json.at("left")) == R"(["mine"])");
    CHECK(json.at("neighbors").as_array().size() == 1);
    CHECK(json.at("files").as_array()[0].at("name") == "dxrouted.yaml");
    const auto& notes = json.at("notes").as_array();
    const auto& note = std::ranges::find_if(notes, [](const auto& each) {
                           return each.at("kind") == "skipped";
                       })->as_object();
    CHECK(note.at("why") == "it has 5 bytes (AWS's have 6 to 80)");
    CHECK(!note.contains("line"));
}

TEST_CASE("a VLAN's name fits the kernel") {
    AwsOptions options;
    options.interfaces = InterfaceChoice("enp129s0f0np0");
    CHECK(import_of(vif(), options).links[0].name == "vlan100");
    CHECK(failure_of([] { InterfaceChoice("eth0/../x"); }).starts_with("\"eth0/../x\" is not"));
    CHECK(failure_of([] { InterfaceChoice("dxcon-1="); }).starts_with("\"\" is not"));
}

TEST_CASE("a last page that is none is told") {
    auto one = boost::json::parse(vif()).as_object();
    one["nextToken"] = "more";
    CHECK(notes_of(import_of(boost::json::serialize(one)), Note::Kind::Advice)
              .find("not the last page") != std::string::npos);
}

TEST_CASE("whatever the text, an import ends with a configuration or one line") {
    const Texts texts{"",
                      "   ",
                      "{",
                      "[]",
                      "null",
                      "{}",
                      R"({"virtualInterfaces": 7})",
                      R"({"virtualInterfaces": [7, null, "x", []]})",
                      R"({"virtualInterfaces": [{"vlan": {}, "bgpPeers": [[], 1]}]})",
                      R"({"VpnConnections": [{"CustomerGatewayConfiguration": "<a"}]})",
                      "<",
                      "<vpn_connection",
                      "<vpn_connection><ipsec_tunnel/></vpn_connection>",
                      "<logical_connection/>",
                      "<html/>",
                      std::string(100'000, '['),
                      std::string(100'000, '<'),
                      "<vpn_connection>" + std::string(3000, 'a')};
    for (const auto& text : texts) {
        CAPTURE(text.substr(0, 60));
        const auto said = failure_of([&] { import_of(text); });
        CHECK(said != "no failure");
        CHECK(said.find('\n') == std::string::npos);
    }
    for (const auto* name : {"vifs.json", "vpn.json", "vpn.xml"}) {
        const auto whole = fixture(name);
        for (std::size_t at = 0; at < whole.size(); at += 97) {  // cut, and a byte changed
            failure_of([&] { import_of(whole.substr(0, at)); });
            auto changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ 0x15);
            failure_of([&] {
                const auto said = dxrouted_says(import_of(changed), false);
                CAPTURE(name, at, said);
                CHECK(said.empty());
            });
        }
    }
}
