// A monitor that lost messages, on one loop without threads so that it is certain to lose them.
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libfib/fib/fib.hpp"
#include "libfib/netlink/kernel_sync.hpp"
#include "tests/netlink/forwarding.hpp"
#include "tests/netlink/kernel_tables.hpp"
#include "tests/netlink/private_namespace.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using net::Family;
using net::Prefix;

namespace {

constexpr std::uint8_t kBgp = 186;

// Runs the loop until the condition holds.
bool run_until(boost::asio::io_context& context, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        context.restart();
        context.run_for(std::chrono::milliseconds(2));
    }
    return true;
}

// `ip` with one line of words for each prefix, in one go.
void ip_for_each(const std::vector<Prefix>& prefixes, const std::string& before,
                 const std::string& after) {
    std::string lines;
    for (const Prefix& prefix : prefixes)
        lines += before + prefix.to_string() + after + "\\n";
    test::run("printf '" + lines + "' | ip -batch -");
}

}  // namespace

TEST_CASE("after an overrun everything is read again and put right") {
    if (!test::enter_namespace_with_two_links()) return;
    boost::asio::io_context context;
    fib::Fib fib({}, std::chrono::steady_clock::now());
    bool ready = false;
    netlink::KernelSyncSettings settings;
    settings.monitor_buffer_bytes = 4096;
    netlink::KernelSync kernel(context, fib, settings,
                               {[](const netlink::Interface&) {}, [](const netlink::Interface&) {},
                                [&] { ready = true; }, [] {}, [](const netlink::Note&) {}});
    kernel.start();
    REQUIRE(run_until(context, [&] { return ready; }));

    const auto prefixes = test::some_prefixes(Family::Ipv4, 1000);
    fib::RouteBatch batch;
    for (const Prefix& prefix : prefixes)
        batch.announce(prefix, fib::RouteSource::Bgp, fib::kExternalBgpDistance,
                       test::over(0, Family::Ipv4));
    fib.apply(batch, std::chrono::steady_clock::now());
    kernel.wake();
    const auto complete = [&] {
        return fib.summary().pending == 0 && test::kernel_routes_of(kBgp).size() == 1000;
    };
    REQUIRE(run_until(context, complete));
    CHECK(kernel.stats().overruns == 0);  // our own routes do not come back as messages

    // Nobody reads the monitor meanwhile: most of this is not heard.
    const std::vector<Prefix> deleted(prefixes.begin(), prefixes.begin() + 600);
    const std::vector<Prefix> moved(prefixes.begin() + 700, prefixes.begin() + 900);
    ip_for_each(deleted, "route del ", " metric 20");
    ip_for_each(moved, "route replace ", " via 198.18.1.2 metric 20 proto bgp");
    test::ip("route add 10.254.0.0/16 via 198.18.1.2 proto static");
    test::ip("addr add 203.0.113.1/24 dev v0");
    test::ip("link set v1 down");
    test::ip("link add v9 type veth peer name p9");
    CHECK(test::kernel_routes_of(kBgp).size() < 1000);

    const auto over_v0 = [&] {
        for (const auto& [prefix, route] : test::kernel_routes_of(kBgp))
            if (route.hops.at(0).target.interface != test::index_of("v0")) return false;
        return complete();
    };
    CHECK(run_until(context, over_v0));
    CHECK(kernel.stats().overruns >= 1);
    CHECK(kernel.stats().dumps >= 2);
    const auto& interfaces = kernel.interfaces();
    REQUIRE(interfaces.find("v9") != nullptr);
    CHECK(!interfaces.find("v1")->up);
    CHECK(interfaces.find("v0")->addresses.size() >= 3);
    test::ip("link set v1 up");
    CHECK(run_until(context, [&] { return kernel.interfaces().find("v1")->running; }));
}
