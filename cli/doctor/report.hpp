// A diagnosis for people and for programs.
#pragma once

#include <string>

#include "cli/doctor/checks/checks.hpp"

namespace dx::doctor {

std::string as_text(const Diagnosis& diagnosis);
std::string as_json(const Diagnosis& diagnosis);

}  // namespace dx::doctor
