// What one route costs in instructions, from the bytes of an UPDATE to the bytes of a netlink
// request, and from the RIB to the bytes of an UPDATE: run under callgrind by cost.py, which
// compares with costs.json. The parts are wired as in the daemon, on one thread, with a kernel that
// says yes to everything.
//
//     route_cost STEP PREFIXES      measures that step; what leads up to it is not counted
//     route_cost compiler           names what it was built with
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <valgrind/callgrind.h>
#include <vector>

#include "daemon/kernel_routes.hpp"
#include "libbgp/rib/rib.hpp"
#include "libfib/fib/fib.hpp"
#include "libfib/netlink/request_codec.hpp"
#include "tests/bench/table.hpp"

namespace {

using namespace dx;
using bgp::NeighborId;

constexpr std::size_t kSlice = 4096;
constexpr std::size_t kWindow = 256;
constexpr fib::TimePoint kNow{std::chrono::hours(1)};

// Two circuits, 192.0.2.0/30 on eth1 and 192.0.2.4/30 on eth2, and two neighbors of the site.
class Daemon : public bgp::RibEvents {
public:
    Daemon() : fib_(fib::FibConfig{}, kNow), rib_({bgp::RouterId{1}, 65000, 1, 99}, *this) {
        fib_.set_object_support(fib::ObjectSupport::ResilientGroups);
        for (std::uint32_t link = 1; link <= 2; ++link) {
            const auto network = 0xc0000200U + 4 * (link - 1);
            fib_.on_link({link, "eth" + std::to_string(link), true, true, false, 1500}, kNow);
            fib_.on_address({link, net::IpAddress::v4(network + 2),
                             net::Prefix{net::IpAddress::v4(network), 30}, false},
                            kNow);
        }
        fib_.begin_dump(kNow);
        fib_.end_dump(kNow);
        primary = add(64512, 0xc0000201, true);
        backup = add(64513, 0xc0000205, true);
    }

    void hear(NeighborId from, const bgp::Buffer& bytes) {
        std::size_t count = 0;
        bench::for_each_message(bytes, [&](bgp::Bytes body) {
            rib_.update(from, *bgp::decode_update(body, bgp::WireContext{}), bgp::RouteTime{1});
            if (++count % 200 == 0) turn();
        });
        work();
    }

    void fall(NeighborId neighbor) {
        fib_.neighbor_down(daemon::tag_of(neighbor), 1, kNow);
        follow_fib();
        rib_.session_down(neighbor);
        work();
    }

    // Only what moves the traffic.
    void fall_in_forwarding(NeighborId neighbor) {
        fib_.neighbor_down(daemon::tag_of(neighbor), 1, kNow);
        requests_.clear();
        fib_.take_requests(requests_, kWindow, kNow);
    }

    void add_receivers() {
        receivers_ = {add(65001, 0xc0000211, false), add(65002, 0xc0000212, false)};
    }

    void work() {
        while (turn()) {
        }
    }

    // What the kernel was asked for.
    std::size_t requests() const { return asked_; }

    NeighborId primary{};
    NeighborId backup{};

private:
    NeighborId add(bgp::AsNumber as, std::uint32_t address, bool feeds) {
        config::Neighbor configured;
        configured.address = net::IpAddress::v4(address);
        const auto id = neighbors_.add(configured).id;
        bgp::RibNeighbor settings;
        settings.local_as = 65000;
        settings.remote_as = as;
        (feeds ? settings.import_policy : settings.export_policy) = bgp::accept_all();
        rib_.set_neighbor(id, settings);
        bgp::RibSession session;
        session.families = {net::Family::Ipv4};
        session.peer_router_id = bgp::RouterId{address};
        session.peer_address = net::IpAddress::v4(address);
        session.local_v4 = net::IpAddress::v4(address ^ 3);
        rib_.session_up(id, session);
        if (feeds) fib_.neighbor_up(daemon::tag_of(id), 1, (address & 7) / 4 + 1, kNow);
        return id;
    }

    bool turn() {
        bool more = rib_.run_slice(kSlice);
        for (const auto receiver : receivers_) {
            out_.clear();
            more |= rib_.fill(receiver, out_, 65536);
        }
        if (!kernel_routes_.empty()) fib_.apply(kernel_routes_.take(), kNow);
        follow_fib();
        return more;
    }

    void follow_fib() {
        for (;;) {
            requests_.clear();
            if (fib_.take_requests(requests_, kWindow, kNow) == 0) break;
            asked_ += requests_.size();
            batch_.clear();
            for (const auto& request : requests_) {
                if (!batch_.has_room()) batch_.clear();
                netlink::write_request(batch_, request.id, request, 254);
            }
            for (const auto& request : requests_)
                fib_.on_result(request.id, 0, kNow);
        }
        fib_.take_events();
    }

    void best_path_changed(const bgp::BestPathChange& change) override {
        kernel_routes_.change(change, rib_);
    }

    void forwarding_set_retired(bgp::ForwardingSetId set) override { kernel_routes_.retire(set); }

