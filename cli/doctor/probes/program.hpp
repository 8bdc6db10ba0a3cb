// Another program's output, without a shell between.
#pragma once

#include <string>
#include <vector>

namespace dx::doctor {

struct Outcome {
    int status = -1;      // its exit code; -1: it could not be started, or was killed
    std::string output;   // its standard output
    std::string trouble;  // its standard error, or why it could not be started
};

// `words` begin with the program, looked for in PATH.
Outcome run_program(const std::vector<std::string>& words);

}  // namespace dx::doctor
