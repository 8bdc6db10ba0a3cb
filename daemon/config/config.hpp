// The validated configuration as values: what the YAML file means after defaults, profiles and
// references are resolved. Whoever holds a Config need not check it again.
// Knows nothing of YAML, sessions or the kernel. docs: dxrouted.yaml(5).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/config/hook.hpp"
#include "daemon/config/values.hpp"
#include "libbgp/policy/policy.hpp"
#include "libbgp/wire/open.hpp"
#include "libbgp/wire/types.hpp"
#include "libfib/net/ip_address.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::config {

// Two policies are the same if they say the same.
bool same_policy(const bgp::PolicyPtr& a, const bgp::PolicyPtr& b);

struct Listen {
    std::uint16_t port = bgp::kBgpPort;
    std::vector<net::IpAddress> addresses{net::IpAddress::any(net::Family::Ipv4),
                                          net::IpAddress::any(net::Family::Ipv6)};

    friend bool operator==(const Listen&, const Listen&) = default;
};

struct RouterSettings {
    bgp::AsNumber asn = 0;                   // 1..4294967294
    std::optional<bgp::RouterId> router_id;  // none: chosen from the addresses at start
    Listen listen;

    friend bool operator==(const RouterSettings&, const RouterSettings&) = default;
};

struct Network {
    enum class When : std::uint8_t { Always, Route };  // Route: while the route table has it

    net::Prefix prefix;
    When when = When::Always;

    friend bool operator==(const Network&, const Network&) = default;
};

// Routes of another source given to BGP; null: not redistributed.
struct Redistribute {
    bgp::PolicyPtr connected;
    bgp::PolicyPtr static_routes;
    bgp::PolicyPtr kernel;

    friend bool operator==(const Redistribute& a, const Redistribute& b) {
        return same_policy(a.connected, b.connected) &&
               same_policy(a.static_routes, b.static_routes) && same_policy(a.kernel, b.kernel);
    }
};

struct BfdTimers {
    milliseconds interval{300};  // 10 ms .. 60 s
    std::uint8_t multiplier = 3;

    friend bool operator==(const BfdTimers&, const BfdTimers&) = default;
};

struct Bfd {
    BfdTimers timers;
    bool strict = false;  // BGP waits for BFD

    friend bool operator==(const Bfd&, const Bfd&) = default;
};

enum class Profile : std::uint8_t { None, AwsPrivate, AwsTransit, AwsPublic, AwsVpn };
enum class Preference : std::uint8_t { High, Medium, Low };
enum class Scope : std::uint8_t { Region, Continent, Global };
enum class CoveredByDx : std::uint8_t { Keep, Suppress };

struct Timers {
    seconds hold{90};  // 0: no KEEPALIVEs and no hold timer; else >= 3
    seconds keepalive{30};
    seconds connect_retry{10};

    friend bool operator==(const Timers&, const Timers&) = default;
};

struct GracefulRestart {
    enum class Mode : std::uint8_t { Off, Helper, Full };

    Mode mode = Mode::Off;
    bool force = false;  // although BFD is on
    seconds restart_time{120};
    seconds stale_time{180};  // for a neighbor that is back to tell its routes (RFC 8538 4.1)
    seconds long_lived_stale_time{bgp::kLongestStaleTime};  // at most, whatever the neighbor asks

    friend bool operator==(const GracefulRestart&, const GracefulRestart&) = default;
};

struct InboundLimit {
    enum class Action : std::uint8_t {
        Discard,  // what is over the limit is not taken in
        Restart,  // the session ends with Cease/1 and is tried again `after`
    };

    std::uint32_t max = 0;
    Action action = Action::Discard;
    seconds after{300};

    friend bool operator==(const InboundLimit&, const InboundLimit&) = default;
};

struct OutboundLimit {
    // Which prefixes go first: the shortest, or the networks in the order of the file.
    enum class Order : std::uint8_t { ShortestFirst, Configured };

    std::uint32_t max = 0;
    Order order = Order::ShortestFirst;
    std::uint8_t warn_percent = 80;
    std::vector<net::Prefix> aggregates{};  // of either family; none within another

    friend bool operator==(const OutboundLimit&, const OutboundLimit&) = default;
};

struct PrefixLimits {  // none: no limit
    PerFamily<std::optional<InboundLimit>> in;
    PerFamily<std::optional<OutboundLimit>> out;

    friend bool operator==(const PrefixLimits&, const PrefixLimits&) = default;
};

struct Shutdown {
    bool active = false;
    std::string message;  // RFC 9003; UTF-8, at most 255 bytes

    friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

struct RoleSetting {  // RFC 9234
    bgp::Role role{};
    bool strict = false;

