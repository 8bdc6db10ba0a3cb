// What a table costs in the RIB alone: load, send on, withdraw, lose a session, walk.
// UPDATEs are decoded from bytes as on a session.
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "libbgp/rib/rib.hpp"
#include "libbgp/wire/message.hpp"
#include "tests/bench/rib_stand_in.hpp"
#include "tests/bench/table.hpp"

namespace {

using namespace dx;
using namespace dx::bgp;

constexpr std::size_t kSlice = 2000;
constexpr NeighborId kFeed{1};

class Bench {
public:
    explicit Bench(std::uint16_t receivers = 0) : rib_({RouterId{1}, 65000, 1, 99}, kernel) {
        RibNeighbor neighbor;
        neighbor.local_as = 65000;
        neighbor.remote_as = 64512;
        neighbor.import_policy = accept_all();
        add(kFeed, neighbor);
        neighbor.import_policy = nullptr;
        neighbor.export_policy = accept_all();
        for (std::uint16_t i = 0; i < receivers; ++i) {
            neighbor.remote_as = 65100 + i;
            receivers_.push_back(NeighborId(i + 2));
            add(receivers_.back(), neighbor);
        }
    }

    // Reads messages and works in turns, as the routing loop does.
    void feed(const Buffer& bytes) {
        std::size_t count = 0;
        bench::for_each_message(bytes, [&](Bytes body) {
            rib_.update(kFeed, *decode_update(body, WireContext{}), RouteTime{1});
            if (count++ % 200 == 0) turn();
        });
        finish();
    }

    void turn() {
        rib_.run_slice(kSlice);
        for (const auto receiver : receivers_) {
            out_.clear();
            rib_.fill(receiver, out_, 65536);
            sent += out_.size();
        }
    }

    void finish() {
        while (rib_.run_slice(kSlice)) {
        }
        for (const auto receiver : receivers_)
            while (rib_.has_output(receiver)) {
                out_.clear();
                rib_.fill(receiver, out_, 65536);
                sent += out_.size();
            }
        while (rib_.run_slice(kSlice)) {
        }
    }

    Rib& rib() { return rib_; }

    bench::KernelStandIn kernel;
    std::size_t sent = 0;

private:
    void add(NeighborId id, const RibNeighbor& neighbor) {
        RibSession session;
        session.families = {net::Family::Ipv4};
        session.peer_router_id = RouterId{index_of(id)};
        session.peer_address = net::IpAddress::v4(0xc0000200U + index_of(id));
        session.local_v4 = net::IpAddress::v4(0xc0000264);
        rib_.set_neighbor(id, neighbor);
        rib_.session_up(id, session);
    }

    Rib rib_;
    std::vector<NeighborId> receivers_;
    Buffer out_;
};

void note_memory(benchmark::State& state, const Rib& rib) {
    const auto summary = rib.summary(net::Family::Ipv4);
    state.counters["table_bytes"] = static_cast<double>(summary.memory_bytes);
    state.counters["attribute_bytes"] = static_cast<double>(summary.attribute_bytes);
}

std::uint32_t count_of(const benchmark::State& state) {
    return static_cast<std::uint32_t>(state.range(0));
}

void load(benchmark::State& state) {
    const auto bytes = bench::announcements(count_of(state));
    for (auto _ : state) {
        Bench bench(static_cast<std::uint16_t>(state.range(1)));
        bench.feed(bytes);
        state.PauseTiming();
        note_memory(state, bench.rib());
        state.counters["sent_bytes"] = static_cast<double>(bench.sent);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void withdraw(benchmark::State& state) {
    const auto bytes = bench::announcements(count_of(state));
    const auto gone = bench::withdrawals(count_of(state));
    for (auto _ : state) {
        state.PauseTiming();
        Bench bench(static_cast<std::uint16_t>(state.range(1)));
        bench.feed(bytes);
        state.ResumeTiming();
        bench.feed(gone);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void session_down(benchmark::State& state) {
    const auto bytes = bench::announcements(count_of(state));
    for (auto _ : state) {
        state.PauseTiming();
        Bench bench(static_cast<std::uint16_t>(state.range(1)));
        bench.feed(bytes);
        state.ResumeTiming();
        bench.rib().session_down(kFeed);
        bench.finish();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void walk(benchmark::State& state) {
    Bench bench;
    bench.feed(bench::announcements(count_of(state)));
    for (auto _ : state) {
        RouteWalk walk(net::Family::Ipv4);
        while (bench.rib().walk(walk, 1000,
                                [](const RouteView& route) { benchmark::DoNotOptimize(&route); })) {
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

}  // namespace

BENCHMARK(load)
    ->Args({100'000, 0})
    ->Args({1'000'000, 0})
    ->Args({1'000'000, 1})
    ->Args({100'000, 10})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(withdraw)->Args({1'000'000, 0})->Args({1'000'000, 1})->Unit(benchmark::kMillisecond);
BENCHMARK(session_down)->Args({1'000'000, 0})->Args({1'000'000, 1})->Unit(benchmark::kMillisecond);
BENCHMARK(walk)->Args({1'000'000})->Unit(benchmark::kMillisecond);
