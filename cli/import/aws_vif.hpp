// Reader of `aws directconnect describe-virtual-interfaces`, and of the router configuration in XML
// that stands in it (or was saved alone) for what the JSON lacks.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "cli/import/aws_session.hpp"

namespace dx::importing {

// The whole answer, {"virtualInterfaces": […]}, or one virtual interface as `create-…` answers.
AwsSessions read_virtual_interfaces(const boost::json::object& document);

// <logical_connection>, alone.
AwsSessions read_logical_connection(const std::string& xml, const std::string& where);

}  // namespace dx::importing
