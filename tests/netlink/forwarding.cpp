#include "tests/netlink/forwarding.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <sstream>
#include <utility>

#include "tests/netlink/kernel_tables.hpp"
#include "tests/netlink/private_namespace.hpp"

namespace dx::test {

namespace {

constexpr std::uint8_t kBgp = 186;

net::IpAddress gateway(int link, net::Family family, int host) {
    const std::string n = std::to_string(link);
    const std::string text = family == net::Family::Ipv4
                                 ? "198.18." + n + "." + std::to_string(host)
                                 : "2001:db8:" + n + "::" + std::to_string(host);
    return *net::IpAddress::parse(text);
}

}  // namespace

fib::NextHop hop(int link, net::Family family, int host) {
    return {gateway(link, family, host), fib::kNoInterface, static_cast<fib::NeighborTag>(link), 1};
}

fib::Forwarding over(int link, net::Family family, int host) {
    return fib::Forwarding::via(hop(link, family, host));
}

fib::Forwarding protected_by(int best, int backup, net::Family family) {
    return {fib::ForwardingKind::Unicast, {hop(best, family)}, {hop(backup, family)}};
}

Forwarding::Forwarding(const netlink::FibServiceConfig& config)
    : service_(std::make_unique<netlink::FibService>(config, routing_, *this)) {}

Forwarding::~Forwarding() = default;

void Forwarding::announce(const std::vector<net::Prefix>& prefixes,
                          const fib::Forwarding& forwarding) {
    for (std::size_t i = 0; i < prefixes.size();) {
        fib::RouteBatch batch;
        for (const std::size_t end = std::min(i + 1000, prefixes.size()); i < end; ++i)
            batch.announce(prefixes[i], fib::RouteSource::Bgp, fib::kExternalBgpDistance,
                           forwarding);
        service_->apply(std::move(batch));
    }
}

void Forwarding::withdraw(const std::vector<net::Prefix>& prefixes) {
    fib::RouteBatch batch;
    for (const net::Prefix& prefix : prefixes)
        batch.withdraw(prefix, fib::RouteSource::Bgp);
    service_->apply(std::move(batch));
}

bool Forwarding::wait_for(const std::function<bool()>& condition,
                          std::chrono::milliseconds longest) {
    const auto end = std::chrono::steady_clock::now() + longest;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        routing_.restart();
        routing_.run_for(std::chrono::milliseconds(2));
    }
    return true;
}

// The answers below outlive a wait that was too short.
netlink::FibStats Forwarding::stats() {
    const auto result = std::make_shared<std::optional<netlink::FibStats>>();
    service_->stats([result](const netlink::FibStats& stats) { *result = stats; });
    wait_for([&] { return result->has_value(); });
    return result->value_or(netlink::FibStats{});
}

netlink::FibProgress Forwarding::progress() {
    const auto result = std::make_shared<std::optional<netlink::FibProgress>>();
    service_->progress([result](netlink::FibProgress progress) { *result = progress; });
    wait_for([&] { return result->has_value(); });
    return result->value_or(netlink::FibProgress{});
}

bool Forwarding::wait_while_working(const std::function<bool()>& condition) {
    for (auto before = stats().kernel.requests; !wait_for(condition);) {
        const auto now = stats().kernel.requests;
        if (now == before) return false;
        before = now;
    }
    return true;
}

bool Forwarding::told_that(const std::string& interface, bool running) {
    const auto index = index_of(interface);
    return wait_for([&] {
        const auto at = interfaces.find(index);
        return at != interfaces.end() && at->second.running == running;
    });
}

bool Forwarding::settled() {
    return wait_while_working([&] {
        const auto now = stats().fib;
        return now.pending == 0 && now.total().failed == 0;  // conflicts may last
    });
}

bool Forwarding::kernel_has(std::vector<net::Prefix> prefixes) {
    std::sort(prefixes.begin(), prefixes.end());
    const auto same = [&] {
        std::vector<net::Prefix> there;
        for (const auto& [prefix, route] : kernel_routes_of(kBgp))
            there.push_back(prefix);
        return there == prefixes;
    };
    if (settled() && wait_for(same)) return true;
    explain(prefixes);
    return false;
}

