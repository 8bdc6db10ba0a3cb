// The neighbors of `router bgp`: lines gathered by neighbor, peer group and template, then put
// together.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "cli/import/ios_line_use.hpp"
#include "cli/import/ios_peer.hpp"
#include "cli/import/ios_route_maps.hpp"

namespace dx::importing {

// What `router bgp` says for all neighbors.
struct IosDefaults {
    std::optional<unsigned> keepalive;
    std::optional<unsigned> hold;
    std::optional<unsigned> connect_retry;
    const IosLine* restart_line = nullptr;  // bgp graceful-restart
    bool ipv4_active = true;                // bgp default ipv4-unicast
    bool families_are_named = false;        // there are address-family lines
    std::optional<std::string> shutdown;    // bgp shutdown
    bool accept_without_policy = true;
};

class IosPeers {
public:
    explicit IosPeers(LineAccount& account) : account_(account) {}

    // `neighbor TARGET …`
    void take(const IosLine& line, bool ipv6);

    // A line below `template NAME`, where NAME has its kind in front: "peer-policy OUT".
    void take_template(const std::string& name, const IosLine& line, bool ipv6);

    // Neighbors and the policies they need, into `out`.
    void finish(const PeerContext& context, const IosDefaults& defaults, IosRouteMaps& maps,
                Configuration& out);

private:
    struct Join {
        std::string group;  // the name of a target
        const IosLine* line = nullptr;
        bool ipv6 = false;  // its lines are taken as if they stood in address-family ipv6
    };

    struct Target {
        std::string name;
        std::vector<PeerLine> lines{};
        std::vector<Join> groups{};  // their lines come first
        bool is_group = false;
        bool is_used = false;
    };

    Target& target(const std::string& name);
    void skip(const Target& from, const std::string& why);
    void read_peer(Target& from, const PeerContext& context, const IosDefaults& defaults,
                   IosRouteMaps& maps, Configuration& out);
    void apply(Target& from, const PeerContext& context, const Peer& bare, Peer& peer,
               bool ipv6 = false, unsigned depth = 0);
    void finish_families(Peer& peer, const Target& from, const IosDefaults& defaults);
    void finish_restart(Peer& peer, const IosDefaults& defaults);
    std::string policy_of(const std::vector<PeerFilter>& filters, const std::string& otherwise,
                          IosRouteMaps& maps);
    std::string policy_in_families(const Peer& peer, const std::vector<PeerFilter>& filters,
                                   const std::string& otherwise, bool internal, IosRouteMaps& maps);
    std::string policy_of(const PeerFilter& filter, IosRouteMaps& maps);

    LineAccount& account_;
    IosLineUse line_use_;
    // Neighbors with BFD that a line's graceful restart was not taken over for.
    std::map<const IosLine*, Texts> without_restart_;
    // In the order of the file; a deque, since targets are added while others are being read.
    std::deque<Target> targets_;
};

}  // namespace dx::importing
