// How PackedAttributes lie in their words, for packed_attributes.cpp alone: word 0 tells which
// fields are there; the numbers follow, then the next hop, then the arrays, each behind its size in
// bytes.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "libbgp/rib/packed_attributes.hpp"

namespace dx::bgp::packed {

using Words = std::vector<std::uint32_t>;

// Bits of word 0, in the order in which the fields follow.
enum Field : unsigned {
    kMed,
    kLocalPref,
    kOnlyToCustomer,
    kOriginatorId,
    kPartial,
    kAggregatorAs,
    kAggregatorAddress,
    kEndOfNumbers,
    kNextHopV6 = kEndOfNumbers,  // 4 words, not 1
    kLinkLocal,
    kAsPath,
    kCommunities,
    kExtendedCommunities,
    kLargeCommunities,
    kClusterList,
    kUnknown,
    kAtomicAggregate,
    kOrigin,                        // the first of two bits
    kLongLivedStale = kOrigin + 2,  // the community: the decision asks for it
    kAwsLink,                       // the first of kAwsLinkBits
};

constexpr std::uint32_t bit(unsigned field) {
    return std::uint32_t{1} << field;
}

constexpr std::uint32_t below(unsigned field) {
    return bit(field) - 1;
}

// How many of the numbers below `field` are there. A table: without an instruction for it,
// std::popcount is a call.
inline constexpr auto kCounts = [] {
    std::array<std::uint8_t, bit(kEndOfNumbers)> counts{};
    for (std::uint32_t fields = 0; fields < counts.size(); ++fields)
        counts[fields] = static_cast<std::uint8_t>(std::popcount(fields));
    return counts;
}();

constexpr std::size_t numbers_below(unsigned field, std::uint32_t fields) {
    return kCounts[fields & below(field)];
}

constexpr std::size_t words_for(std::size_t bytes) {
    return (bytes + 3) / 4;
}

// Writes field by field, in their order.
class Packer {
public:
    explicit Packer(Words& words) : words_(words) { words_.assign(1, 0); }

    void flag(unsigned field) { words_[0] |= bit(field); }

    void origin(Origin origin) { words_[0] |= static_cast<std::uint32_t>(origin) << kOrigin; }

    void aws_link(AwsLink link) { words_[0] |= static_cast<std::uint32_t>(link) << kAwsLink; }

    void number(Field field, std::optional<std::uint32_t> value) {
        if (!value) return;
        flag(field);
        words_.push_back(*value);
    }

    void address(const net::IpAddress& address) { bytes(address.bytes()); }

    template <class T>
    void array(Field field, std::span<const T> values) {
        if (values.empty()) return;
        flag(field);
        words_.push_back(static_cast<std::uint32_t>(values.size_bytes()));
        bytes({reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()});
    }

private:
    void bytes(Bytes bytes) {
        const auto at = words_.size();
        words_.resize(at + words_for(bytes.size()));
        std::memcpy(&words_[at], bytes.data(), bytes.size());
    }

    Words& words_;
};

// Reads field by field, in their order.
class Reader {
public:
    explicit Reader(const std::uint32_t* words) : fields_(words[0]), at_(words + 1) {}

    bool has(unsigned field) const { return (fields_ & bit(field)) != 0; }

    std::optional<std::uint32_t> number(Field field) {
        if (!has(field)) return std::nullopt;
        return *at_++;
    }

    void skip_numbers() { at_ += numbers_below(kEndOfNumbers, fields_); }

    NextHop next_hop() {
        NextHop next_hop;
        next_hop.address = address(has(kNextHopV6));
        if (has(kLinkLocal)) next_hop.link_local = address(true);
        return next_hop;
    }

    void skip_next_hop() { at_ += (has(kNextHopV6) ? 4 : 1) + (has(kLinkLocal) ? 4 : 0); }

    // What stands in an array, as bytes.
    Bytes array(Field field) {
        if (!has(field)) return {};
        const std::size_t size = *at_++;
        const Bytes bytes(reinterpret_cast<const std::uint8_t*>(at_), size);
        at_ += words_for(size);
        return bytes;
    }

    std::span<const std::uint32_t> words(Field field) {
        const auto bytes = array(field);
        return {reinterpret_cast<const std::uint32_t*>(bytes.data()), bytes.size() / 4};
    }

    template <class T>
    void copy(Field field, CompactArray<T>& to) {
        const auto bytes = array(field);
        to = CompactArray<T>::filled(bytes.size() / sizeof(T), [&](std::span<T> values) {
            std::memcpy(values.data(), bytes.data(), bytes.size());
        });
    }

private:
    net::IpAddress address(bool v6) {
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(at_);
        const auto family = v6 ? net::Family::Ipv6 : net::Family::Ipv4;
        at_ += words_for(net::address_bytes(family));
        return net::IpAddress::from_bytes(family, {bytes, net::address_bytes(family)});
    }

    std::uint32_t fields_;
    const std::uint32_t* at_;
};

}  // namespace dx::bgp::packed
