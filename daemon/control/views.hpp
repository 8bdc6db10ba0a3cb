// What is shown: plain values that the router fills in and the handlers turn into JSON. They know
// nothing of HTTP, JSON or text, and hold no pointers into the tables: a view outlives any change.
// Those of routes are in route_views.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/control/ages.hpp"
#include "libbgp/wire/open.hpp"
#include "libbgp/wire/types.hpp"
#include "libfib/net/ip_address.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::control {

struct VersionView {
    std::string version;  // "0.1.0"
    std::string build;    // compiler and kind of build
    std::string hostname;
    std::string kernel;  // `uname -r`
    std::string config_file;
    std::int64_t process_id = 0;
    Milliseconds uptime{0};
    bgp::AsNumber local_as = 0;
    std::optional<bgp::RouterId> router_id;  // none: still waiting for an address
};

// The BGP process, above the neighbors of `show ip bgp summary`.
struct BgpView {
    struct Table {
        net::Family family{};
        std::uint64_t version = 0;       // counts changes of best paths
        std::uint64_t main_version = 0;  // how far the kernel has followed
        std::uint64_t prefixes = 0;
        std::uint64_t paths = 0;
        std::uint64_t memory = 0;  // bytes, all that the table holds
    };

    std::optional<bgp::RouterId> router_id;
    bgp::AsNumber local_as = 0;
    std::vector<Table> tables;  // one a family
};

struct TimerView {  // "configured 90 s, negotiated 30 s"
    std::chrono::seconds configured{0};
    std::optional<std::chrono::seconds> negotiated;  // none while not established
};

struct MessageCounts {
    std::uint64_t opens = 0;
    std::uint64_t notifications = 0;
    std::uint64_t updates = 0;
    std::uint64_t keepalives = 0;
    std::uint64_t route_refreshes = 0;

    std::uint64_t total() const {
        return opens + notifications + updates + keepalives + route_refreshes;
    }
};

// What a neighbor may be sent instead of the routes that it covers.
struct AggregateView {
    net::Prefix prefix;
    bool announced = false;
    bool refused = false;  // by the export policy
    std::uint64_t covered = 0;
};

struct PrefixLimitView {
    std::uint64_t max = 0;
    std::string action;  // "discard", "restart"; out: the order, "shortest-first" or "configured"
    std::uint64_t beyond = 0;  // in: discarded now; out: held back now
    std::optional<unsigned> warn_percent;
    bool by_peer = false;          // out: what the peer's own Cease said, below what is configured
    std::uint64_t aggregated = 0;  // out: left out for aggregates
    std::vector<AggregateView> aggregates{};     // out
    std::optional<std::int64_t> peer_said_at{};  // `by_peer`: seconds since 1970
};

// One address family of a neighbor.
struct NeighborFamilyView {
    net::Family family{};
    bool configured = true;  // false: negotiated, and gone from the configuration since
    bool negotiated = false;
    // RFC 8212: none means that nothing passes.
    std::optional<std::string> import_policy;
    std::optional<std::string> export_policy;
    std::uint64_t received = 0;                  // in the Adj-RIB-In, before the policy
    std::uint64_t accepted = 0;                  // eligible after policy, limits and loop check
    std::uint64_t advertised = 0;                // in the Adj-RIB-Out
    std::uint64_t table_version = 0;             // the last version of the table that went to it
    std::optional<std::uint64_t> sent_too_many;  // when the peer said so, and not how many it takes
    std::optional<PrefixLimitView> limit_in;
    std::optional<PrefixLimitView> limit_out;
    bool end_of_rib_sent = false;
    bool end_of_rib_received = false;
};

struct BfdView {
    std::string state;  // "Up", "Down", "Init", "AdminDown"
    Milliseconds interval{0};
    unsigned multiplier = 0;
    std::optional<Milliseconds> last_change;  // ago
};

// One BFD session in full.
struct BfdPeerView {
    struct Side {
        std::uint32_t discriminator = 0;
        std::string diagnostic;  // of the last change; "ok" where there was none
        Milliseconds receive_interval{0};
        Milliseconds transmit_interval{0};
        Milliseconds echo_receive_interval{0};
        unsigned multiplier = 0;
    };

    std::string neighbor;                    // its name; empty: no neighbor uses the session
    std::vector<net::Prefix> static_routes;  // via the peer, used while the session is Up
    net::IpAddress peer;
    std::optional<net::IpAddress> local;  // as configured, or where packets come to; none yet
    std::string interface;
    std::string state;  // "Up", "Down", "Init", "AdminDown"
    Milliseconds state_for{0};
    Side ours;
    Side remote;                                    // discriminator 0: nothing was heard of it
    std::optional<Milliseconds> transmit_interval;  // as both agreed; none: the peer wants none
    std::optional<Milliseconds> detection_time;
    // What was left of the detection time in the longest silence since the session came Up.
    std::optional<std::chrono::microseconds> smallest_margin;
    std::uint64_t packets_in = 0;
    std::uint64_t packets_out = 0;
    std::uint64_t ups = 0;
    std::uint64_t downs = 0;
    std::vector<std::pair<std::string, std::uint64_t>> discarded;  // reasons that occurred
    std::string refused;  // why the peer's packets are at present; empty: they are not
    std::uint64_t send_errors = 0;
    std::string last_send_error;
    std::string trouble;  // why nothing can be heard; empty: it can
};

struct DownView {
    Milliseconds ago{0};
    // One line: "NOTIFICATION received: Cease/Administrative Shutdown: \"maintenance\"",
    // "hold timer expired", "interface eth0.100 is down".
    std::string reason;
};

