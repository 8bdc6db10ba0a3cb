// The prefixes that have something to do in the kernel, in the order that is fastest there:
// additions shortest first, deletions longest first, the latest first among equals. What is to be
// done is decided when a prefix is taken. The urgent ones go before all, as they came: they are
// few.
//
// Within a length the order of addresses saved the kernel 7 % at best (measured with a million
// routes that came in the order of an Internet table): not enough to sort for.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "libfib/net/prefix_map.hpp"

namespace dx::fib {

// A stack of ids in blocks: growing copies nothing and needs no more than is in it.
class IdStack {
public:
    IdStack() = default;
    IdStack(const IdStack&) = delete;
    IdStack& operator=(const IdStack&) = delete;

    ~IdStack() {
        while (top_)
            top_ = std::move(top_->below);
    }

    bool empty() const { return used_ == 0; }

    void push(net::PrefixId id) {
        if (!top_ || used_ == kIds) {
            auto block = std::make_unique_for_overwrite<Block>();
            block->below = std::move(top_);
            top_ = std::move(block);
            used_ = 0;
        }
        top_->ids[used_++] = id;
    }

    net::PrefixId pop() {
        const auto id = top_->ids[--used_];
        if (used_ == 0 && top_->below) {
            top_ = std::move(top_->below);
            used_ = kIds;
        }
        return id;
    }

private:
    static constexpr std::uint32_t kIds = 254;

    struct Block {
        std::array<net::PrefixId, kIds> ids;
        std::unique_ptr<Block> below;
    };

    std::unique_ptr<Block> top_;
    std::uint32_t used_ = 0;  // in the top block; 0 only if it is the last
};

class FlushQueue {
public:
    void push_urgent(net::PrefixId id) {
        urgent_.push_back(id);
        ++size_;
    }

    void push_addition(net::PrefixId id, unsigned length) {
        additions_[length].push(id);
        ++size_;
        if (length < shortest_) shortest_ = length;
    }

    void push_deletion(net::PrefixId id, unsigned length) {
        deletions_[length].push(id);
        ++size_;
        if (length > longest_) longest_ = length;
    }

    std::optional<net::PrefixId> pop_urgent() {
        if (urgent_.empty()) return std::nullopt;
        const auto id = urgent_.front();
        urgent_.pop_front();
        --size_;
        return id;
    }

    std::optional<net::PrefixId> pop_addition() {
        while (shortest_ < kLengths - 1 && additions_[shortest_].empty())
            ++shortest_;
        return pop(additions_[shortest_]);
    }

    std::optional<net::PrefixId> pop_deletion() {
        while (longest_ > 0 && deletions_[longest_].empty())
            --longest_;
        return pop(deletions_[longest_]);
    }

    std::size_t size() const { return size_; }

private:
    static constexpr unsigned kLengths = 129;

    std::optional<net::PrefixId> pop(IdStack& stack) {
        if (stack.empty()) return std::nullopt;
        --size_;
        return stack.pop();
    }

    std::deque<net::PrefixId> urgent_;
    std::array<IdStack, kLengths> additions_;
    std::array<IdStack, kLengths> deletions_;
    unsigned shortest_ = 0;
    unsigned longest_ = 0;
    std::size_t size_ = 0;
};

}  // namespace dx::fib
