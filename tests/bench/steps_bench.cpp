// The steps of a route on its way through the RIB, each alone: what the whole of rib_bench.cpp is
// made of.
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/decision.hpp"
#include "libbgp/rib/export_rules.hpp"
#include "libbgp/wire/message.hpp"
#include "tests/bench/rib_stand_in.hpp"
#include "tests/bench/table.hpp"

namespace {

using namespace dx;
using namespace dx::bgp;

constexpr std::uint32_t kPrefixes = 100'000;

// A table as its bytes and as what they mean.
struct Table {
    Buffer bytes = bench::announcements(kPrefixes);
    std::vector<Update> updates;

    Table() {
        bench::for_each_message(
            bytes, [&](Bytes body) { updates.push_back(*decode_update(body, WireContext{})); });
    }
};

// Items are prefixes, unless it says otherwise.

void decode(benchmark::State& state) {
    const auto bytes = bench::announcements(kPrefixes);
    for (auto _ : state)
        bench::for_each_message(bytes, [](Bytes body) {
            benchmark::DoNotOptimize(decode_update(body, WireContext{}));
        });
    state.SetItemsProcessed(state.iterations() * kPrefixes);
}

// Items are sets. The argument: whether the pool knows them already.
void intern(benchmark::State& state) {
    const Table table;
    bench::KernelStandIn events;
    NextHops next_hops(events);
    std::vector<AttributeRef> held;
    for (auto _ : state) {
        state.PauseTiming();
        held.clear();
        AttributePool pool(next_hops, 99);
        if (state.range(0))
            for (const auto& update : table.updates)
                held.push_back(pool.intern(update.attributes));
        state.ResumeTiming();
        for (const auto& update : table.updates)
            held.push_back(pool.intern(update.attributes));
        state.PauseTiming();
        state.counters["bytes_a_set"] =
            static_cast<double>(pool.memory_bytes()) / static_cast<double>(pool.size());
        held.clear();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(table.updates.size()));
}

// Items are decisions. The argument: among how many, which differ in their last step only.
void decide(benchmark::State& state) {
    std::vector<std::uint32_t> words;
    pack(Table().updates.front().attributes, words);
    std::vector<Candidate> candidates;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(state.range(0)); ++i) {
        Candidate candidate;
        candidate.attributes = PackedAttributes(words.data());
        candidate.external = true;
        candidate.next_hop = NextHopId{i + 1};
        candidate.router_id = RouterId{7};
        candidate.address = net::IpAddress::v4(0xc0000200U + i);
        candidates.push_back(candidate);
    }
    DecisionProcess process;
    for (auto _ : state)
        benchmark::DoNotOptimize(process.run(candidates, 1).best);
    state.SetItemsProcessed(state.iterations());
}

// Items are sets.
void export_routes(benchmark::State& state) {
    const Table table;
    RibNeighbor neighbor;
    neighbor.local_as = 65000;
    neighbor.remote_as = 65001;
    neighbor.export_policy = accept_all();
    RibSession session;
    session.local_v4 = net::IpAddress::v4(0xc0000264);
    const auto prefix = net::Prefix::default_route(net::Family::Ipv4);
    const auto rules = export_rules(neighbor, session);
    for (auto _ : state)
        for (const auto& update : table.updates)
            benchmark::DoNotOptimize(
                export_route({prefix, update.attributes, NeighborId{1}, true, {}}, rules));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(table.updates.size()));
}

void encode(benchmark::State& state) {
    const Table table;
    Buffer out;
    for (auto _ : state) {
        out.clear();
        for (const auto& update : table.updates)
            encode_announcements(update.announced, update.attributes, WireContext{}, out);
    }
    state.SetItemsProcessed(state.iterations() * kPrefixes);
}

}  // namespace

BENCHMARK(decode)->Unit(benchmark::kMillisecond);
BENCHMARK(intern)->ArgName("known")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(decide)->ArgName("paths")->Arg(2)->Arg(4)->Arg(16);
BENCHMARK(export_routes)->Unit(benchmark::kMillisecond);
BENCHMARK(encode)->Unit(benchmark::kMillisecond);
