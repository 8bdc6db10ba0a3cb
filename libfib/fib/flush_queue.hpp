// The prefixes that have something to do in the kernel, in the order that is fastest there:
// additions shortest first, deletions longest first. What is to be done is decided when a prefix is
// taken.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "libfib/net/prefix_map.hpp"

namespace dx::fib {

class FlushQueue {
public:
    void push_addition(net::PrefixId id, unsigned length) {
        additions_[length].push_back(id);
        ++size_;
        if (length < shortest_) shortest_ = length;
    }

    void push_deletion(net::PrefixId id, unsigned length) {
        deletions_[length].push_back(id);
        ++size_;
        if (length > longest_) longest_ = length;
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

    std::optional<net::PrefixId> pop(std::vector<net::PrefixId>& bucket) {
        if (bucket.empty()) return std::nullopt;
        const auto id = bucket.back();
        bucket.pop_back();
        if (bucket.empty()) bucket = {};  // a full load leaves no memory behind
        --size_;
        return id;
    }

    std::array<std::vector<net::PrefixId>, kLengths> additions_;
    std::array<std::vector<net::PrefixId>, kLengths> deletions_;
    unsigned shortest_ = 0;
    unsigned longest_ = 0;
    std::size_t size_ = 0;
};

}  // namespace dx::fib
