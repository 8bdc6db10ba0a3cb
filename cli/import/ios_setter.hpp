// A line about a neighbor on its way into it: what the tables of settings work with.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/import/ios_peer.hpp"

namespace dx::importing {

struct Setter {
    const PeerLine& line;
    const PeerContext& context;
    const PeerBasis& basis;
    Peer& peer;

    std::string_view word(std::size_t after) const { return line.word(after); }

    std::string rest(std::size_t after) const {
        return std::string(line.line->rest(line.at + after));
    }

    void done() const { context.account.done(*line.line); }

    void needless(std::string why) const { context.account.needless(*line.line, std::move(why)); }

    void changed(std::string why) const { context.account.changed(*line.line, std::move(why)); }

    void skip(std::string why) const { context.account.skip(*line.line, std::move(why)); }
};

}  // namespace dx::importing
