// The attributes of a path, decoded: what the decision process, policies and `show` work with.
// RFC 4271 5, 1997, 4360, 4456, 6793, 8092, 9234.
// A plain value; the RIB interns it. AS numbers are always four octets here, whatever the peer
// speaks.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libbgp/wire/aws_link.hpp"
#include "libbgp/wire/compact_array.hpp"
#include "libbgp/wire/types.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::bgp {

enum class Origin : std::uint8_t { Igp = 0, Egp = 1, Incomplete = 2 };

// AS_PATH: the segments as they came, each [count][count AS numbers] as 32-bit words. All are
// AS_SEQUENCEs: the decoder lets in no sets (RFC 9774) and nothing of a confederation, since we are
// in none (RFC 5065).
class AsPath {
public:
    using Segment = std::span<const AsNumber>;

    static constexpr std::size_t kMaxSegmentSize = 255;  // the count is one octet on the wire

    AsPath() = default;
    static AsPath sequence(std::span<const AsNumber> numbers);
    static AsPath of(std::span<const Segment> segments);

    // From the word form, which `fill(std::span<std::uint32_t>)` writes in place: for the codec.
    template <class Fill>
    static AsPath of_words(std::size_t count, Fill&& fill) {
        AsPath path;
        path.words_ = CompactArray<std::uint32_t>::filled(count, std::forward<Fill>(fill));
        return path;
    }

    bool empty() const { return words_.empty(); }

    std::vector<Segment> segments() const;

    template <class Visit>
    void for_each_segment(Visit&& visit) const {
        for_each_segment_of(words(), visit);
    }

    // How many ASes (RFC 4271 9.1.2.2 a). `length_of`, `count_in` and `first_of` read the word form
    // where it stands.
    std::size_t length() const { return length_of(words()); }

    static std::size_t length_of(std::span<const std::uint32_t> words);

    // How often it stands in the path, for loop checks.
    std::size_t count(AsNumber as) const { return count_in(words(), as); }

    static std::size_t count_in(std::span<const std::uint32_t> words, AsNumber as);

    bool contains(AsNumber as) const { return count(as) != 0; }

    // The AS that the route was learnt from (MED comparison, first-AS check); none if the path is
    // empty.
    std::optional<AsNumber> first() const { return first_of(words()); }

    static std::optional<AsNumber> first_of(std::span<const std::uint32_t> words);
    std::optional<AsNumber> origin_as() const;  // the last

    // `as` put before the path `times` times, opening a new segment where one is full (255).
    AsPath prepended(AsNumber as, std::size_t times = 1) const;

    // "64512 65001"; the form on which as-path expressions match.
    std::string to_string() const;

    std::span<const std::uint32_t> words() const { return words_.view(); }

    friend bool operator==(const AsPath&, const AsPath&) = default;

private:
    template <class Visit>
    static void for_each_segment_of(std::span<const std::uint32_t> left, Visit&& visit) {
        while (!left.empty()) {
            const std::size_t count = left[0];
            visit(left.subspan(1, count));
            left = left.subspan(1 + count);
        }
    }

    CompactArray<std::uint32_t> words_;
};

// RFC 1997: the AS number in the upper, the value in the lower 16 bits.
struct Community {
    std::uint32_t value = 0;

    static constexpr Community of(std::uint16_t as, std::uint16_t local) {
        return {(std::uint32_t{as} << 16) | local};
    }

    friend constexpr auto operator<=>(const Community&, const Community&) = default;
};

namespace community {
inline constexpr Community kGracefulShutdown{0xffff0000};  // RFC 8326
inline constexpr Community kLlgrStale{0xffff0006};         // RFC 9494
inline constexpr Community kNoLlgr{0xffff0007};
inline constexpr Community kBlackhole{0xffff029a};  // RFC 7999
inline constexpr Community kNoExport{0xffffff01};
inline constexpr Community kNoAdvertise{0xffffff02};
inline constexpr Community kNoExportSubconfed{0xffffff03};
}  // namespace community

struct ExtendedCommunity {  // RFC 4360: eight octets, in wire order from the top
    std::uint64_t value = 0;

    friend constexpr auto operator<=>(const ExtendedCommunity&, const ExtendedCommunity&) = default;
};

struct LargeCommunity {  // RFC 8092
    std::uint32_t global = 0;
    std::uint32_t local1 = 0;
    std::uint32_t local2 = 0;

    friend constexpr auto operator<=>(const LargeCommunity&, const LargeCommunity&) = default;
};

// How AwsLink goes to the routers of our AS. None: it is another community.
ExtendedCommunity community_of(AwsLink link);
std::optional<AwsLink> aws_link_of(ExtendedCommunity community);

// "64512:100", "no-export"; "64512:1:2"; "rt:64512:100", "0x4004fde800000001" where the type has no
// name.
std::string to_string(Community community);
std::string to_string(LargeCommunity community);
std::string to_string(ExtendedCommunity community);
std::optional<Community> parse_community(std::string_view text);
std::optional<LargeCommunity> parse_large_community(std::string_view text);
std::optional<ExtendedCommunity> parse_extended_community(std::string_view text);

struct Aggregator {
    AsNumber as = 0;
    RouterId address;

    friend bool operator==(const Aggregator&, const Aggregator&) = default;
};

struct NextHop {
    net::IpAddress address;  // IPv6: the global one, or link-local where it is alone
    std::optional<net::IpAddress> link_local;  // the second half of a 32-byte IPv6 next hop

    friend bool operator==(const NextHop&, const NextHop&) = default;
};

struct PathAttributes {
    NextHop next_hop;
    Origin origin = Origin::Incomplete;
    bool atomic_aggregate = false;
    AwsLink aws_link = AwsLink::None;  // among `extended_communities` on the wire, to iBGP only
    // Which of the recognised optional transitive attributes came with the Partial bit, which must
    // never be cleared (RFC 4271 5). Opaque: the wire codec's own numbering.
    std::uint32_t partial = 0;
    std::optional<std::uint32_t> med;
    std::optional<std::uint32_t> local_pref;
    std::optional<AsNumber> only_to_customer;  // RFC 9234
    std::optional<RouterId> originator_id;     // RFC 4456: kept and passed on, we reflect nothing
    std::optional<Aggregator> aggregator;
    AsPath as_path;
    CompactArray<Community> communities;  // sorted, each once
    CompactArray<ExtendedCommunity> extended_communities;
    CompactArray<LargeCommunity> large_communities;
    CompactArray<std::uint32_t> cluster_list;
    // Optional transitive attributes that we do not know, to be passed on: concatenated in wire
    // form (flags with Partial and Extended Length set, type, two octets of length, value), sorted
    // by type.
    CompactArray<std::uint8_t> unknown;

    bool has(Community community) const;
    void add(std::span<const Community> added);

    friend bool operator==(const PathAttributes&, const PathAttributes&) = default;
};

}  // namespace dx::bgp
