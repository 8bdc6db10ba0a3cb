// Which requests the kernel has not answered yet, and what an answer says about each of them.
//
// The kernel handles the requests of a socket strictly in order and answers in order: an error for
// each that fails, a success only where NLM_F_ACK asked for it. So any answer vouches for all
// requests before it, and one NLM_F_ACK on the last of a batch settles the batch. Pure.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>

namespace dx::netlink {

class RequestWindow {
public:
    static constexpr std::uint32_t kSize = 256;  // a power of two

    std::uint32_t open() const { return next_ - oldest_; }

    std::uint32_t room() const { return kSize - open(); }

    bool empty() const { return next_ == oldest_; }

    // The sequence number for a request that `token` stands for; only while there is room().
    std::uint32_t add(std::uint64_t token) {
        assert(room() > 0);
        tokens_[next_ % kSize] = token;
        return next_++;
    }

    bool contains(std::uint32_t sequence) const { return sequence - oldest_ < open(); }

    // An answer to `sequence`, an error where `failed`. Calls settle(token, true) for everything
    // before it in order, then settle(token, !failed). Answers to requests that were given up are
    // ignored.
    template <class Settle>
    void answer(std::uint32_t sequence, bool failed, Settle&& settle) {
        if (!contains(sequence)) return;
        while (oldest_ != sequence)
            settle(tokens_[oldest_++ % kSize], true);
        settle(tokens_[oldest_++ % kSize], !failed);
    }

    // Gives up all that is open, in order: the answers were lost.
    template <class Settle>
    void abandon(Settle&& settle) {
        while (!empty())
            settle(tokens_[oldest_++ % kSize]);
    }

private:
    std::array<std::uint64_t, kSize> tokens_{};
    std::uint32_t oldest_ = 1;
    std::uint32_t next_ = 1;  // sequence numbers wrap; the arithmetic is modulo 2^32
};

}  // namespace dx::netlink
