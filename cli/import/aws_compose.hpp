// AWS's sessions into neighbors, interfaces, and the policies that they need.
#pragma once

#include "cli/import/aws.hpp"
#include "cli/import/aws_session.hpp"

namespace dx::importing {

// Throws Unreadable where nothing is left to be configured, or interfaces cannot be told apart.
Configuration compose(AwsSessions read, const AwsOptions& options);

}  // namespace dx::importing
