// Keeps the Fib and the interface table informed of the kernel: dumps at start and after an
// overrun, the monitor's messages in between.
//
// A dump's answers may be older than what the monitor says meanwhile: a datagram is filled when the
// one before it is fetched. So messages of the kind that is being dumped are kept back and given
// out after the dump, which makes the order of what the Fib hears true.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libfib/fib/fib.hpp"
#include "libfib/netlink/dump_socket.hpp"
#include "libfib/netlink/interface_table.hpp"
#include "libfib/netlink/monitor.hpp"
#include "libfib/netlink/request_codec.hpp"

namespace dx::netlink {

class KernelReader {
public:
    struct Handlers {
        std::function<void(const Interface&)> on_interface;  // new or different
        std::function<void(const Interface&)> on_interface_removed;
        std::function<void()> on_change;                              // the Fib has heard something
        std::function<void()> on_synced;                              // a full reading has ended
        std::function<void(const char* what, int error)> on_failure;  // it will be tried again
    };

    struct Counts {
        std::uint64_t overruns = 0;
        std::uint64_t dumps = 0;
    };

    KernelReader(boost::asio::io_context& context, fib::Fib& fib, std::uint32_t table,
                 std::uint32_t own_port, Handlers handlers,
                 int monitor_buffer_bytes = kReceiveBufferBytes);

    // Reads everything, and follows the kernel from then on.
    void start();

    // What is known may be wrong: reads everything again, not more than once a second.
    void resync();

    // What the kernel has told up to now reaches the Fib.
    void poll() { monitor_.poll(); }

    const InterfaceTable& interfaces() const { return interfaces_; }

    fib::ObjectSupport object_support() const { return support_; }

    const Counts& counts() const { return counts_; }

private:
    void begin_reading();
    void dump(DumpKind kind);
    void on_dumped(DumpKind kind, int error);
    bool end_dump_of(DumpKind kind, int error);
    void end_interfaces();
    void end_reading();

    void on_monitored(nlmsghdr& message);
    bool is_kept_back(const nlmsghdr& message) const;
    void give_out_kept();
    void take(nlmsghdr& message, bool dumped);
    void take_link(nlmsghdr& message, bool dumped);
    void take_route(nlmsghdr& message, bool dumped);
    void take_object(nlmsghdr& message, bool dumped);
    void tell_interface(std::uint32_t index);
    void tell_link(const Interface* before, const Interface& now);
    void tell_removed(const Interface& interface);

    fib::Fib& fib_;
    std::uint32_t table_;
    Handlers handlers_;
    InterfaceTable interfaces_;
    std::map<std::uint32_t, Interface> told_;  // what the Fib and the handlers know
    Monitor monitor_;
    DumpSocket dumps_;
    boost::asio::steady_timer pause_;  // between two readings
    std::vector<std::byte> kept_;      // messages of the monitor, one after another
    fib::ObjectSupport support_ = fib::ObjectSupport::None;
    Counts counts_;
    std::optional<DumpKind> dumping_;
    int attempts_ = 0;          // at the reading under way
    bool again_ = false;        // a resync is due
    bool resilient_ = false;    // the probe's answer
    bool have_tables_ = false;  // from the first complete reading on
    fib::TimePoint last_reading_{};
};

}  // namespace dx::netlink
