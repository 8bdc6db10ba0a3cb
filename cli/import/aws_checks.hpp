// What of a session, as AWS describes it, cannot work though it can be configured.
#pragma once

#include <string>

#include "cli/import/aws_session.hpp"

namespace dx::importing {

// Why the key cannot be one of AWS's; "" if it can.
std::string key_problem(const std::string& key);

// Of two addresses that are none in one network; "" if they are.
std::string network_problem(const AwsSession& session);

}  // namespace dx::importing
