// What an argument can be at this moment, for completion: names that the daemon knows, files. What
// has not come within 300 ms is left out: why that is, the command itself will say.
#pragma once

#include <string_view>

#include "cli/client.hpp"
#include "cli/command_tree.hpp"

namespace dx::cli {

class LiveNames {
public:
    explicit LiveNames(Client& client) : client_(client) {}

    // What begins with `partial` and may stand for `argument` ("NEIGHBOR", "PREFIX", …) behind the
    // words of `before`; in order, each once. Prefixes are only the first that are found.
    Words of(std::string_view argument, const Match& before, std::string_view partial);

private:
    Client& client_;
};

}  // namespace dx::cli
