// Many small values with stable 32-bit numbers, in chunks: growing copies nothing, and a number
// stays valid until it is freed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace dx::bgp {

// Numbers begin at 1; 0 is free for "none". T is default-constructed when its chunk is made and
// keeps its last value while free: resetting it is the user's business.
template <class T, unsigned ChunkBits = 10>
class Slab {
public:
    std::uint32_t allocate() {
        if (!free_.empty()) {
            const auto id = free_.back();
            free_.pop_back();
            return id;
        }
        if (end_ >> ChunkBits == chunks_.size())
            chunks_.push_back(std::make_unique<T[]>(std::size_t{1} << ChunkBits));
        return end_++;
    }

    void free(std::uint32_t id) { free_.push_back(id); }

    T& operator[](std::uint32_t id) { return chunks_[id >> ChunkBits][id & kMask]; }

    const T& operator[](std::uint32_t id) const { return chunks_[id >> ChunkBits][id & kMask]; }

    std::uint32_t end() const { return end_; }  // one above the highest number ever used

    std::size_t used() const { return end_ - 1 - free_.size(); }

    std::size_t memory_bytes() const {
        return (chunks_.size() * sizeof(T) << ChunkBits) + free_.capacity() * sizeof(std::uint32_t);
    }

private:
    static constexpr std::uint32_t kMask = (1U << ChunkBits) - 1;

    std::vector<std::unique_ptr<T[]>> chunks_;
    std::vector<std::uint32_t> free_;
    std::uint32_t end_ = 1;
};

}  // namespace dx::bgp
