#include "libbgp/rib/decision.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "libbgp/policy/rule.hpp"

namespace dx::bgp {

namespace {

using Set = std::vector<CandidateIndex>;
using Candidates = std::span<const Candidate>;

// --- What each step compares; the lowest wins.

std::uint64_t local_rank(const Candidate& candidate) {
    return candidate.source ? static_cast<std::uint64_t>(*candidate.source) : UINT64_MAX;
}

std::uint64_t long_lived_stale(const Candidate& candidate) {
    return candidate.attributes.long_lived_stale() ? 1 : 0;
}

std::uint64_t low_local_pref(const Candidate& candidate) {
    return UINT32_MAX - candidate.attributes.local_pref().value_or(kDefaultLocalPref);
}

std::uint64_t as_path_length(const Candidate& candidate) {
    return candidate.attributes.as_path_length();
}

std::uint64_t origin(const Candidate& candidate) {
    return static_cast<std::uint64_t>(candidate.attributes.origin());
}

std::uint64_t med(const Candidate& candidate) {
    return candidate.attributes.med().value_or(0);  // RFC 4271 9.1.2.2 c: missing is the lowest
}

std::uint64_t internal(const Candidate& candidate) {
    return candidate.external ? 0 : 1;
}

std::uint64_t interior_cost(const Candidate& candidate) {
    return candidate.cost;
}

std::uint64_t router_id(const Candidate& candidate) {
    return candidate.attributes.originator_id().value_or(candidate.router_id).value;  // RFC 4456 9
}

std::uint64_t cluster_list_length(const Candidate& candidate) {
    return candidate.attributes.cluster_list_length();
}

// For people only: an IPv4 address as a number, the last 64 bits of an IPv6 address.
std::uint64_t address_number(const Candidate& candidate) {
    std::uint64_t number = 0;
    for (const auto byte : candidate.address.bytes())
        number = number << 8 | byte;
    return number;
}

std::optional<AsNumber> neighboring_as(const Candidate& candidate) {
    return candidate.attributes.first_as();
}

// --- How two candidates relate in a step: the second one loses to the first.

using Value = std::uint64_t (*)(const Candidate&);

bool lower_address(const Candidate& a, const Candidate& b) {
    return a.address < b.address;
}

bool lower_med_of_same_as(const Candidate& a, const Candidate& b) {
    return med(a) < med(b) && neighboring_as(a) == neighboring_as(b);
}

struct Step {
    Reason reason;
    Value value;
    bool (*beats)(const Candidate&, const Candidate&) = nullptr;  // none: the lower value
    bool shown_inverted = false;  // the value is UINT32_MAX less what people know
};

constexpr std::array kSteps{
    Step{Reason::Local, local_rank},  // ours before learnt, as everybody does (weight 32768)
    Step{Reason::LongLivedStale, long_lived_stale},          // RFC 9494 4.3
    Step{Reason::LocalPref, low_local_pref, nullptr, true},  // 9.1.1
    Step{Reason::AsPathLength, as_path_length},              // 9.1.2.2 a
    Step{Reason::Origin, origin},                            // b
    Step{Reason::Med, med, lower_med_of_same_as},            // c
    Step{Reason::External, internal},                        // d
    Step{Reason::InteriorCost, interior_cost},               // e; what is left is the multipath set
    Step{Reason::RouterId, router_id},                       // f
    Step{Reason::ClusterList, cluster_list_length},          // RFC 4456 9
    Step{Reason::Address, address_number, lower_address},    // g
};
constexpr auto kTieBreak = std::ranges::find(kSteps, Reason::RouterId, &Step::reason);

PathVerdict verdict(const Step& step, Candidates candidates, CandidateIndex loser,
                    CandidateIndex winner) {
    const auto shown = [&](CandidateIndex at) {
        const auto value = step.value(candidates[at]);
        return step.shown_inverted ? UINT32_MAX - value : value;
    };
    return {step.reason, shown(loser), shown(winner), winner};
}

// The one in `left` that `at` loses to, if there is one.
std::optional<CandidateIndex> beaten_by(const Step& step, Candidates candidates, const Set& left,
                                        CandidateIndex at) {
    const auto beats = [&](CandidateIndex other) {
        if (step.beats) return step.beats(candidates[other], candidates[at]);
        return step.value(candidates[other]) < step.value(candidates[at]);
    };
    const auto winner = std::ranges::find_if(left, beats);
    if (winner == left.end()) return std::nullopt;
    return *winner;
}

void keep_lowest(Value value, Candidates candidates, Set& left) {
    std::size_t kept = 0;
    std::uint64_t lowest = 0;
    for (const auto at : left) {
        const auto own = value(candidates[at]);
        if (kept && own > lowest) continue;
        if (own < lowest) kept = 0;
        lowest = own;
        left[kept++] = at;
    }
    left.resize(kept);
}

void narrow(const Step& step, Candidates candidates, Set& left,
            std::vector<PathVerdict>* verdicts) {
    if (!step.beats && !verdicts) return keep_lowest(step.value, candidates, left);
    const auto loses = [&](CandidateIndex at) {
        return beaten_by(step, candidates, left, at).has_value();
    };
    if (std::ranges::none_of(left, loses)) return;
    const Set before = left;
    std::erase_if(left, [&](CandidateIndex at) {
        const auto winner = beaten_by(step, candidates, before, at);
        if (winner && verdicts) (*verdicts)[at] = verdict(step, candidates, at, *winner);
        return winner.has_value();
    });
}

// Deterministic order among equals: the order in which the tie-break would choose them.
void sort_equals(Candidates candidates, Set& equal) {
    std::ranges::sort(equal, [&](CandidateIndex a, CandidateIndex b) {
        const auto rank = [&](CandidateIndex at) {
            const auto& candidate = candidates[at];
            return std::tuple(router_id(candidate), cluster_list_length(candidate),
                              candidate.address);
        };
        return rank(a) < rank(b);
    });
}

// The usable ones for which `want(index)` holds.
template <class Want>
void collect(Candidates candidates, Want want, Set& left) {
    left.clear();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto at = static_cast<CandidateIndex>(i);
        if (candidates[i].unusable == Reason::Won && want(at)) left.push_back(at);
    }
}

bool shares_next_hop(Candidates candidates, const Set& chosen, CandidateIndex at) {
    return std::ranges::any_of(chosen, [&](CandidateIndex other) {
        return candidates[other].next_hop == candidates[at].next_hop;
    });
}

}  // namespace

