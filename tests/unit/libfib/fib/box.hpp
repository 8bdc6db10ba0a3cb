// A Fib wired to the model kernel, with a clock of its own.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "libfib/fib/fib.hpp"
#include "tests/unit/libfib/fib/model_kernel.hpp"

namespace dx::fib::test {

inline net::Prefix prefix(const std::string& text) {
    return *net::Prefix::parse(text);
}

inline net::IpAddress address(const std::string& text) {
    return *net::IpAddress::parse(text);
}

inline StaticRoute static_via(const std::string& text, const std::string& via,
                              Distance distance = 1) {
    StaticRoute route;
    route.prefix = prefix(text);
    route.via = address(via);
    route.distance = distance;
    return route;
}

inline StaticRoute blackhole(const std::string& text, Distance distance = 1) {
    StaticRoute route;
    route.prefix = prefix(text);
    route.blackhole = true;
    route.distance = distance;
    return route;
}

// Three links with a neighbor on each: eth1..eth3, we are 192.0.2.(16n+1)/28, the neighbor is
// .(16n+2), its tag is n. In IPv6 2001:db8:n::1/64 and ::2.
class Box {
public:
    explicit Box(FibConfig config = {}, ObjectSupport support = ObjectSupport::ResilientGroups)
        : fib(config, now) {
        fib.set_object_support(support);
        for (InterfaceIndex link = 1; link <= 3; ++link) {
            kernel.set_link(link, true, true);
            const auto number = std::to_string(16 * link);
            kernel.add_address(link, "192.0.2." + std::to_string(16 * link + 1),
                               "192.0.2." + number + "/28");
            const auto v6 = "2001:db8:" + std::to_string(link) + "::";
            kernel.add_address(link, v6 + "1", v6 + "/64");
        }
        deliver_events();
    }

    static OnLink at(InterfaceIndex link, bool v6 = false) {
        const auto text = v6 ? "2001:db8:" + std::to_string(link) + "::2"
                             : "192.0.2." + std::to_string(16 * link + 2);
        return {address(text), link};
    }

    static NextHop via(InterfaceIndex link, bool v6 = false) {
        return {at(link, v6).gateway, kNoInterface, static_cast<NeighborTag>(link), 1};
    }

    static Forwarding to(std::vector<InterfaceIndex> best, std::vector<InterfaceIndex> backup = {},
                         bool v6 = false) {
        Forwarding forwarding;
        for (const auto link : best)
            forwarding.best.push_back(via(link, v6));
        for (const auto link : backup)
            forwarding.backup.push_back(via(link, v6));
        return forwarding;
    }

    void start() {
        dump();
        run();
    }

    void announce(const std::string& text, const Forwarding& forwarding, Distance distance = 20) {
        RouteBatch batch;
        batch.announce(prefix(text), RouteSource::Bgp, distance, forwarding);
        fib.apply(batch, now);
    }

    void withdraw(const std::string& text) {
        RouteBatch batch;
        batch.withdraw(prefix(text), RouteSource::Bgp);
        fib.apply(batch, now);
    }

    void dump() {
        fib.begin_dump(now);
        for (const auto& [id, object] : kernel.objects)
            fib.on_object({id, object.protocol, object.members, object.target, false}, Seen::Dumped,
                          now);
        for (const auto& [key, route] : kernel.routes) {
            KernelRoute shown;
            shown.prefix = key.first;
            shown.metric = key.second;
            shown.protocol = route.protocol;
            shown.kind = route.kind;
            shown.object = route.object;
            shown.hops = route.hops;
            shown.source = route.source;
            fib.on_route(shown, Seen::Dumped, now);
        }
        fib.end_dump(now);
    }

    void deliver_event(const ModelKernel::Event& event) {
        struct Deliver {
            Box& box;

            void operator()(const ModelKernel::SeenRoute& route) {
                box.fib.on_route(route.route, route.seen, box.now);
            }

            void operator()(const ModelKernel::SeenObject& object) {
                box.fib.on_object(object.object, object.seen, box.now);
            }

            void operator()(const LinkChange& change) { box.fib.on_link(change, box.now); }

            void operator()(const AddressChange& change) { box.fib.on_address(change, box.now); }
        };

        std::visit(Deliver{*this}, event);
    }

    void deliver_events() {
        for (const auto& event : kernel.take_events())
            deliver_event(event);
    }

    // Sends up to `limit` requests; the kernel executes them, the results wait.
    std::size_t send(std::size_t limit) {
        std::vector<KernelRequest> requests;
        fib.take_requests(requests, limit, now);
        for (const auto& request : requests) {
            log.push_back(request);
            results.push_back({request, kernel.execute(request)});
        }
        return requests.size();
    }

    void give_result() {
        const auto [request, error] = results.front();
        results.pop_front();
        if (const auto* deletion = std::get_if<DeleteObject>(&request.what))
            kernel.unacknowledged.erase(deletion->id);
        fib.on_result(request.id, error, now);
    }

    // Until there is nothing left to do at this moment, or that waits for less than a second.
    void run() {
        const auto end = now + std::chrono::seconds(1);
        for (int rounds = 0; rounds < 100000 && now < end; ++rounds) {
            deliver_events();
            const auto sent = send(64);
            while (!results.empty())
                give_result();
            if (sent > 0) continue;
            if (fib.quiet()) return;
            if (!fib.next_deadline()) break;  // nobody would ask again
            now += std::chrono::milliseconds(1);
        }
        stuck = true;
        CHECK_FALSE(stuck);
    }

    // Lets time pass, and what is due happen.
    void pass(std::chrono::milliseconds time) {
        const auto until = now + time;
        for (int steps = 0; steps < 10000; ++steps) {
            const auto deadline = fib.next_deadline();
            if (!deadline || *deadline > until) break;
            now = std::max(now, *deadline);
            run();
        }
        now = until;
        run();
    }

    std::set<OnLink> carriers(const std::string& text) const {
        const auto* route = kernel.route(text);
        return route == nullptr ? std::set<OnLink>{} : kernel.carriers(*route);
    }

    std::vector<FibNote> notes() {
        std::vector<FibNote> found;
        for (const auto& event : fib.take_events())
            if (const auto* note = std::get_if<FibNote>(&event)) found.push_back(*note);
        return found;
    }

    template <typename Message>
    unsigned sent() const {
        unsigned count = 0;
        for (const auto& request : log)
            count += std::holds_alternative<Message>(request.what) ? 1 : 0;
        return count;
    }

    TimePoint now{std::chrono::hours(1)};
    ModelKernel kernel;
    Fib fib;
    std::deque<std::pair<KernelRequest, int>> results;
    std::vector<KernelRequest> log;
    bool stuck = false;
};

}  // namespace dx::fib::test
