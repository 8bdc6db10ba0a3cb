// The decision process (RFC 4271 9.1) by narrowing: each step keeps the best of what the step
// before it left. Unlike comparing in pairs this does not depend on the order of arrival where MED
// is compared only within a neighboring AS, and it yields why each loser lost, the multipath set
// and the backup in one go. Pure: candidates in, decision out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libbgp/rib/next_hops.hpp"
#include "libbgp/rib/packed_attributes.hpp"
#include "libbgp/rib/route_view.hpp"

namespace dx::bgp {

struct Candidate {
    PackedAttributes attributes;        // nothing if not accepted
    Reason unusable = Reason::Won;      // NotAccepted, SessionDown or NextHop; Won: usable
    std::optional<LocalSource> source;  // a route of our own
    bool external = false;
    NextHopId next_hop = kNoNextHop;
    std::uint32_t cost = 0;
    RouterId router_id;  // the peer's; ORIGINATOR_ID stands in for it where present
    net::IpAddress address;
};

using CandidateIndex = std::uint16_t;

struct Decision {
    std::optional<CandidateIndex> best;
    std::vector<CandidateIndex> used;    // the best one first; up to maximum-paths, each another
                                         // next hop. Only the best if that is a route of our own
    std::vector<CandidateIndex> backup;  // the same without the next hops of `used`
    std::vector<PathVerdict> verdicts;   // one a candidate; only from `explain`
};

class DecisionProcess {
public:
    // The result is valid until the next call.
    const Decision& run(std::span<const Candidate> candidates, std::uint32_t maximum_paths);
    const Decision& explain(std::span<const Candidate> candidates, std::uint32_t maximum_paths);

private:
    using Set = std::vector<CandidateIndex>;

    void choose(std::span<const Candidate> candidates, std::uint32_t maximum_paths, Set& chosen);

    Decision decision_;
    std::vector<PathVerdict>* verdicts_ = nullptr;
    Set left_;   // what is still in the race
    Set equal_;  // the multipath set
};

}  // namespace dx::bgp
