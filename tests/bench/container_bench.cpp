// How prefixes could be kept: the hash index that the RIB has, a sorted structure, a trie. Each
// maps a million prefixes to numbers; what was measured stands in libbgp/README.md. The two others
// exist here only.
#include <algorithm>
#include <bit>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <benchmark/benchmark.h>

#include "libbgp/rib/route_table.hpp"

namespace {

using namespace dx::bgp;
using Keys = std::vector<Ipv4Key>;

constexpr std::size_t kCount = 1'000'000;

// Prefixes as in the Internet: most are /24s, many next to each other; in no order.
const Keys& keys() {
    static const Keys all = [] {
        std::mt19937 random(1);
        std::set<Ipv4Key> chosen;
        while (chosen.size() < kCount) {
            const auto length =
                static_cast<std::uint8_t>(random() % 10 < 6 ? 24 : 16 + random() % 8);
            const auto begin = Ipv4Key{{static_cast<std::uint32_t>(random())}, 0}.address;
            for (std::uint32_t i = 0; i < 4 && chosen.size() < kCount; ++i)
                chosen.insert(Ipv4Key{{begin[0] + (i << (32 - length))}, length}.cut(length));
        }
        Keys list(chosen.begin(), chosen.end());
        std::ranges::shuffle(list, random);
        return list;
    }();
    return all;
}

class Hash {
public:
    void insert(const Ipv4Key& key) { table_.find_or_insert(key, table_.hash(key)); }

    std::uint32_t find(const Ipv4Key& key) const { return table_.find(key); }

    void erase(const Ipv4Key& key) { table_.erase(table_.find(key)); }

    template <class Visit>
    void walk(Visit visit) const {
        std::optional<Ipv4Key> after;
        for (;;) {
            const auto chunk = table_.select(after, {}, 16384, [](EntryId) { return true; });
            for (const auto& key : chunk)
                visit(key);
            if (chunk.empty()) return;
            after = chunk.back();
        }
    }

    // Entries apart.
    std::size_t index_bytes() const {
        return table_.memory_bytes() - table_.size() * sizeof(RouteEntry<Ipv4Key>);
    }

private:
    RouteTable<Ipv4Key> table_{1};
};

class Sorted {
public:
    void insert(const Ipv4Key& key) { map_.try_emplace(key, 1); }

    std::uint32_t find(const Ipv4Key& key) const { return map_.find(key)->second; }

    void erase(const Ipv4Key& key) { map_.erase(key); }

    template <class Visit>
    void walk(Visit visit) const {
        for (const auto& [key, id] : map_)
            visit(key);
    }

    std::size_t index_bytes() const { return map_.size() * 64; }  // a node as malloc rounds it

private:
    std::map<Ipv4Key, std::uint32_t> map_;
};

// Path-compressed binary trie.
class Trie {
public:
    void insert(const Ipv4Key& key) {
        auto* link = &root_;
        while (*link) {
            const auto& node = nodes_[*link];
            const auto common = common_bits(node.key, key);
            if (common < node.key.length) {
                split(*link, key, common);
                return;
            }
            if (node.key.length == key.length) {
                nodes_[*link].id = 1;
                return;
            }
            link = &nodes_[*link].child[side(key, common)];
        }
        *link = make(key, 1);
    }

    std::uint32_t find(const Ipv4Key& key) const {
        auto at = root_;
        while (at && nodes_[at].key.length < key.length)
            at = nodes_[at].child[side(key, nodes_[at].key.length)];
        return at && nodes_[at].key == key ? nodes_[at].id : 0;
    }

    void erase(const Ipv4Key& key) {
        std::uint32_t* above = nullptr;
        auto* link = &root_;
        while (nodes_[*link].key.length < key.length) {
            above = link;
            link = &nodes_[*link].child[side(key, nodes_[*link].key.length)];
        }
        nodes_[*link].id = 0;
        splice(*link);
        if (above && !nodes_[*above].id) splice(*above);
    }

    template <class Visit>
    void walk(Visit visit) const {
        std::vector<std::uint32_t> left{root_};
        while (!left.empty()) {
            const auto& node = nodes_[left.back()];
            left.pop_back();
            if (node.id) visit(node.key);
            for (const auto child : {node.child[1], node.child[0]})
                if (child) left.push_back(child);
        }
    }

    std::size_t index_bytes() const { return nodes_.memory_bytes(); }

private:
    struct Node {
        Ipv4Key key;
        std::uint32_t id = 0;  // 0: only a fork
        std::uint32_t child[2] = {};
    };

    static unsigned side(const Ipv4Key& key, std::uint8_t bit) {
        return key.address[0] >> (31 - bit) & 1;
    }

    static std::uint8_t common_bits(const Ipv4Key& a, const Ipv4Key& b) {
        const auto same = static_cast<std::uint8_t>(std::countl_zero(a.address[0] ^ b.address[0]));
        return std::min({same, a.length, b.length});
    }

    std::uint32_t make(const Ipv4Key& key, std::uint32_t id) {
        const auto at = nodes_.allocate();
        nodes_[at] = {key, id, {}};
        return at;
    }

    void split(std::uint32_t& link, const Ipv4Key& key, std::uint8_t common) {
        const auto below = link;
        const auto fork = make(key.cut(common), key.length == common);
        nodes_[fork].child[side(nodes_[below].key, common)] = below;
        if (key.length != common) nodes_[fork].child[side(key, common)] = make(key, 1);
        link = fork;
    }

    // Takes a fork out that leads to less than two.
    void splice(std::uint32_t& link) {
        const auto at = link;
        const auto& node = nodes_[at];
        if (node.child[0] && node.child[1]) return;
        link = node.child[0] ? node.child[0] : node.child[1];
        nodes_.free(at);
    }

    Slab<Node> nodes_;
    std::uint32_t root_ = 0;
};

template <class Container>
void fill(Container& container) {
    for (const auto& key : keys())
        container.insert(key);
}

template <class Container>
void insert(benchmark::State& state) {
    keys();
    for (auto _ : state) {
        Container container;
        fill(container);
        state.PauseTiming();
        state.counters["index_bytes"] = static_cast<double>(container.index_bytes()) / kCount;
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kCount));
}

template <class Container>
void find(benchmark::State& state) {
    Container container;
    fill(container);
    Keys order = keys();
    std::ranges::shuffle(order, std::mt19937(2));
    for (auto _ : state)
        for (const auto& key : order)
            benchmark::DoNotOptimize(container.find(key));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kCount));
}

template <class Container>
void erase(benchmark::State& state) {
    Keys order = keys();
    std::ranges::shuffle(order, std::mt19937(2));
    for (auto _ : state) {
        state.PauseTiming();
        Container container;
        fill(container);
        state.ResumeTiming();
        for (const auto& key : order)
            container.erase(key);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kCount));
}

template <class Container>
void walk(benchmark::State& state) {
    Container container;
    fill(container);
    for (auto _ : state) {
        std::size_t seen = 0;
        container.walk([&](const Ipv4Key&) { ++seen; });
        if (seen != kCount) state.SkipWithError("it has lost some");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kCount));
}

}  // namespace

#define DX_BENCH_CONTAINERS(step)                           \
    BENCHMARK(step<Hash>)->Unit(benchmark::kMillisecond);   \
    BENCHMARK(step<Sorted>)->Unit(benchmark::kMillisecond); \
    BENCHMARK(step<Trie>)->Unit(benchmark::kMillisecond)

DX_BENCH_CONTAINERS(insert);
DX_BENCH_CONTAINERS(find);
DX_BENCH_CONTAINERS(erase);
DX_BENCH_CONTAINERS(walk);