// Narrows `left_` to one; `chosen` becomes that one and those that may be used along with it.
void DecisionProcess::choose(Candidates candidates, std::uint32_t maximum_paths, Set& chosen) {
    chosen.clear();
    if (left_.empty()) return;
    for (const auto* step = kSteps.begin(); step != kTieBreak && left_.size() > 1; ++step)
        narrow(*step, candidates, left_, verdicts_);
    equal_ = left_;
    for (const auto* step = kTieBreak; step != kSteps.end() && left_.size() > 1; ++step)
        narrow(*step, candidates, left_, verdicts_);
    chosen.push_back(left_.front());
    if (maximum_paths < 2 || candidates[left_.front()].source) return;
    sort_equals(candidates, equal_);
    for (const auto at : equal_)
        if (chosen.size() < maximum_paths && !shares_next_hop(candidates, chosen, at))
            chosen.push_back(at);
}

const Decision& DecisionProcess::run(Candidates candidates, std::uint32_t maximum_paths) {
    collect(candidates, [](CandidateIndex) { return true; }, left_);
    choose(candidates, maximum_paths, decision_.used);
    decision_.best = decision_.used.empty() ? std::nullopt : std::optional(decision_.used.front());
    decision_.backup.clear();
    if (!decision_.best || candidates[*decision_.best].source) return decision_;

    const auto apart = [&](CandidateIndex at) {
        return !shares_next_hop(candidates, decision_.used, at);
    };
    collect(candidates, apart, left_);
    auto* const recording = std::exchange(verdicts_, nullptr);  // of the main race only
    choose(candidates, maximum_paths, decision_.backup);
    verdicts_ = recording;
    return decision_;
}

const Decision& DecisionProcess::explain(Candidates candidates, std::uint32_t maximum_paths) {
    decision_.verdicts.clear();
    for (const auto& candidate : candidates)
        decision_.verdicts.push_back({candidate.unusable, 0, 0, std::nullopt});
    verdicts_ = &decision_.verdicts;
    run(candidates, maximum_paths);
    verdicts_ = nullptr;
    return decision_;
}

}  // namespace dx::bgp
