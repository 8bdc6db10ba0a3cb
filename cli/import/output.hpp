// All that an import writes, and what it says of it.
#pragma once

#include <string>
#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

// dxrouted.yaml, the keys, the units, and import-notes.txt where there is something to be noted.
std::vector<File> output_files(const Configuration& configuration);

// What was not taken over and why, line by line; "" if there is nothing to say.
std::string notes_text(const Configuration& configuration);

// For the terminal: what was written into `directory`, the notes, what to do next.
std::string summary(const Configuration& configuration, const std::vector<File>& files,
                    const std::string& directory);

// The same for programs, with what became of files of an `earlier` import.
std::string summary_json(const Configuration& configuration, const std::vector<File>& files,
                         const std::string& directory, const EarlierFiles& earlier);

}  // namespace dx::importing
