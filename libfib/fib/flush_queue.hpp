// The prefixes that have something to do in the kernel, in the order that is fastest there:
// additions shortest first, deletions longest first, the latest first among equals. What is to be
// done is decided when a prefix is taken. Before all of them go, as they came, a few of every lane:
// what little one neighbor changes does not wait behind the table of another.
//
// Within a length the order of addresses saved the kernel 7 % at best (measured with a million
// routes that came in the order of an Internet table): not enough to sort for.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libfib/fib/route.hpp"
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
    static constexpr std::uint8_t kUrgentInLane = 64;  // in each ...
    static constexpr std::chrono::milliseconds kShareOf{20};

    // False, and nothing done: the lane has had its share. Lanes are numbered densely.
    bool push_urgent(net::PrefixId id, std::uint32_t lane, TimePoint now) {
        if (now >= shares_since_ + kShareOf) {
            shares_since_ = now;
            std::ranges::fill(lanes_, std::uint8_t{0});
        }
        if (lane >= lanes_.size()) lanes_.resize(lane + 1);
        if (lanes_[lane] >= kUrgentInLane) return false;
        ++lanes_[lane];
        urgent_.push_back(id);
        ++size_;
        return true;
    }

    void push_addition(net::PrefixId id, unsigned length) {
        additions_[length].push(id);
        ++size_;
        if (length < shortest_) shortest_ = length;
    }

    void push_deletion(net::PrefixId id, unsigned length) {
        deletions_[length].push(id);
        ++size_;
        ++waiting_deletions_;
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
        const auto id = pop(deletions_[longest_]);
        if (id) --waiting_deletions_;
        return id;
    }

    std::size_t size() const { return size_; }

    std::size_t waiting_deletions() const { return waiting_deletions_; }  // but for urgent ones

private:
    static constexpr unsigned kLengths = 129;

    std::optional<net::PrefixId> pop(IdStack& stack) {
        if (stack.empty()) return std::nullopt;
        --size_;
        return stack.pop();
    }

    std::deque<net::PrefixId> urgent_;
    std::vector<std::uint8_t> lanes_;  // of each, how many were urgent
    TimePoint shares_since_{};
    std::array<IdStack, kLengths> additions_;
    std::array<IdStack, kLengths> deletions_;
    unsigned shortest_ = 0;
    unsigned longest_ = 0;
    std::size_t size_ = 0;
    std::size_t waiting_deletions_ = 0;
};

}  // namespace dx::fib