// Some of what is missing or too much, as the Fib sees it.
void Forwarding::explain(const std::vector<net::Prefix>& prefixes) {
    const auto fib = stats().fib;
    const auto total = fib.total();
    std::cerr << "the Fib: " << total.wanted << " wanted, " << total.installed << " installed, "
              << fib.pending << " pending, " << total.failed << " failed\n";
    const auto there = kernel_routes_of(kBgp);
    int told = 0;
    for (const auto& prefix : prefixes) {
        if (there.contains(prefix) || ++told > 5) continue;
        std::cerr << "not in the kernel: " << prefix.to_string();
        if (const auto route = shown(prefix))
            std::cerr << ", " << to_string(route->route.state) << ", errno " << route->route.error;
        std::cerr << '\n';
    }
    for (const auto& [prefix, route] : there)
        if (!std::ranges::binary_search(prefixes, prefix) && ++told <= 10)
            std::cerr << "too much in the kernel: " << prefix.to_string() << '\n';
    std::cerr << ip("-brief link") << ip("-brief address");
    for (const auto& [index, interface] : interfaces)
        std::cerr << "the Fib: " << interface.name << (interface.up ? ", up" : ", down")
                  << (interface.running ? ", running" : "") << ", " << interface.addresses.size()
                  << " addresses\n";
}

std::optional<netlink::ShownRoute> Forwarding::shown(const net::Prefix& prefix) {
    struct Answer {
        bool given = false;
        std::optional<netlink::ShownRoute> route;
    };

    const auto answer = std::make_shared<Answer>();
    service_->find(prefix, [answer](std::optional<netlink::ShownRoute> route) {
        *answer = {true, std::move(route)};
    });
    wait_for([&] { return answer->given; });
    return std::move(answer->route);
}

std::optional<fib::InstallState> Forwarding::state_of(const net::Prefix& prefix) {
    const auto route = shown(prefix);
    return route ? std::optional(route->route.state) : std::nullopt;
}

bool Forwarding::stop() {
    const auto stopped = std::make_shared<bool>(false);
    service_->stop([stopped] { *stopped = true; });
    return wait_while_working([&] { return *stopped; });
}

std::size_t Forwarding::notes_of(fib::FibNote::Kind kind) const {
    return static_cast<std::size_t>(std::count_if(
        notes.begin(), notes.end(),
        [&](const netlink::Note& note) { return note.about && note.about->kind == kind; }));
}

void Forwarding::on_fib_ready() {
    is_ready = true;
}

void Forwarding::on_interface(const netlink::Interface& interface) {
    interfaces[interface.index] = interface;
}

void Forwarding::on_interface_removed(std::uint32_t index, const std::string& name) {
    interfaces.erase(index);
    removed.push_back(name);
}

void Forwarding::on_next_hop(const fib::NextHopState& state) {
    next_hops[state.key] = state;
}

void Forwarding::on_network(const fib::NetworkPresence& presence) {
    networks[presence.prefix] = presence.present;
}

void Forwarding::on_redistributed(const fib::RedistributedRoute& route) {
    if (route.present)
        redistributed[route.prefix] = route;
    else
        redistributed.erase(route.prefix);
}

void Forwarding::on_fib_note(const netlink::Note& note) {
    notes.push_back(note);
}

std::vector<net::Prefix> some_prefixes(net::Family family, std::size_t count) {
    constexpr std::array<std::uint8_t, 4> kLengths{24, 23, 22, 32};
    std::vector<net::Prefix> prefixes;
    prefixes.reserve(count);
    for (std::uint32_t i = 0; prefixes.size() < count; ++i) {
        const std::uint32_t slot = i << 10;  // room for a /22
        net::IpAddress::V6Bytes bytes{0x20, 0x01, 0x0d, 0xb8, 0x80};
        for (std::size_t k = 0; k < 4; ++k)
            bytes[5 + k] = static_cast<std::uint8_t>(slot >> (24 - 8 * k));
        const bool v4 = family == net::Family::Ipv4;
        const auto length = static_cast<std::uint8_t>(kLengths[i % kLengths.size()]);
        prefixes.push_back(
            v4 ? net::Prefix(net::IpAddress::v4(0x0a000000 + slot), length)
               : net::Prefix(net::IpAddress::v6(bytes), static_cast<std::uint8_t>(length + 40)));
    }
    return prefixes;
}

std::vector<net::Prefix> together(std::vector<net::Prefix> a, const std::vector<net::Prefix>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

std::string way_to(const net::Prefix& prefix) {
    auto bytes = prefix.address().bytes();
    std::array<std::uint8_t, 16> host{};
    std::copy(bytes.begin(), bytes.end(), host.begin());
    if (!prefix.is_host()) host[bytes.size() - 1] |= 1;
    const auto address = net::IpAddress::from_bytes(prefix.family(), host);
    std::istringstream words(run("ip route get " + address.to_string() + " || true"));
    for (std::string word; words >> word;)
        if (word == "dev" && words >> word) return word;
    return {};
}

}  // namespace dx::test
