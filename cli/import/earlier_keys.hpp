// The key files of an import that is being replaced.
#pragma once

#include <string>

#include "cli/import/model.hpp"

namespace dx::importing {

// Those that `yaml`, its dxrouted.yaml, names by password-file as an import names them
// (key_file_of). None of what is no YAML.
Texts keys_of_import(const std::string& yaml);

}  // namespace dx::importing
