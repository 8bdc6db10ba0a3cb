// How much of a table is worked on at a time, so that neither a KEEPALIVE nor another client waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace dx::control {

inline constexpr std::size_t kRoutesPerStep = 64;

class Slice {
public:
    // Time is up, or the piece is as large as one write should be.
    bool is_over(const std::string& piece) const {
        return piece.size() >= kPieceSize || std::chrono::steady_clock::now() - begin_ >= kLength;
    }

private:
    static constexpr std::size_t kPieceSize = 256 * 1024;
    static constexpr std::chrono::milliseconds kLength{5};

    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace dx::control
