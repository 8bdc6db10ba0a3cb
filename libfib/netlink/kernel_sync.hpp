// Keeps the Fib and the kernel in step, on one io_context: what the kernel shows goes into the Fib,
// what the Fib wants goes into the kernel. Decides nothing.
#pragma once

#include <cstdint>
#include <functional>

#include <boost/asio/io_context.hpp>

#include "libfib/fib/fib.hpp"
#include "libfib/netlink/kernel_reader.hpp"
#include "libfib/netlink/kernel_writer.hpp"
#include "libfib/netlink/note.hpp"

namespace dx::netlink {

struct KernelSyncSettings {
    std::uint32_t table = 254;
    // Sets net.ipv4.nexthop_compat_mode=0 once the Fib has this many routes for the kernel, many of
    // them yet to be sent: with the kernel's default a replaced nexthop object is told for each
    // route that uses it, which takes half a second for a million, and a route
    // takes longer to add. 0: never.
    std::uint64_t tune_from_routes = 10000;
    int monitor_buffer_bytes = kReceiveBufferBytes;
};

// Counts of the kernel's side, since the start.
struct KernelStats {
    std::uint64_t requests = 0;  // sent
    std::uint64_t batches = 0;   // in so many system calls
    std::uint64_t errors = 0;    // refused by the kernel
    std::uint64_t overruns = 0;  // times that the monitor lost messages
    std::uint64_t dumps = 0;     // of everything
    fib::ObjectSupport objects = fib::ObjectSupport::None;
};

class KernelSync {
public:
    struct Handlers {
        std::function<void(const Interface&)> on_interface;  // new or different
        std::function<void(const Interface&)> on_interface_removed;
        std::function<void()> on_ready;  // everything was read for the first time
        std::function<void()> on_turn;   // the Fib may have something to tell
        std::function<void(Note)> on_note;
    };

    // The Fib outlives it, and so does what is queued in `context`: destroy after that has stopped.
    KernelSync(boost::asio::io_context& context, fib::Fib& fib, const KernelSyncSettings& settings,
               Handlers handlers);

    void start() { reader_.start(); }

    // After every change of the Fib from elsewhere: it may have something to send.
    void wake() { writer_.wake(); }

    void tune_from(std::uint64_t routes) { settings_.tune_from_routes = routes; }

    const InterfaceTable& interfaces() const { return reader_.interfaces(); }

    // The kernel's own words for its latest refusal with this errno; empty: it gave none.
    std::string explanation(int error) const { return writer_.explanation(error); }

    KernelStats stats() const;

private:
    void on_synced();
    void after_turn();
    void tune();

    fib::Fib& fib_;
    KernelSyncSettings settings_;
    Handlers handlers_;
    KernelWriter writer_;
    KernelReader reader_;
    bool ready_ = false;
    bool tuned_ = false;
};

}  // namespace dx::netlink