    bgp::NextHopState next_hop_wanted(const bgp::NextHopKey&) override { return {true, 0}; }

    void next_hop_unwanted(const bgp::NextHopKey&) override {}

    void output_ready(NeighborId) override {}

    void end_of_rib_received(NeighborId, net::Family) override {}

    void prefix_limit_exceeded(NeighborId, net::Family, std::uint32_t, bool) override {}

    void prefix_limit_in_near(NeighborId, net::Family, std::uint32_t, std::uint32_t) override {}

    void prefix_limit_out_near(NeighborId, net::Family, std::uint32_t, std::uint32_t) override {}

    void prefix_limit_out_reached(NeighborId, net::Family, std::uint32_t) override {}

    void prefix_limit_out_fits(NeighborId, net::Family, std::uint32_t, std::uint32_t) override {}

    void prefix_limit_out_aggregation(NeighborId, net::Family,
                                      const bgp::OutAggregationChange&) override {}

    daemon::NeighborTable neighbors_;
    daemon::KernelRoutes kernel_routes_{neighbors_};
    fib::Fib fib_;
    bgp::Rib rib_;
    std::vector<NeighborId> receivers_;
    std::vector<fib::KernelRequest> requests_;
    netlink::MessageBatch batch_;
    bgp::Buffer out_;
    std::size_t asked_ = 0;
};

void measured(const std::function<void()>& what) {
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_TOGGLE_COLLECT;
    what();
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_STOP_INSTRUMENTATION;
}

bgp::Buffer from_primary(std::uint32_t prefixes) {
    return bench::announcements(prefixes);
}

bgp::Buffer from_backup(std::uint32_t prefixes) {
    return bench::announcements(prefixes, {64513, net::IpAddress::v4(0xc0000205), 1});
}

// False: it did not do what it is to measure.
using Step = bool (*)(std::uint32_t prefixes);

bool load(std::uint32_t prefixes) {
    Daemon daemon;
    const auto bytes = from_primary(prefixes);
    measured([&] { daemon.hear(daemon.primary, bytes); });
    return daemon.requests() >= prefixes;
}

// One by one: some stay.
bool withdraw(std::uint32_t prefixes) {
    Daemon daemon;
    daemon.hear(daemon.primary, from_primary(prefixes + 100));
    const auto before = daemon.requests();
    const auto bytes = bench::withdrawals(prefixes);
    measured([&] { daemon.hear(daemon.primary, bytes); });
    return daemon.requests() - before >= prefixes;
}

bool withdraw_all(std::uint32_t prefixes) {
    Daemon daemon;
    daemon.hear(daemon.primary, from_primary(prefixes));
    const auto before = daemon.requests();
    const auto bytes = bench::withdrawals(prefixes);
    measured([&] { daemon.hear(daemon.primary, bytes); });
    return daemon.requests() - before < prefixes;
}

bool second_path(std::uint32_t prefixes) {
    Daemon daemon;
    daemon.hear(daemon.primary, from_primary(prefixes));
    const auto bytes = from_backup(prefixes);
    measured([&] { daemon.hear(daemon.backup, bytes); });
    return true;
}

bool failover(std::uint32_t prefixes) {
    Daemon daemon;
    daemon.hear(daemon.backup, from_backup(prefixes));
    daemon.hear(daemon.primary, from_primary(prefixes));
    const auto before = daemon.requests();
    measured([&] { daemon.fall(daemon.primary); });
    return daemon.requests() - before < 100;
}

bool move_traffic(std::uint32_t prefixes) {
    Daemon daemon;
    daemon.hear(daemon.backup, from_backup(prefixes));
    daemon.hear(daemon.primary, from_primary(prefixes));
    measured([&] { daemon.fall_in_forwarding(daemon.primary); });
    return true;
}

bool propagate(std::uint32_t prefixes) {
    Daemon daemon;
    daemon.hear(daemon.primary, from_primary(prefixes));
    daemon.add_receivers();
    measured([&] { daemon.work(); });
    return true;
}

struct {
    std::string_view name;
    Step run;
} constexpr kSteps[] = {
    {"load", load},
    {"withdraw", withdraw},
    {"withdraw-all", withdraw_all},
    {"second-path", second_path},
    {"failover", failover},
    {"move-traffic", move_traffic},
    {"propagate", propagate},
};

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && argv[1] == std::string_view("compiler")) {
#ifdef __clang__
        std::printf("clang++ %d\n", __clang_major__);
#else
        std::printf("g++ %d\n", __GNUC__);
#endif
        return 0;
    }
    if (argc == 3)
        for (const auto& step : kSteps)
            if (step.name == argv[1]) {
                if (step.run(static_cast<std::uint32_t>(std::atoi(argv[2])))) return 0;
                std::fprintf(stderr, "route_cost: %s did not do its work\n", argv[1]);
                return 1;
            }
    std::fprintf(stderr, "usage: route_cost STEP PREFIXES | compiler\n");
    return 2;
}
