// A policy's way to its verdict, as `why` and `policy test` print it.
#pragma once

#include <string>

#include "cli/fields.hpp"

namespace dx::cli {

std::string joined_texts(const boost::json::array& texts, std::string_view separator);

// "rule 2 (line 31)"
std::string rule_name(const Object& rule);

// "import policy from-aws, rule 2 (line 31): prefix: 10.0.0.0/16 matches ours"
std::string rejection(std::string_view direction, const Object& run);

}  // namespace dx::cli
