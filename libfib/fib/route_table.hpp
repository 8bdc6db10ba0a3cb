// Which of several sources' routes to a prefix is used: the lowest administrative distance among
// those that can be used. Knows the candidates; what is in the kernel is written into the same
// entries by the Fib, since a million prefixes shall not be kept twice.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "libfib/fib/route.hpp"
#include "libfib/net/prefix_map.hpp"

namespace dx::fib {

using net::PrefixId;

// A route to a prefix as one source has it. Of Static there is one for each distance, of the other
// sources one.
struct Candidate {
    ForwardingId forwarding = kNoForwarding;
    std::uint32_t since = 0;  // seconds on the owner's clock
    RouteSource source = RouteSource::Bgp;
    Distance distance = 0;

    // Whether it is one that we put into the kernel.
    bool is_ours() const { return source == RouteSource::Bgp || source == RouteSource::Static; }

    bool same_place(const Candidate& other) const {
        return source == other.source &&
               (source != RouteSource::Static || distance == other.distance);
    }
};

// What the Fib notes of a prefix.
namespace route_flag {
inline constexpr std::uint16_t kPresent = 1;         // in the kernel, ours, as acknowledged
inline constexpr std::uint16_t kUnknown = 2;         // perhaps in the kernel; instead of kPresent
inline constexpr std::uint16_t kObjectForm = 4;      // installed over a nexthop object
inline constexpr std::uint16_t kStaticProtocol = 8;  // installed as a static route of ours
inline constexpr std::uint16_t kQueued = 16;
inline constexpr std::uint16_t kInFlight = 32;
inline constexpr std::uint16_t kDisturbed = 64;   // something else happened while in flight
inline constexpr std::uint16_t kRewrite = 128;    // what is installed is not as it should be
inline constexpr std::uint16_t kStale = 256;      // of an earlier run, kept until the sweep
inline constexpr std::uint16_t kSeen = 512;       // by the present dump
inline constexpr std::uint16_t kError = 1024;     // refused; there is a RouteError
inline constexpr std::uint16_t kLazy = 2048;      // moves to an equal group later
inline constexpr std::uint16_t kWaiting = 4096;   // for its group's object
inline constexpr std::uint16_t kProbe = 8192;     // delete first: what is there may be ours
inline constexpr std::uint16_t kMoveNow = 16384;  // no longer lazily
inline constexpr std::uint16_t kTold = 32768;     // won by another source than BGP, as told
}  // namespace route_flag

// One prefix: the selected candidate (`forwarding` kNoForwarding: there is none) and, Fib's part,
// what the kernel has.
struct RouteEntry {
    ForwardingId forwarding = kNoForwarding;
    ForwardingId installed = kNoForwarding;
    std::uint32_t since = 0;
    RouteSource source = RouteSource::Bgp;
    Distance distance = 0;
    std::uint16_t flags = 0;

    bool has(std::uint16_t flag) const { return (flags & flag) != 0; }

    void set(std::uint16_t flag, bool on = true) {
        flags = static_cast<std::uint16_t>(on ? flags | flag : flags & ~flag);
    }

    bool has_candidate() const { return forwarding != kNoForwarding; }

    // Whether the winner is one that we put into the kernel.
    bool is_ours() const { return has_candidate() && selected().is_ours(); }

    Candidate selected() const { return {forwarding, since, source, distance}; }

    void select(const Candidate& candidate) {
        forwarding = candidate.forwarding;
        since = candidate.since;
        source = candidate.source;
        distance = candidate.distance;
    }
};

static_assert(sizeof(RouteEntry) == 16);  // there are a million of them

// What a candidate is good for.
enum class Use : std::uint8_t {
    Free,
    Discards,
    LastResort,  // its neighbors wait to be used again (vetoes.hpp)
    None,
};

class RouteTable {
public:
    using UseOf = std::function<Use(const net::Prefix&, const Candidate&)>;

    // `use_of` is asked only where a prefix has several candidates.
    explicit RouteTable(UseOf use_of) : use_of_(std::move(use_of)) {}

    net::PrefixMap<RouteEntry>& entries() { return entries_; }

    const net::PrefixMap<RouteEntry>& entries() const { return entries_; }

    // Sets a source's candidate; an unchanged route keeps its age. The forwarding of the candidate
    // it replaces, if any.
    std::optional<ForwardingId> set(PrefixId id, Candidate candidate);

    // Takes the candidate of that source (and distance, for Static) away; its forwarding.
    std::optional<ForwardingId> remove(PrefixId id, const Candidate& which);

    // Chooses again after the usability of candidates changed.
    void reselect(PrefixId id);

    // The prefixes with more than one candidate, their losing ones.
    const std::unordered_map<PrefixId, std::vector<Candidate>>& contested() const {
        return others_;
    }

    // The metric of a prefix's route of the source Kernel; those of other sources have none. Only
    // what is not 0 is kept.
    std::uint32_t kernel_metric(PrefixId id) const;
    void set_kernel_metric(PrefixId id, std::uint32_t metric);

    // The selected candidate first.
    std::vector<Candidate> candidates(PrefixId id) const;

    // The index of the winner among candidates of one prefix, one at least: by distance, one that
    // is free before a last resort. But where the winner discards, a last resort of a lower
    // distance wins: a wait does not cost a route that nobody else carries.
    std::size_t winner(const net::Prefix& prefix, std::span<const Candidate> candidates) const;

private:
    net::PrefixMap<RouteEntry> entries_;
    std::unordered_map<PrefixId, std::vector<Candidate>> others_;
    std::unordered_map<PrefixId, std::uint32_t> kernel_metrics_;
    UseOf use_of_;
};

}  // namespace dx::fib
