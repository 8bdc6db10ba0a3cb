// Reader of `aws ec2 describe-vpn-connections`, whose CustomerGatewayConfiguration is XML, and of
// that XML alone. Pre-shared keys are not even looked at: IPsec is another program's.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "cli/import/aws_session.hpp"

namespace dx::importing {

// {"VpnConnections": […]}
AwsSessions read_vpn_connections(const boost::json::object& document);

// <vpn_connection>, alone.
AwsSessions read_vpn_connection_xml(const std::string& xml, const std::string& where);

}  // namespace dx::importing
