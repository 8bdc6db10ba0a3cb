#include "cli/doctor/probe_neighbor.hpp"

#include <algorithm>
#include <linux/neighbour.h>
#include <thread>

#include "cli/doctor/probes/kernel_tables.hpp"
#include "cli/doctor/probes/path.hpp"
#include "cli/doctor/probes/proc_files.hpp"

namespace dx::doctor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kResolveTime{1500};  // the kernel asks once a second
constexpr milliseconds kPollInterval{50};
constexpr milliseconds kSignatureTime{1500};  // the peer, or we, dial again meanwhile

constexpr unsigned kResolvedStates =
    NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP;

void take_entry(Neighbor& neighbor) {
    const auto entries = read_neighbor_entries();
    const auto found = std::ranges::find_if(entries, [&](const NeighborEntry& entry) {
        return entry.address == neighbor.address && entry.interface == neighbor.link.index;
    });
    auto& probes = neighbor.probes;
    probes.mac.clear();
    if (found == entries.end()) {
        probes.resolution = Resolution::NoEntry;
    } else if ((found->state & kResolvedStates) != 0) {
        probes.resolution = Resolution::Resolved;
        probes.mac = found->mac;
    } else {
        probes.resolution =
            (found->state & NUD_FAILED) != 0 ? Resolution::Failed : Resolution::Incomplete;
    }
}

// A failed entry of earlier does not count: the datagram makes the kernel ask again.
void resolve(const Path& path, Neighbor& neighbor) {
    send_datagram(path);
    const auto until = Clock::now() + kResolveTime;
    do {
        std::this_thread::sleep_for(kPollInterval);
        take_entry(neighbor);
    } while (neighbor.probes.resolution != Resolution::Resolved && Clock::now() < until);
}

SignatureCounters read_signatures() {
    return parse_netstat(read_file("/proc/net/netstat").value_or(""));
}

SignatureCounters grown(const SignatureCounters& before, const SignatureCounters& now) {
    return {now.not_found - before.not_found, now.unexpected - before.unexpected,
            now.failure - before.failure};
}

void try_connection(const Path& path, Neighbor& neighbor) {
    const auto before = read_signatures();
    const auto until = Clock::now() + kSignatureTime;
    const auto outcome = connect_to_bgp(path);
    neighbor.probes.connect = outcome.connect;
    neighbor.probes.connect_error = outcome.error;
    if (outcome.connect != Connect::Refused) std::this_thread::sleep_until(until);
    neighbor.signatures = grown(before, read_signatures());
}

bool has_local_address(const Neighbor& neighbor) {
    return neighbor.local && std::ranges::any_of(neighbor.link.addresses, [&](const Address& own) {
               return own.address == *neighbor.local;
           });
}

Path path_to(const Neighbor& neighbor) {
    return {*neighbor.local, neighbor.address, neighbor.link.index};
}

// False where it cannot be reached, so that nothing more is to be tried.
bool is_reached(Neighbor& neighbor) {
    const auto& link = neighbor.link;
    if (!link.exists || !link.up || !link.carrier || !has_local_address(neighbor)) return false;
    const bool resolves = link.resolves && neighbor.single_hop;
    if (resolves) resolve(path_to(neighbor), neighbor);
    if (resolves && neighbor.probes.resolution != Resolution::Resolved) return false;
    const auto echo = ping(path_to(neighbor));
    neighbor.probes.echo = echo.echo;
    neighbor.probes.round_trip = echo.round_trip;
    neighbor.probes.echo_error = echo.error;
    return echo.echo == Echo::Answered || link.has_association.value_or(true);
}

}  // namespace

void probe(Neighbor& neighbor) {
    if (!is_reached(neighbor)) return;
    // A connection beside a session, or one that is coming up, would be a collision for the peer.
    const bool quiet =
        neighbor.shut_down || !neighbor.waiting_for.empty() || neighbor.ended_by_limit();
    if (!neighbor.tcp_is_up() && !quiet) try_connection(path_to(neighbor), neighbor);
}

void probe_way(Neighbor& neighbor) {
    is_reached(neighbor);
}

}  // namespace dx::doctor