    friend bool operator==(const RoleSetting&, const RoleSetting&) = default;
};

struct Neighbor {
    std::string name;  // unique; the address (with %interface if link-local) where none is given
    std::string description;
    net::IpAddress address;
    bgp::AsNumber remote_as = 0;
    bool internal = false;  // iBGP: remote_as is ours
    std::optional<net::IpAddress> local_address;
    std::string interface;           // empty: none; never empty with a link-local IPv6 address
    std::optional<Secret> password;  // the key, wherever it came from
    std::string password_file;       // as written; empty: none
    bgp::Families families;
    Profile profile = Profile::None;
    std::optional<Preference> preference;
    std::optional<Scope> scope;
    std::optional<CoveredByDx> covered_by_dx;  // only with aws-vpn, and always there
    bool send_aws_routes = false;              // aws-*: those learnt from other aws-* neighbors too
    std::uint8_t weight = 1;
    seconds return_delay{0};
    bool passive = false;
    Shutdown shutdown;
    std::uint8_t multihop = 1;  // eBGP: the TTL; 1 is directly connected. iBGP: 255 by default
    bool ttl_security = false;  // RFC 5082
    std::optional<RoleSetting> bgp_role;
    std::uint8_t allow_own_as = 0;
    bool next_hop_self = true;
    Timers timers;
    std::optional<Bfd> bfd;  // none: off
    GracefulRestart graceful_restart;
    PrefixLimits prefix_limit;
    // Null: nothing passes (RFC 8212). iBGP without one accepts all: the RFC speaks of eBGP.
    bgp::PolicyPtr import_policy;
    bgp::PolicyPtr export_policy;

    // What profile, preference and scope come to, acting before the policies.
    std::uint32_t local_pref = bgp::kDefaultLocalPref;  // of routes received over eBGP
    std::vector<bgp::Community> sent_communities;       // 7224:7x00, 7224:9x00

    // By what their keys say; a password file by its content and its name.
    friend bool operator==(const Neighbor& a, const Neighbor& b);
};

// How it is found out whether a gateway answers ARP or ND.
struct Tracking {
    milliseconds interval{1000};  // 100 ms .. 60 s
    std::uint8_t misses = 3;      // and as many answers in a row for a return

    friend bool operator==(const Tracking&, const Tracking&) = default;
};

struct StaticRoute {
    net::Prefix prefix;
    std::optional<net::IpAddress> via;
    std::string interface;   // alone, or the one that `via` is on; empty: none
    bool blackhole = false;  // then neither of them
    std::uint8_t distance = 1;
    std::optional<BfdTimers> bfd;   // with `via` only
    std::optional<Tracking> track;  // the same, and not both

    friend bool operator==(const StaticRoute&, const StaticRoute&) = default;
};

struct FibSettings {
    enum class OnStop : std::uint8_t { Remove, Keep };

    bool enabled = true;
    std::uint32_t table = 254;  // main
    std::uint32_t metric = 20;
    std::uint8_t maximum_paths = 1;
    PerFamily<std::optional<net::IpAddress>> source;
    bool nexthop_objects = true;  // auto; false: off
    bool tune_kernel = true;      // auto; false: off
    OnStop on_stop = OnStop::Remove;
    seconds stale_time{60};

    friend bool operator==(const FibSettings&, const FibSettings&) = default;
};

struct Control {
    std::string socket = "/run/dxrouted/dxrouted.sock";
    std::string group = "dxrouted";
    bool group_given = false;  // a default group that does not exist is only a warning

    friend bool operator==(const Control&, const Control&) = default;
};

struct Http {
    std::optional<Endpoint> listen;  // none: off

    friend bool operator==(const Http&, const Http&) = default;
};

enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warning, Error };

struct Log {
    LogLevel level = LogLevel::Info;

    friend bool operator==(const Log&, const Log&) = default;
};

using CommunitySetPtr =
    std::variant<bgp::CommunitySetPtr<bgp::Community>, bgp::CommunitySetPtr<bgp::LargeCommunity>,
                 bgp::CommunitySetPtr<bgp::ExtendedCommunity>>;

struct Config {
    RouterSettings router;
    std::vector<Network> networks;  // in the order of the file
    Redistribute redistribute;
    std::vector<Neighbor> neighbors;
    std::map<std::string, bgp::PolicyPtr> policies;
    std::map<std::string, bgp::PrefixSetPtr> prefix_sets;
    std::map<std::string, CommunitySetPtr> community_sets;
    std::map<std::string, bgp::AsPathSetPtr> as_path_sets;
    std::vector<StaticRoute> static_routes;
    FibSettings fib;
    BfdTimers bfd;
    Control control;
    Http http;
    std::vector<Hook> hooks;
    Log log;
};

std::string_view to_string(Profile profile);
std::string_view to_string(Preference preference);
std::string_view to_string(LogLevel level);

}  // namespace dx::config
