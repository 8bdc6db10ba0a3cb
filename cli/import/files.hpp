// The output directory of an import: nothing that exists is overwritten unless it was asked for,
// and a key is readable by its owner alone from the first moment.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

// Reads a whole file; Unreadable if it cannot be, or is too large to be what an import reads.
std::string read_source(const std::filesystem::path& path);

// All files or none where one of them exists and `overwrite` is not set. Directories that are
// missing are made, with mode 0750. With `overwrite`, what an earlier import wrote there and this
// one does not is removed. Throws Unreadable.
EarlierFiles write_files(const std::filesystem::path& directory, const std::vector<File>& files,
                         bool overwrite);

}  // namespace dx::importing
