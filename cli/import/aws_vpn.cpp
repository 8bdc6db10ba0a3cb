#include "cli/import/aws_vpn.hpp"

#include <algorithm>
#include <map>

#include <boost/json/value.hpp>
#include <boost/property_tree/ptree.hpp>
#include <fmt/format.h>

#include "cli/import/json_member.hpp"
#include "cli/import/numbers.hpp"
#include "cli/import/xml.hpp"

namespace dx::importing {
namespace {

using boost::json::object;
using Xml = boost::property_tree::ptree;

constexpr unsigned kHeaders = 40;  // of IPv4 and TCP: what an MSS leaves out of an MTU

// "169.254.44.41/30"
std::string inside_address(const Xml& side) {
    const auto address = side.get("tunnel_inside_address.ip_address", "");
    const auto length = side.get("tunnel_inside_address.network_cidr", "");
    return address.empty() || length.empty() ? address : address + '/' + length;
}

std::uint32_t number_at(const Xml& tree, const char* path) {
    return to_number(tree.get(path, ""));
}

// What the JSON says of a VPN connection beside its XML.
struct Connection {
    std::string id;
    std::string name;
    Texts comments;
    std::map<std::string, std::string> telemetry;  // of AWS's outside addresses: "UP 2 BGP ROUTES"
};

AwsSession tunnel_of(const Connection& connection, const Xml& tunnel, unsigned number) {
    const auto& customer = child_of(tunnel, "customer_gateway");
    const auto& amazon = child_of(tunnel, "vpn_gateway");
    const auto outside = amazon.get("tunnel_outside_address.ip_address", "");
    AwsSession session;
    session.label = fmt::format("{}, tunnel {}", connection.id, number);
    session.name = fmt::format("{}-{}", connection.name, number);
    session.id = session.connection = connection.id;
    session.profile = "aws-vpn";
    session.amazon_address = inside_address(amazon);
    session.customer_address = inside_address(customer);
    session.amazon_asn = number_at(amazon, "bgp.asn");
    session.customer_asn = number_at(customer, "bgp.asn");
    session.hold = number_at(amazon, "bgp.hold_time");
    if (const auto mss = number_at(tunnel, "ipsec.tcp_mss_adjustment"); mss != 0)
        session.mtu = mss + kHeaders;
    session.description = fmt::format("{} tunnel {}, AWS at {}", connection.id, number, outside);
    session.comments = connection.comments;
    session.comments.push_back(
        fmt::format("tunnel {}: outside addresses {} (ours) and {} (AWS)", number,
                    customer.get("tunnel_outside_address.ip_address", ""), outside));
    if (const auto said = connection.telemetry.find(outside); said != connection.telemetry.end())
        session.comments.push_back("when this was made: " + said->second);
    return session;
}

// AWS does not promise an order of the tunnels: by AWS's outside address, so that each has the same
// number every time.
void read_tunnels(const Connection& connection, const Xml& document, AwsSessions& out) {
    std::vector<const Xml*> tunnels;
    for (const auto& [element, child] : child_of(document, "vpn_connection"))
        if (element == "ipsec_tunnel") tunnels.push_back(&child);
    std::ranges::sort(tunnels, {}, [](const Xml* tunnel) {
        return tunnel->get("vpn_gateway.tunnel_outside_address.ip_address", "");
    });
    if (tunnels.empty())
        out.notes.push_back(
            {Note::Kind::Skipped, 0, connection.id, "its configuration has no ipsec_tunnel"});
    unsigned number = 0;
    for (const auto* tunnel : tunnels) {
        auto session = tunnel_of(connection, *tunnel, ++number);
        if (session.amazon_asn == 0 && session.customer_asn == 0)
            out.notes.push_back({Note::Kind::Skipped, 0, session.label,
                                 "it has no BGP: a VPN with static routes only"});
        else
            out.sessions.push_back(std::move(session));
    }
}

std::string tag_of(const object& connection, std::string_view name) {
    for (const auto& each : member_list(connection, "Tags"))
        if (each.is_object() && member(each.get_object(), "Key") == name)
            return member(each.get_object(), "Value");
    return {};
}

Connection describe(const object& from) {
    Connection connection;
    connection.id = member(from, "VpnConnectionId");
    const auto name = tag_of(from, "Name");
    connection.name = name.empty() ? connection.id : name;
    auto line = fmt::format("\"{}\": VPN connection {}", name, connection.id);
    for (const auto* key :
         {"TransitGatewayId", "VpnGatewayId", "CoreNetworkArn", "CustomerGatewayId"})
        if (const auto value = member(from, key); !value.empty()) line += ", " + value;
    connection.comments.push_back(line);
    for (const auto& each : member_list(from, "VgwTelemetry")) {
        if (!each.is_object()) continue;
        const auto& tunnel = each.get_object();
        connection.telemetry[member(tunnel, "OutsideIpAddress")] =
            member(tunnel, "Status") + ' ' + member(tunnel, "StatusMessage");
    }
    return connection;
}

void read_connection(const object& from, AwsSessions& out) {
    const auto connection = describe(from);
    const auto skip = [&](const std::string& why) {
        out.notes.push_back({Note::Kind::Skipped, 0, connection.id, why});
    };
    const auto state = member(from, "State");
    if (state == "deleted" || state == "deleting") return skip("its state is " + state);
    if (member(member_object(from, "Options"), "StaticRoutesOnly") == "true")
        return skip("it has static routes only (give dxrouted static-routes by the tunnels)");
    const auto xml = member(from, "CustomerGatewayConfiguration");
    if (xml.empty()) return skip("it has no CustomerGatewayConfiguration");
    try {
        read_tunnels(connection, parse_xml(xml, "CustomerGatewayConfiguration"), out);
    } catch (const Unreadable& error) {
        skip(error.what());
    }
}

}  // namespace

AwsSessions read_vpn_connections(const object& document) {
    AwsSessions out;
    for (const auto& each : member_list(document, "VpnConnections"))
        if (each.is_object()) read_connection(each.get_object(), out);
    return out;
}

AwsSessions read_vpn_connection_xml(const std::string& xml, const std::string& where) {
    const auto document = parse_xml(xml, where);
    AwsSessions out;
    Connection connection;
    connection.id = document.get("vpn_connection.<xmlattr>.id", "vpn");
    connection.name = connection.id;
    connection.comments.push_back("VPN connection " + connection.id);
    read_tunnels(connection, document, out);
    return out;
}

}  // namespace dx::importing
