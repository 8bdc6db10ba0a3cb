#include "libbgp/rib/decision.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "tests/unit/libbgp/rib/rib_lab.hpp"

namespace dx::bgp::test {

namespace {

// A path in the words of the table below; what is not said is the same for all.
struct Row {
    AsPath as_path = path_of({64512, 64600});
    Origin origin = Origin::Igp;
    std::optional<std::uint32_t> med{};
    std::optional<std::uint32_t> local_pref{};
    bool external = true;
    std::uint32_t cost = 0;
    std::uint32_t router_id = 9;
    std::uint8_t neighbor = 1;  // the last octet of its address, and its next hop
    std::size_t cluster_list = 0;
    std::optional<std::uint32_t> originator{};
    std::optional<LocalSource> source{};
    Reason unusable = Reason::Won;
};

struct Field {
    explicit Field(std::vector<Row> rows) : packed(rows.size()) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& row = rows[i];
            PathAttributes set;
            set.as_path = row.as_path;
            set.origin = row.origin;
            set.med = row.med;
            set.local_pref = row.local_pref;
            if (row.originator) set.originator_id = RouterId{*row.originator};
            const std::vector<std::uint32_t> clusters(row.cluster_list, 7);
            set.cluster_list = CompactArray<std::uint32_t>(std::span(clusters));
            Candidate candidate;
            pack(set, packed[i]);
            candidate.attributes = PackedAttributes(packed[i].data());
            candidate.unusable = row.unusable;
            candidate.source = row.source;
            candidate.external = row.external;
            candidate.next_hop = row.source ? kNoNextHop : NextHopId{row.neighbor};
            candidate.cost = row.cost;
            candidate.router_id = RouterId{row.router_id};
            candidate.address = net::IpAddress::v4(0xc0000200U + row.neighbor);
            candidates.push_back(candidate);
        }
    }

    std::vector<std::vector<std::uint32_t>> packed;
    std::vector<Candidate> candidates;
};

struct Duel {
    const char* what;
    Row winner;
    Row loser;
    Reason reason;
    std::uint64_t best;  // the values compared
    std::uint64_t own;
};

const std::array kDuels{
    Duel{"ours wins over a learnt one with a higher LOCAL_PREF",
         {.source = LocalSource::Network},
         {.local_pref = 500},
         Reason::Local,
         0,
         UINT64_MAX},
    Duel{"a network statement wins over redistribution",
         {.source = LocalSource::Network},
         {.source = LocalSource::Connected},
         Reason::Local,
         0,
         1},
    Duel{"a higher LOCAL_PREF wins over a shorter AS_PATH",
         {.as_path = path_of({1, 2, 3}), .local_pref = 200},
         {.as_path = path_of({1}), .local_pref = 150},
         Reason::LocalPref,
         200,
         150},
    Duel{"a missing LOCAL_PREF counts as 100",
         {.as_path = path_of({1, 2, 3})},
         {.as_path = path_of({1}), .local_pref = 99},
         Reason::LocalPref,
         100,
         99},
    Duel{"a longer AS_PATH loses even with a lower MED",
         {.as_path = path_of({64512, 2}), .med = 50},
         {.as_path = path_of({64512, 2, 3}), .med = 0},
         Reason::AsPathLength,
         2,
         3},
    Duel{"a lower origin wins over a lower MED",
         {.origin = Origin::Igp, .med = 10},
         {.origin = Origin::Incomplete, .med = 0},
         Reason::Origin,
         0,
         2},
    Duel{"a lower MED of the same AS wins",
         {.med = 10, .router_id = 9},
         {.med = 20, .router_id = 1},
         Reason::Med,
         10,
         20},
    Duel{"a missing MED is the lowest",
         {.router_id = 9},
         {.med = 1, .router_id = 1},
         Reason::Med,
         0,
         1},
    Duel{"MED is not compared between two ASes",
         {.as_path = path_of({2, 9}), .med = 100, .router_id = 1},
         {.as_path = path_of({3, 9}), .med = 0, .router_id = 2},
         Reason::RouterId,
         1,
         2},
    Duel{"external wins over internal with a lower router ID",
         {.external = true, .router_id = 9},
         {.external = false, .router_id = 1},
         Reason::External,
         0,
         1},
    Duel{"a lower cost to the next hop wins",
         {.external = false, .cost = 5, .router_id = 9},
         {.external = false, .cost = 6, .router_id = 1},
         Reason::InteriorCost,
         5,
         6},
    Duel{"the lower router ID wins",
         {.router_id = 1, .neighbor = 9},
         {.router_id = 2},
         Reason::RouterId,
         1,
         2},
    Duel{"ORIGINATOR_ID stands in for the router ID",
         {.router_id = 9, .originator = 1},
         {.router_id = 2},
         Reason::RouterId,
         1,
         2},
    Duel{"the shorter CLUSTER_LIST wins",
         {.neighbor = 9, .cluster_list = 1},
         {.cluster_list = 2},
         Reason::ClusterList,
         1,
         2},
    Duel{"the lower neighbor address wins at last",
         {.neighbor = 1},
         {.neighbor = 2},
         Reason::Address,
         0xc0000201,
         0xc0000202},
    Duel{"a next hop that cannot be reached loses against anything",
         {.as_path = path_of({1, 2, 3, 4}), .local_pref = 1},
         {.local_pref = 900, .unusable = Reason::NextHop},
         Reason::NextHop,
         0,
         0},
};

}  // namespace

