// An owning, immutable array of plain values in one pointer: most of a route's optional attributes
// are absent, and a million routes carry them all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace dx::bgp {

template <class T>
class CompactArray {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);

public:
    CompactArray() = default;

    CompactArray(std::initializer_list<T> values) : CompactArray(std::span(values)) {}

    explicit CompactArray(std::span<const T> values) {
        if (values.empty()) return;
        allocate(values.size());
        std::memcpy(block_ + 1, values.data(), values.size_bytes());
    }

    // `fill(std::span<T>)` writes all of `count` values in place: one allocation, no copy.
    template <class Fill>
    static CompactArray filled(std::size_t count, Fill&& fill) {
        CompactArray array;
        if (count == 0) return array;
        array.allocate(count);
        auto* const first = reinterpret_cast<T*>(array.block_ + 1);
        std::uninitialized_default_construct_n(first, count);
        fill(std::span<T>(first, count));
        return array;
    }

    CompactArray(const CompactArray& other) : CompactArray(other.view()) {}

    CompactArray(CompactArray&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}

    CompactArray& operator=(CompactArray other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }

    ~CompactArray() { ::operator delete(block_); }

    bool empty() const { return block_ == nullptr; }

    std::size_t size() const { return block_ ? block_->count : 0; }

    std::span<const T> view() const {
        if (!block_) return {};
        return {reinterpret_cast<const T*>(block_ + 1), block_->count};
    }

    auto begin() const { return view().begin(); }

    auto end() const { return view().end(); }

    friend bool operator==(const CompactArray& a, const CompactArray& b) {
        return std::ranges::equal(a.view(), b.view());
    }

private:
    struct Block {
        std::uint64_t count;
    };

    void allocate(std::size_t count) {
        block_ = static_cast<Block*>(::operator new(sizeof(Block) + count * sizeof(T)));
        block_->count = count;
    }

    Block* block_ = nullptr;
};

}  // namespace dx::bgp
