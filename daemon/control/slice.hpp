// How much of a table is worked on at a time, so that neither a KEEPALIVE nor another client waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

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

// Rows of the walk into the piece, until the slice is over or no row is left: then false. `batch`
// is room for some.
template <class Walk, class Row, class Take>
bool fill_piece(Walk& walk, std::vector<Row>& batch, std::string& piece, Take take) {
    bool more = true;
    for (const Slice slice; more && !slice.is_over(piece);) {
        batch.clear();
        more = walk.next(kRoutesPerStep, batch);
        for (const auto& row : batch)
            take(row);
    }
    return more;
}

}  // namespace dx::control