TEST_CASE("each step of the decision has its winner, its loser and its reason") {
    for (const auto& duel : kDuels) {
        INFO(duel.what);
        for (const bool winner_first : {true, false}) {
            const Field field(winner_first ? std::vector{duel.winner, duel.loser}
                                           : std::vector{duel.loser, duel.winner});
            const CandidateIndex winner = winner_first ? 0 : 1;
            DecisionProcess process;
            const auto& decision = process.explain(field.candidates, 1);
            REQUIRE(decision.best == winner);
            CHECK(decision.verdicts[winner].reason == Reason::Won);
            const auto& verdict = decision.verdicts[1 - winner];
            CHECK(verdict.reason == duel.reason);
            CHECK(verdict.best == duel.best);
            CHECK(verdict.own == duel.own);
        }
    }
}

TEST_CASE("MED within an AS does not make the outcome depend on the order of arrival") {
    // The classic: in pairs, a < b < c < a.
    const std::vector<Row> rows{
        {.as_path = path_of({1, 9}), .med = 10, .router_id = 3, .neighbor = 1},
        {.as_path = path_of({2, 9}), .med = 5, .router_id = 2, .neighbor = 2},
        {.as_path = path_of({1, 9}), .med = 5, .router_id = 4, .neighbor = 3},
    };
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), 0);
    do {
        std::vector<Row> shuffled;
        for (const auto at : order)
            shuffled.push_back(rows[at]);
        const Field field(shuffled);
        DecisionProcess process;
        const auto& decision = process.run(field.candidates, 1);
        REQUIRE(decision.best);
        CHECK(shuffled[*decision.best].neighbor == 2);
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("any order of arrival gives the same best, multipath and backup paths") {
    const std::vector<Row> rows{
        {.as_path = path_of({1, 9}), .router_id = 5, .neighbor = 1},
        {.as_path = path_of({2, 9}), .router_id = 4, .neighbor = 2},
        {.as_path = path_of({3, 9}), .router_id = 3, .neighbor = 3},
        {.as_path = path_of({3, 9}), .med = 7, .router_id = 1, .neighbor = 4},
        {.as_path = path_of({3, 8, 9}), .router_id = 1, .neighbor = 5},
        {.as_path = path_of({3, 9}), .neighbor = 6, .unusable = Reason::NotAccepted},
    };
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), 0);
    do {
        std::vector<Row> shuffled;
        for (const auto at : order)
            shuffled.push_back(rows[at]);
        const Field field(shuffled);
        DecisionProcess process;
        const auto& decision = process.run(field.candidates, 2);
        const auto neighbors = [&](const std::vector<CandidateIndex>& of) {
            std::vector<int> result;
            for (const auto at : of)
                result.push_back(shuffled[at].neighbor);
            return result;
        };
        CHECK(neighbors(decision.used) == std::vector{3, 2});
        // Without those: 4 has the lower router ID, but 1 is of another AS and as short; both
        // stand.
        CHECK(neighbors(decision.backup) == std::vector{4, 1});
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("paths with the same next hop do not make a multipath set, nor a backup") {
    const Field field({{.router_id = 1, .neighbor = 1}, {.router_id = 2, .neighbor = 1}});
    DecisionProcess process;
    const auto& decision = process.run(field.candidates, 4);
    CHECK(decision.used == std::vector<CandidateIndex>{0});
    CHECK(decision.backup.empty());
}

TEST_CASE("internal paths do not join external ones in the multipath set") {
    const Field field({{.external = true, .neighbor = 1}, {.external = false, .neighbor = 2}});
    DecisionProcess process;
    const auto& decision = process.run(field.candidates, 4);
    CHECK(decision.used == std::vector<CandidateIndex>{0});
    CHECK(decision.backup == std::vector<CandidateIndex>{1});
}

TEST_CASE("a route of our own stands alone") {
    const Field field({{.source = LocalSource::Network}, {}, {.neighbor = 2}});
    DecisionProcess process;
    const auto& decision = process.run(field.candidates, 4);
    CHECK(decision.used == std::vector<CandidateIndex>{0});
    CHECK(decision.backup.empty());
}

TEST_CASE("without a usable path there is no best one") {
    const Field field({{.unusable = Reason::NextHop}, {.unusable = Reason::SessionDown}});
    DecisionProcess process;
    CHECK_FALSE(process.run(field.candidates, 4).best);
    CHECK_FALSE(process.run({}, 4).best);
}

}  // namespace dx::bgp::test
