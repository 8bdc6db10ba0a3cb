// What is known when the checks are made: plain values, from the daemon, the kernel and the probes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/doctor/checks/firewall.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::doctor {

struct Daemon {
    bool answers = false;
    std::string version;
    std::string why_not;  // where it does not answer
    // Files of the state directory that it cannot write, each with the reason.
    std::vector<std::pair<std::string, std::string>> unwritten{};
    std::uint16_t bgp_port = 179;  // where it listens; it dials 179
    // Where it does not accept connections: "bgp" or "http", and why.
    std::vector<std::pair<std::string, std::string>> not_listening{};
};

struct Address {
    net::IpAddress address;
    std::uint8_t length = 0;
    std::optional<net::IpAddress> peer;  // of a point-to-point address
    bool tentative = false;              // IPv6: duplicate address detection is not through
    bool duplicate = false;              // IPv6: it found another host
    std::string also_on;                 // another interface of this host; empty: none
};

// The interface that leads to a neighbor.
struct Link {
    std::string name;
    std::uint32_t index = 0;
    bool exists = false;
    bool up = false;
    bool carrier = false;
    bool resolves = true;  // needs ARP or neighbor discovery; a tunnel does not
    std::uint32_t mtu = 0;
    std::uint64_t receive_errors = 0;
    std::uint64_t transmit_errors = 0;
    std::string kind;  // "vlan", "veth", "ethernet"
    std::optional<unsigned> vlan_id;
    std::optional<std::uint32_t> if_id;   // of an XFRM interface
    std::optional<bool> has_association;  // IPsec's with that if_id; none: it may not be asked
    std::string parent;                   // of a VLAN
    std::string parent_kind;
    bool parent_up = false;
    std::vector<Address> addresses;
    std::optional<int> rp_filter;       // the stricter of `all` and its own
    std::optional<int> send_redirects;  // on if either is
};

// The kernel's entry in the neighbor table.
enum class Resolution : std::uint8_t { NoEntry, Incomplete, Failed, Resolved };

enum class Echo : std::uint8_t { NotTried, Answered, Silent, Unreachable, NotPossible };

// What became of a connection to port 179 without a signature.
enum class Connect : std::uint8_t { NotTried, Accepted, Refused, Silent, Failed };

struct Probes {
    Resolution resolution = Resolution::NoEntry;
    std::string mac;
    Echo echo = Echo::NotTried;
    std::chrono::microseconds round_trip{0};
    std::string echo_error;
    Connect connect = Connect::NotTried;
    std::string connect_error;
};

// TcpExt's counters of RFC 2385, as they grew while the neighbor was probed. The host's, not the
// neighbor's.
struct SignatureCounters {
    std::uint64_t not_found = 0;   // came without a signature where one is expected
    std::uint64_t unexpected = 0;  // came with one where there is no key
    std::uint64_t failure = 0;     // came with a wrong one
};

struct PrefixLimit {
    std::uint64_t max = 0;
    std::uint64_t beyond = 0;  // discarded, or held back
    std::optional<unsigned> warn_percent;
    bool by_peer = false;          // the peer named it, in a NOTIFICATION 6/1
    std::uint64_t aggregated = 0;  // left out for aggregates
};

struct Family {
    net::Family family = net::Family::Ipv4;
    bool configured = false;
    bool negotiated = false;
    std::string import_policy;  // empty: none
    std::string export_policy;
    std::uint64_t received = 0;
    std::uint64_t accepted = 0;
    std::uint64_t advertised = 0;
    std::uint64_t sent_too_many = 0;  // when the peer said so, and not how many it takes
    std::optional<PrefixLimit> limit_in;
    std::optional<PrefixLimit> limit_out;
};

struct Bfd {
    std::string state;  // "Up", "Down", "Init", "AdminDown"
    bool heard = false;
    std::string diagnostic;
    std::string remote_diagnostic;
    std::chrono::milliseconds detection_time{0};
    std::string trouble;    // why nothing can be heard or sent; empty: it can
    std::string refused{};  // why the peer's packets are; empty: they are not
};

