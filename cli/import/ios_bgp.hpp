// `router bgp` and what stands below it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/import/ios_peers.hpp"

namespace dx::importing {

class IosBgp {
public:
    IosBgp(Dialect dialect, LineAccount& account, Configuration& out)
        : dialect_(dialect), account_(account), out_(out), peers_(account) {
        defaults_.accept_without_policy = dialect == Dialect::Cisco;
    }

    void begin(const IosLine& line);  // router bgp NUMBER
    void take(const IosLine& line);   // what stands below it

    bool is_there() const { return out_.asn != 0; }

    // What FRR's version and profile say of its defaults: eBGP without a policy passes everything.
    void accept_without_policy() { defaults_.accept_without_policy = true; }

    // FRR before 7.4, unless `bgp network import-check` says so.
    void announce_without_route() { when_route_ = false; }

    // `frr defaults datacenter`: its timers, until `timers bgp` says others.
    void use_datacenter_timers() {
        defaults_.keepalive = 3;
        defaults_.hold = 9;
        defaults_.connect_retry = 10;
    }

    // After the last line of the file.
    void finish(const std::map<std::string, Texts>& interface_addresses, IosRouteMaps& maps);

private:
    void begin_family(const IosLine& line);
    bool take_structure(const IosLine& line);
    void take_bgp(const IosLine& line);
    void take_timers(const IosLine& line);
    void unknown(const IosLine& line);
    void take_network(const IosLine& line);
    void take_maximum_paths(const IosLine& line);
    bool leaves_out_default() const;
    std::string redistribution_policy(std::string_view source, IosRouteMaps& maps) const;
    void finish_redistribution(IosRouteMaps& maps);
    void finish_filters_of_all();
    void finish_paths();

    struct Redistribute {
        const IosLine* line;
        bool ipv6;
    };

    Dialect dialect_;
    LineAccount& account_;
    Configuration& out_;
    IosPeers peers_;
    IosDefaults defaults_;
    bool default_originated_ = false;
    bool closed_ = false;         // a second router, a vrf
    bool ipv6_ = false;           // in address-family ipv6
    std::string foreign_family_;  // in one that dxrouted does not have
    std::string template_;
    bool when_route_ = true;  // a network is announced while the route table has it
    std::vector<Redistribute> redistributed_;
    std::vector<const IosLine*> filters_of_all_;
    const IosLine* paths_line_ = nullptr;   // maximum-paths, of eBGP
    bool any_path_of_that_length_ = false;  // multipath-relax
};

}  // namespace dx::importing
