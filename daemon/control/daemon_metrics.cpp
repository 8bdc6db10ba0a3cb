// The metrics of the daemon itself: what it is, its configuration, its threads, its process.
#include "daemon/control/metric_table.hpp"

namespace dx::control {
namespace {

using enum MetricType;
using Values = MetricValues;
using Clock = std::chrono::system_clock;

std::chrono::duration<double> since_1970(Clock::time_point at) {
    return at.time_since_epoch();
}

// The names of the process's metrics are those that every Prometheus client uses.
constexpr MetricRow<Scrape> kRows[] = {
    {"dxrouted_build_info",
     Gauge,
     "The running version, always 1.",
     [](const Scrape& of, Values& out) { out.add(1, {of.version.version, of.version.build}); },
     {"version", "build"}},
    {"dxrouted_router_info",
     Gauge,
     "Our AS and router id, always 1; the router id is empty while it is waited for.",
     [](const Scrape& of, Values& out) {
         const auto id = of.version.router_id;
         out.add(1, {std::to_string(of.version.local_as), id ? bgp::to_string(*id) : ""});
     },
     {"as", "router_id"}},
    {"dxrouted_config_last_reload_successful", Gauge,
     "1 if the configuration was taken when it was last read, 0 if it had errors: then the one "
     "before is still in force.",
     [](const Scrape& of, Values& out) { out.add(of.health.reload.successful); }},
    {"dxrouted_config_last_reload_success_timestamp_seconds", Gauge,
     "When the configuration in force was read, in seconds since 1970.",
     [](const Scrape& of, Values& out) { out.add(since_1970(of.health.reload.last_success)); }},
    {"dxrouted_config_confirm_until_timestamp_seconds", Gauge,
     "Until when a change waits to be confirmed, in seconds since 1970; absent while none waits. "
     "In the past: it was taken back in memory, but its file cannot be put back.",
     [](const Scrape& of, Values& out) {
         if (const auto until = of.health.reload.confirm_until) out.add(since_1970(*until));
     }},
    {"dxrouted_thread_response_seconds",
     Gauge,
     "How long a thread took to answer this scrape, which waits behind its other work. The thread "
     "`bfd` runs once BFD is configured.",
     [](const Scrape& of, Values& out) {
         for (const auto& thread : of.threads)
             out.add(thread.answered_in, {thread.name});
     },
     {"thread"}},
    {"dxrouted_log_lines_dropped_total", Counter,
     "Lines of the log that were lost because the disk or the journal was too slow.",
     [](const Scrape& of, Values& out) { out.add(of.health.log_lines_dropped); }},
    {"dxrouted_hooks_total",
     Counter,
     "Hooks that events called for: `done`, `failed` (exit code, answer), `timed-out` (killed), "
     "`dropped` (too many were waiting).",
     [](const Scrape& of, Values& out) {
         for (const auto& [result, count] : of.health.hooks)
             out.add(count, {result});
     },
     {"result"}},
    {"dxrouted_state_write_failing",
     Gauge,
     "1 while a file of the state directory cannot be written (it is full, or read-only): what has "
     "changed since would be lost in a restart. It is tried again.",
     [](const Scrape& of, Values& out) {
         for (const auto& file : of.health.state_files)
             out.add(!file.trouble.empty(), {file.name});
     },
     {"file"}},
    {"dxrouted_listener_up",
     Gauge,
     "1 if connections are accepted there, 0 while another program has the port; it is tried "
     "again.",
     [](const Scrape& of, Values& out) {
         for (const auto& listener : of.health.listeners)
             out.add(listener.trouble.empty(), {listener.protocol, listener.where});
     },
     {"protocol", "address"}},
    {"dxrouted_tcp_md5_rejected_segments_total",
     Counter,
     "TCP segments that the kernel dropped for their MD5 signature: `missing`, `unexpected` or "
     "`wrong`. Of all sockets in the network namespace, not by neighbor.",
     [](const Scrape& of, Values& out) {
         if (!of.health.md5) return;
         out.add(of.health.md5->missing, {"missing"});
         out.add(of.health.md5->unexpected, {"unexpected"});
         out.add(of.health.md5->wrong, {"wrong"});
     },
     {"reason"}},
    {"process_cpu_seconds_total", Counter, "CPU time of the process, user and system.",
     [](const Scrape& of, Values& out) { out.add(of.health.process.cpu); }},
    {"process_resident_memory_bytes", Gauge, "Memory of the process that is in RAM.",
     [](const Scrape& of, Values& out) { out.add(of.health.process.resident_bytes); }},
    {"process_virtual_memory_bytes", Gauge, "Address space of the process.",
     [](const Scrape& of, Values& out) { out.add(of.health.process.virtual_bytes); }},
    {"process_open_fds", Gauge, "Open file descriptors.",
     [](const Scrape& of, Values& out) { out.add(of.health.process.open_files); }},
    {"process_max_fds", Gauge, "File descriptors that the process may open.",
     [](const Scrape& of, Values& out) { out.add(of.health.process.max_files); }},
    {"process_start_time_seconds", Gauge, "When the process started, in seconds since 1970.",
     [](const Scrape& of, Values& out) { out.add(since_1970(of.health.process.started)); }},
};

}  // namespace

void append_daemon_metrics(const Scrape& scrape, std::vector<MetricFamily>& out) {
    MetricTable<Scrape> table(kRows, {});
    table.add(scrape, {});
    table.append_to(out);
}

}  // namespace dx::control