// All times since it began.
struct FailoverTestView {
    std::string neighbor;
    std::optional<std::string> expected_backup;
    Milliseconds lasts{0};                                        // as asked for
    std::optional<Microseconds> moved;                            // the kernel had acknowledged it
    std::uint64_t routes = 0;                                     // the neighbor carried
    std::uint64_t stranded = 0;                                   // of those, without a way
    std::vector<std::pair<std::string, std::uint64_t>> moved_to;  // neighbor -> how many
    std::optional<Microseconds> given_back;
    std::optional<Microseconds> established;
    std::optional<Microseconds> back_in_use;
    bool over = false;
    std::string aborted;  // why it ended before its time
    std::string lost;     // what took over did not last: the circuit was given back at once
    std::string fault;    // why it is not passed; empty: it is, so far
};

struct DrainView {
    std::optional<Milliseconds> remaining;  // until the session ends; none: it has
};

// Graceful restart, of either side (RFC 4724, 8538, 9494).
struct RestartView {
    struct Kept {  // a family whose routes outlived a session
        net::Family family{};
        std::string phase;  // "away", "longAway" (RFC 9494), "back": until End-of-RIB
        Milliseconds lasts{0};
        Milliseconds left{0};
        std::uint64_t routes = 0;  // that are stale
    };

    std::string mode = "Disable";  // ours; or "Helper", "Restart"
    std::chrono::seconds restart_time{0};
    // In the OPEN of the current session, or of the last one while its routes are kept.
    std::optional<bgp::GracefulRestart> theirs;
    std::optional<bgp::LongLivedRestart> theirs_long;
    bool notifications = false;  // both sides: routes outlive NOTIFICATIONs
    std::vector<Kept> kept;
    std::vector<net::Family> deferred;  // not chosen yet, after a restart of ours
};

struct NotificationCount {
    std::string code;     // "Cease"
    std::string subcode;  // "Administrative Shutdown"; empty where the code says it all
    std::uint64_t count = 0;
};

struct NeighborView {
    net::IpAddress address;
    std::string name;       // the address where none is configured
    std::string interface;  // empty: any; the scope of a link-local address
    std::string description;
    std::string profile;  // "aws-private", … ; empty: none
    bgp::AsNumber remote_as = 0;
    bgp::AsNumber local_as = 0;
    std::optional<bgp::RouterId> remote_id;  // none until an OPEN came
    std::optional<bgp::RouterId> local_id;

    std::string state;        // RFC 4271 8.2.2: "Idle" … "Established"
    std::string state_note;   // why it stays Idle: "Admin" (shutdown), "PfxCt"; "" otherwise
    std::string waiting_for;  // why it cannot come up: "interface eth0 is down"
    std::optional<Milliseconds> up_for;  // only when established
    std::optional<Milliseconds> state_for;
    std::optional<DownView> last_down;  // kept while the session is up again
    std::uint64_t established = 0;      // how often
    std::uint64_t dropped = 0;
    std::vector<std::pair<std::string, std::uint64_t>> dropped_by;  // cause -> of those, how often
    std::string last_error;  // the last failed attempt to connect: "Connection refused"

    TimerView hold;
    TimerView keepalive;
    std::chrono::seconds connect_retry{0};
    std::optional<Milliseconds> next_connect;   // in
    std::optional<Milliseconds> back_in_use;    // in: `return-delay`
    std::optional<DrainView> drain;             // the operator takes it out of use
    std::optional<Milliseconds> last_read;      // ago
    std::optional<Milliseconds> last_write;     // ago
    std::optional<Milliseconds> last_update;    // ago: the last UPDATE that came
    std::optional<bgp::Capabilities> sent;      // in our OPEN
    std::optional<bgp::Capabilities> received;  // in theirs
    std::optional<bgp::Role> local_role;        // configured; the peer's is in `received`
    bool extended_messages = false;             // negotiated

    MessageCounts messages_sent;
    MessageCounts messages_received;
    std::uint64_t internal_errors = 0;  // sessions that ended by a bug of ours
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    std::vector<NotificationCount> notifications_sent;  // those that occurred
    std::vector<NotificationCount> notifications_received;
    std::uint64_t input_queue = 0;   // bytes read and not yet worked on
    std::uint64_t output_queue = 0;  // bytes not yet written

    std::optional<net::IpAddress> local_address;
    std::uint16_t local_port = 0;  // 0: no connection
    std::uint16_t remote_port = 0;

    bool passive = false;
    bool ttl_security = false;
    bool password = false;  // whether one is set; never which
    unsigned multihop = 1;  // eBGP TTL
    std::string shutdown_text;
    std::optional<BfdView> bfd;
    RestartView restart;
    std::vector<NeighborFamilyView> families;

    bool external() const { return remote_as != local_as; }

    bool is_established() const { return up_for.has_value(); }
};

struct InterfaceAddressView {
    net::IpAddress address;
    std::uint8_t prefix_length = 0;
};

struct InterfaceView {
    std::string name;
    std::uint32_t index = 0;
    bool admin_up = false;
    bool carrier = false;  // operationally up
    std::uint32_t mtu = 0;
    std::optional<std::uint32_t> speed;  // Mbit/s
    std::string kind;                    // "vlan", "veth", "bond", "ethernet", "loopback"
    std::string parent;                  // of a VLAN
    std::optional<std::uint16_t> vlan_id;
    std::string mac;
    std::vector<InterfaceAddressView> addresses;
    std::uint64_t link_ups = 0;
    std::uint64_t link_downs = 0;
    std::optional<Milliseconds> last_change;  // ago
};

struct ConfigView {
    std::string file;
    std::string text;  // YAML as running, secrets replaced by "<redacted>"
};

}  // namespace dx::control
