// A FibService in a test's namespace, with the test in the part of routing.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "libfib/netlink/fib_service.hpp"

namespace dx::test {

// A next hop on v<link> (two-links namespace): host `host` of its network, of neighbor `link`.
fib::NextHop hop(int link, net::Family family, int host = 2);

fib::Forwarding over(int link, net::Family family, int host = 2);

// All over the first; the second is the backup.
fib::Forwarding protected_by(int best, int backup, net::Family family);

class Forwarding : public netlink::FibEvents {
public:
    explicit Forwarding(const netlink::FibServiceConfig& config = {});
    ~Forwarding() override;

    netlink::FibService& service() { return *service_; }

    void announce(const std::vector<net::Prefix>& prefixes, const fib::Forwarding& forwarding);
    void withdraw(const std::vector<net::Prefix>& prefixes);

    // Runs routing's loop until the condition holds; false: it did not within the time, which is
    // long enough for a machine that does other things too.
    bool wait_for(const std::function<bool()>& condition,
                  std::chrono::milliseconds longest = std::chrono::seconds(60));

    // The same for as long as requests go to the kernel: a busy machine takes its time.
    bool wait_while_working(const std::function<bool()>& condition);

    // Until the first reading is in.
    bool ready() {
        return wait_for([&] { return is_ready; });
    }

    // Until everything routing asked for is taken and nothing is left to do.
    bool settled();

    // Waits for settled() and compares the kernel's routes of our protocol with the prefixes; says
    // on stderr what is not so.
    bool kernel_has(std::vector<net::Prefix> prefixes);

    netlink::FibStats stats();
    netlink::FibProgress progress();

    // None: the table does not have the prefix.
    std::optional<netlink::ShownRoute> shown(const net::Prefix& prefix);
    std::optional<fib::InstallState> state_of(const net::Prefix& prefix);

    // As a clean end of the daemon.
    bool stop();

    std::size_t notes_of(fib::FibNote::Kind kind) const;

    // Until routing is told that the link runs, or that it does not. A session ends with its link,
    // and the next one is from after that: a test that says neighbor_up waits for this first.
    bool told_that(const std::string& interface, bool running);

    bool is_ready = false;
    std::map<std::uint32_t, netlink::Interface> interfaces;
    std::vector<std::string> removed;
    std::map<fib::NextHopKey, fib::NextHopState> next_hops;
    std::map<net::Prefix, bool> networks;
    std::map<net::Prefix, fib::RedistributedRoute> redistributed;
    std::vector<netlink::Note> notes;

private:
    void explain(const std::vector<net::Prefix>& prefixes);

    void on_fib_ready() override;
    void on_interface(const netlink::Interface& interface) override;
    void on_interface_removed(std::uint32_t index, const std::string& name) override;
    void on_next_hop(const fib::NextHopState& state) override;
    void on_network(const fib::NetworkPresence& presence) override;
    void on_redistributed(const fib::RedistributedRoute& route) override;
    void on_fib_note(const netlink::Note& note) override;

    boost::asio::io_context routing_{1};
    std::unique_ptr<netlink::FibService> service_;
};

// `count` prefixes below 10.0.0.0/8 or 2001:db8:8000::/33 of several lengths, all different.
std::vector<net::Prefix> some_prefixes(net::Family family, std::size_t count);

std::vector<net::Prefix> together(std::vector<net::Prefix> a, const std::vector<net::Prefix>& b);

// The interface that a packet to a host of the prefix would leave by: `ip route get`. Empty: none.
std::string way_to(const net::Prefix& prefix);

}  // namespace dx::test
