#include "libbgp/wire/path_attributes.hpp"

#include <algorithm>
#include <cstring>

namespace dx::bgp {

namespace {

// Mixes values into one hash; multiplication and fold, as fast as the bytes can be read.
class Hash {
public:
    void add(std::uint64_t value) {
        constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
        state_ = (state_ ^ value) * kOdd;
        state_ ^= state_ >> 32;
    }

    void add_bytes(Bytes bytes) {
        add(bytes.size());
        for (; bytes.size() >= sizeof(std::uint64_t); bytes = bytes.subspan(sizeof(std::uint64_t)))
            add(word(bytes.first(sizeof(std::uint64_t))));
        if (!bytes.empty()) add(word(bytes));
    }

    template <class T>
    void add_array(const CompactArray<T>& array) {
        const auto view = array.view();
        add_bytes({reinterpret_cast<const std::uint8_t*>(view.data()), view.size_bytes()});
    }

    // An absent value differs from every present one.
    template <class T>
    void add_optional(const std::optional<T>& value) {
        add(value ? std::uint64_t{*value} : ~std::uint64_t{0});
    }

    std::uint64_t value() const { return state_; }

private:
    static std::uint64_t word(Bytes bytes) {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }

    std::uint64_t state_ = 0;
};

}  // namespace

bool PathAttributes::has(Community community) const {
    return std::ranges::binary_search(communities.view(), community);
}

std::uint64_t hash_value(const PathAttributes& attributes) {
    Hash hash;
    hash.add_bytes(attributes.next_hop.address.bytes());
    if (attributes.next_hop.link_local) hash.add_bytes(attributes.next_hop.link_local->bytes());
    hash.add(static_cast<std::uint64_t>(attributes.origin) |
             (std::uint64_t{attributes.atomic_aggregate} << 8) |
             (std::uint64_t{attributes.partial} << 32));
    hash.add_optional(attributes.med);
    hash.add_optional(attributes.local_pref);
    hash.add_optional(attributes.only_to_customer);
    hash.add(attributes.originator_id ? attributes.originator_id->value : ~std::uint64_t{0});
    if (const auto& aggregator = attributes.aggregator)
        hash.add((std::uint64_t{aggregator->as} << 32) | aggregator->address.value);
    hash.add_bytes({reinterpret_cast<const std::uint8_t*>(attributes.as_path.words().data()),
                    attributes.as_path.words().size_bytes()});
    hash.add_array(attributes.communities);
    hash.add_array(attributes.extended_communities);
    hash.add_array(attributes.large_communities);
    hash.add_array(attributes.cluster_list);
    hash.add_array(attributes.unknown);
    return hash.value();
}

}  // namespace dx::bgp
