// Path attributes as the RIB keeps them: one run of 32-bit words in which what is absent takes
// nothing. A typical set is 40 to 100 bytes, a third of a PathAttributes with its arrays. Equal
// sets have equal words. What the decision process compares is read in place; everything else
// unpacks. RFC 4271 9.1.2.2.
//
//     word 0         which fields are there (a bit each), ORIGIN, ATOMIC_AGGREGATE, AwsLink
//     one word each  the numbers that are there
//     next hop       1 or 4 words; 4 more for a link-local half
//     each array     a word with its size in bytes, then its bytes, padded with zeros
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libbgp/wire/path_attributes.hpp"

namespace dx::bgp {

// Replaces what `words` holds.
void pack(const PathAttributes& attributes, std::vector<std::uint32_t>& words);

// Views words that `pack` wrote.
class PackedAttributes {
public:
    PackedAttributes() = default;

    explicit PackedAttributes(const std::uint32_t* words) : words_(words) {}

    Origin origin() const;
    std::optional<std::uint32_t> med() const;
    std::optional<std::uint32_t> local_pref() const;
    std::optional<RouterId> originator_id() const;
    NextHop next_hop() const;
    std::size_t as_path_length() const;        // as AsPath::length
    std::optional<AsNumber> first_as() const;  // as AsPath::first
    bool as_path_contains(AsNumber as) const;
    std::size_t cluster_list_length() const;
    std::optional<float> link_bandwidth() const;  // bytes a second: draft-ietf-idr-link-bandwidth
    AwsLink aws_link() const;
    bool long_lived_stale() const;  // has the community LLGR_STALE

    PathAttributes unpack() const;

private:
    const std::uint32_t* words_ = nullptr;
};

}  // namespace dx::bgp
