// Which of AWS's forms a file has, and which physical interface a connection ends on.
#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/import/aws.hpp"
#include "cli/import/aws_compose.hpp"
#include "cli/import/aws_vif.hpp"
#include "cli/import/aws_vpn.hpp"
#include "cli/import/names.hpp"

namespace dx::importing {
namespace {

constexpr auto kExpected =
    "expected the JSON of `aws directconnect describe-virtual-interfaces` or `aws ec2 "
    "describe-vpn-connections`, or the XML in it";

struct JsonForm {
    std::string_view key;
    AwsSessions (*read)(const boost::json::object&);
};

constexpr std::array kJsonForms{
    JsonForm{"virtualInterfaces", read_virtual_interfaces},
    JsonForm{"VpnConnections", read_vpn_connections},
};

// What `--query` leaves of the usual form: the elements of a list, or one that stands alone.
struct ElementForm {
    std::string_view key;  // an element has it
    std::string_view list;
};

constexpr std::array kElementForms{
    ElementForm{"virtualInterfaceId", "virtualInterfaces"},
    ElementForm{"VpnConnectionId", "VpnConnections"},
};

boost::json::object in_usual_form(const boost::json::value& document) {
    if (document.is_object()) {
        const auto& whole = document.get_object();
        const auto* const one = whole.if_contains("VpnConnection");  // of create-vpn-connection
        if (one) return in_usual_form(*one);
        for (const auto& [key, list] : kElementForms)
            if (whole.contains(key)) return {{list, boost::json::array{document}}};
        return whole;
    }
    if (!document.is_array()) return {};
    for (const auto& element : document.get_array())
        for (const auto& [key, list] : kElementForms)
            if (element.is_object() && element.get_object().contains(key))
                return {{list, document}};
    return {};
}

AwsSessions read_json(const Source& source) {
    boost::system::error_code error;
    const auto document = boost::json::parse(source.text, error);
    if (error)
        throw Unreadable(
            fmt::format("{} is not JSON: {} ({})", source.name, error.message(), kExpected));
    const bool for_a_vendor = document.is_object() && document.get_object().contains("router");
    if (for_a_vendor)
        throw Unreadable(fmt::format(
            "{} is from describe-router-configuration: text for another vendor's router ({})",
            source.name, kExpected));
    const auto usual = in_usual_form(document);
    for (const auto& [key, read] : kJsonForms)
        if (usual.contains(key)) return read(usual);
    throw Unreadable(fmt::format("{} has neither virtualInterfaces nor VpnConnections ({})",
                                 source.name, kExpected));
}

AwsSessions read_source_form(const Source& source) {
    const auto start = source.text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    if (start == source.text.npos)
        throw Unreadable(fmt::format("{} is empty ({})", source.name, kExpected));
    if (source.text[start] != '<') return read_json({source.name, source.text.substr(start)});
    if (source.text.find("<vpn_connection") != source.text.npos)
        return read_vpn_connection_xml(source.text.substr(start), source.name);
    if (source.text.find("<logical_connection") != source.text.npos)
        return read_logical_connection(source.text.substr(start), source.name);
    throw Unreadable(fmt::format("{} has neither vpn_connection nor logical_connection ({})",
                                 source.name, kExpected));
}

std::string checked_interface(std::string_view name) {
    if (!is_interface_name(name))
        throw Unreadable(
            fmt::format("\"{}\" is not the name of an interface (expected one as eth0, or "
                        "dxcon-a=eth0,dxcon-b=eth1)",
                        name));
    return std::string(name);
}

}  // namespace

InterfaceChoice::InterfaceChoice(std::string_view text) {
    while (true) {
        const auto comma = std::min(text.find(','), text.size());
        const auto item = text.substr(0, comma);
        const auto equals = item.find('=');
        if (equals == item.npos)
            all_ = checked_interface(item);
        else
            of_connection_[std::string(item.substr(0, equals))] =
                checked_interface(item.substr(equals + 1));
        if (comma == text.size()) return;
        text.remove_prefix(comma + 1);
    }
}

std::string InterfaceChoice::of(const std::string& connection) const {
    const auto found = of_connection_.find(connection);
    return found == of_connection_.end() ? all_ : found->second;
}

void InterfaceChoice::require_among(const std::set<std::string>& connections) const {
    for (const auto& [connection, interface] : of_connection_)
        if (!connections.contains(connection))
            throw Unreadable(
                fmt::format("interface {}={}: there is no such connection (expected one of {})",
                            connection, interface, fmt::join(connections, ", ")));
}

Configuration read_aws(const std::vector<Source>& sources, const AwsOptions& options) {
    AwsSessions all;
    std::string title;
    for (const auto& source : sources) {
        auto read = read_source_form(source);
        std::ranges::move(read.sessions, std::back_inserter(all.sessions));
        std::ranges::move(read.notes, std::back_inserter(all.notes));
        title += (title.empty() ? "" : " and ") + source.name;
    }
    std::set<std::string> connections;
    for (const auto& session : all.sessions)
        if (!session.connection.empty()) connections.insert(session.connection);
    options.interfaces.require_among(connections);
    auto configuration = compose(std::move(all), options);
    configuration.title = title;
    return configuration;
}

}  // namespace dx::importing
