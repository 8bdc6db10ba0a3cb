#include "libfib/netlink/kernel_sync.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "libfib/os/file_descriptor.hpp"

namespace dx::netlink {

namespace {

// Of the network namespace of the thread that opens it.
constexpr const char* kCompatMode = "/proc/sys/net/ipv4/nexthop_compat_mode";

// 0 or an errno. `changed` where it was not so already.
int switch_compat_mode_off(bool& changed) {
    const os::FileDescriptor file(::open(kCompatMode, O_RDWR | O_CLOEXEC));
    if (!file.is_open()) return errno;
    char value = '0';
    int error = ::pread(file.number(), &value, 1, 0) == 1 ? 0 : EIO;
    changed = error == 0 && value != '0';
    if (changed && ::pwrite(file.number(), "0\n", 2, 0) != 2) error = errno;
    return error;
}

}  // namespace

KernelSync::KernelSync(boost::asio::io_context& context, fib::Fib& fib,
                       const KernelSyncSettings& settings, Handlers handlers)
    : fib_(fib),
      settings_(settings),
      handlers_(std::move(handlers)),
      writer_(context, fib, settings.table,
              {[this] { reader_.poll(); }, [this] { after_turn(); }, [this] { reader_.resync(); }}),
      reader_(context, fib, settings.table, writer_.port_id(),
              {handlers_.on_interface, handlers_.on_interface_removed, [this] { wake(); },
               [this] { on_synced(); },
               [this](const char* what, int error) {
                   handlers_.on_note({Severity::Error,
                                      std::string("reading the kernel's ") + what +
                                          " failed, will be tried again: " +
                                          std::generic_category().message(error),
                                      std::nullopt});
               }},
              settings.monitor_buffer_bytes) {}

void KernelSync::on_synced() {
    if (!std::exchange(ready_, true)) handlers_.on_ready();
}

void KernelSync::after_turn() {
    const auto limit = settings_.tune_from_routes;
    if (limit != 0 && !tuned_ && fib_.route_count() >= limit) tune();
    handlers_.on_turn();
}

void KernelSync::tune() {
    tuned_ = true;
    if (reader_.object_support() == fib::ObjectSupport::None) return;
    bool changed = false;
    if (const int error = switch_compat_mode_off(changed)) {
        handlers_.on_note({Severity::Warning,
                           "net.ipv4.nexthop_compat_mode could not be set to 0, so failover takes "
                           "longer the more routes there are: " +
                               std::generic_category().message(error),
                           std::nullopt});
    } else if (changed) {
        handlers_.on_note({Severity::Info,
                           "net.ipv4.nexthop_compat_mode set to 0: failover now takes the same "
                           "time for any number of routes",
                           std::nullopt});
    }
}

KernelStats KernelSync::stats() const {
    const auto& written = writer_.counts();
    const auto& read = reader_.counts();
    return {written.requests, written.batches, written.errors,
            read.overruns,    read.dumps,      reader_.object_support()};
}

}  // namespace dx::netlink
