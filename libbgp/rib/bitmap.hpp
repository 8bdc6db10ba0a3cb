// A set of small numbers, one bit each, that knows how many it holds.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace dx::bgp {

class Bitmap {
public:
    std::size_t count() const { return count_; }

    bool empty() const { return count_ == 0; }

    bool test(std::uint32_t at) const {
        return at / 64 < words_.size() && (words_[at / 64] & bit(at)) != 0;
    }

    void set(std::uint32_t at) {
        if (at / 64 >= words_.size()) words_.resize(at / 64 + 1);
        count_ += !(words_[at / 64] & bit(at));
        words_[at / 64] |= bit(at);
    }

    // True if it was set.
    bool clear(std::uint32_t at) {
        if (!test(at)) return false;
        words_[at / 64] &= ~bit(at);
        --count_;
        return true;
    }

    // 1..end-1; 0 stands for "none" wherever entries are numbered.
    void set_all_below(std::uint32_t end) {
        words_.resize(std::max<std::size_t>(words_.size(), (end + 63) / 64));
        std::fill_n(words_.begin(), end / 64, ~std::uint64_t{0});
        if (end % 64) words_[end / 64] |= bit(end) - 1;
        if (end) words_[0] &= ~std::uint64_t{1};
        count_ = 0;
        for (const auto word : words_)
            count_ += static_cast<std::size_t>(std::popcount(word));
    }

    void reset() { *this = {}; }

    // The first one at or behind `from`; 0: none.
    std::uint32_t next(std::uint32_t from) const {
        auto at = from / 64;
        if (empty() || at >= words_.size()) return 0;
        auto word = words_[at] & (~std::uint64_t{0} << (from % 64));
        while (!word) {
            if (++at == words_.size()) return 0;
            word = words_[at];
        }
        return at * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
    }

    // The same among those that are not in `others`.
    std::uint32_t next_outside(const Bitmap& others, std::uint32_t from) const {
        if (empty()) return 0;
        auto mask = ~std::uint64_t{0} << (from % 64);
        for (auto at = from / 64; at < words_.size(); ++at, mask = ~std::uint64_t{0}) {
            const auto other = at < others.words_.size() ? others.words_[at] : 0;
            if (const auto word = words_[at] & ~other & mask)
                return at * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
        }
        return 0;
    }

    // Takes in all of `others`, which have none of these.
    void merge(const Bitmap& others) {
        words_.resize(std::max(words_.size(), others.words_.size()));
        for (std::size_t at = 0; at < others.words_.size(); ++at)
            words_[at] |= others.words_[at];
        count_ += others.count_;
    }

    std::size_t memory_bytes() const { return words_.capacity() * sizeof(std::uint64_t); }

private:
    static std::uint64_t bit(std::uint32_t at) { return std::uint64_t{1} << (at % 64); }

    std::vector<std::uint64_t> words_;
    std::size_t count_ = 0;
};

}  // namespace dx::bgp
