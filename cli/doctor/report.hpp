// A diagnosis for people and for programs.
#pragma once

#include <string>

#include "cli/doctor/checks/checks.hpp"
#include "cli/output.hpp"

namespace dx::doctor {

void write_text(const Diagnosis& diagnosis, cli::Output& out);
std::string as_json(const Diagnosis& diagnosis);

}  // namespace dx::doctor