// Routes of a state and one of them: with the daemon's words on it, or the way it takes instead.
struct RouteCount {
    std::uint64_t count = 0;
    std::string example;
    std::string why;
};

struct Routes {
    std::uint64_t installed = 0;
    RouteCount conflict;                   // a foreign route has the prefix
    RouteCount failed;                     // the kernel refused
    RouteCount unresolved;                 // no way to the next hop
    RouteCount behind_static;              // one of our static routes is preferred
    RouteCount beneath_foreign;            // a foreign route to a part of it goes another way
    RouteCount beneath_static;             // an unwatched static one goes by the same gateway
    RouteCount beneath_own;                // ... which is one of ours
    std::optional<net::IpAddress> source;  // what this host sends from to one of them
    std::string source_for;                // that prefix
    bool source_advertised = false;        // the peer is told a prefix that covers `source`
};

struct Neighbor {
    std::string name;
    std::string label;  // what the control API calls it: "169.254.10.1", "fe80::1%eth0"
    net::IpAddress address;
    std::string profile;  // "" for none
    bool single_hop = true;
    std::optional<net::IpAddress> local;  // configured, or what the kernel would choose
    bool local_configured = false;
    std::uint32_t remote_as = 0;
    std::uint32_t local_as = 0;
    bool password = false;
    bool shut_down = false;  // by our configuration, or drained
    std::string drain;       // "leadingAway", "drained"; empty: it is not being drained
    bool tested = false;     // a failover test of ours has taken it away
    bool bfd_configured = false;

    std::string state;  // RFC 4271's; "Established"
    std::string up_for;
    std::string returns_in;  // "00:00:07": `return-delay`; empty: it is in use
    bool held_down = false;  // by a prefix limit
    std::string waiting_for;
    std::string last_error;
    std::string last_down;
    std::string last_down_ago;  // "00:00:07"

    std::vector<Family> families;
    std::optional<Bfd> bfd;
    std::optional<Routes> routes;  // none: not Established, or `fib.enabled: false`
    Link link;
    Probes probes;
    SignatureCounters signatures;

    bool established() const { return state == "Established"; }

    bool tcp_is_up() const {
        return established() || state == "OpenSent" || state == "OpenConfirm";
    }

    // Ours or the peer's limit ended the last session, and none has come since.
    bool ended_by_limit() const {
        return !established() &&
               (held_down || last_down.find("Maximum Number of Prefixes") != std::string::npos);
    }

    bool is_aws() const { return profile.starts_with("aws-"); }
};

// The next hop of static routes that BFD watches.
struct Gateway {
    Neighbor neighbor;  // as a host on the link: without a session of BGP
    std::vector<std::string> routes;
};

struct Networkd {
    bool runs = false;
    bool manages_foreign_routes = true;
    bool manages_foreign_next_hops = true;
    std::string file{};  // the one that says so; of several the one that came last
    std::chrono::sys_seconds file_since{};
    std::optional<std::chrono::sys_seconds> started{};
};

struct Firewall {
    std::optional<Ruleset> rules;
    std::string why_not;  // where they could not be read
    bool legacy = false;  // iptables-legacy has tables too, which nft does not show
};

struct Host {
    std::optional<int> forwarding_v4;
    std::optional<int> forwarding_v6;
    std::optional<int> hash_policy_v4;
    std::optional<int> hash_policy_v6;
    Networkd networkd;
    Firewall firewall;
    unsigned maximum_paths = 1;
};

struct Facts {
    Daemon daemon;
    Host host;
    std::vector<Neighbor> neighbors;  // the ones to look at
    std::vector<Gateway> gateways;
    unsigned signed_and_down = 0;  // of all neighbors: those with a key whose session is not up
    unsigned circuits = 0;         // interfaces that lead to neighbors on a link, of all neighbors
    bool has_v4 = true;            // there are neighbors of this family
    bool has_v6 = false;
};

}  // namespace dx::doctor
