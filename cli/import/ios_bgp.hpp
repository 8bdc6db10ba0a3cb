// `router bgp` and what stands below it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/import/ios_general_filters.hpp"
#include "cli/import/ios_peers.hpp"
#include "cli/import/ios_redistribution.hpp"

namespace dx::importing {

class IosBgp {
public:
    IosBgp(Dialect dialect, LineAccount& account, Configuration& out)
        : dialect_(dialect),
          account_(account),
          out_(out),
          peers_(account),
          redistribution_(dialect, account),
          general_filters_(account) {
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

    // ip protocol bgp route-map NAME, which stands elsewhere.
    void take_install_filter(const IosLine& line, std::string_view map) {
        general_filters_.take_install_filter(line, map);
    }

    // After the last line of the file.
    void finish(const std::map<std::string, Texts>& interface_addresses, IosRouteMaps& maps);

private:
    void begin_family(const IosLine& line);
    bool take_structure(const IosLine& line);
    bool take_general_filter(const IosLine& line);
    void take_bgp(const IosLine& line);
    void take_timers(const IosLine& line);
    void unknown(const IosLine& line);
    void take_network(const IosLine& line);
    void take_maximum_paths(const IosLine& line);
    void finish_paths();

    Dialect dialect_;
    LineAccount& account_;
    Configuration& out_;
    IosPeers peers_;
    IosRedistribution redistribution_;
    IosGeneralFilters general_filters_;
    IosDefaults defaults_;
    bool closed_ = false;                   // a second router, a vrf
    bool ipv6_ = false;                     // in address-family ipv6
    std::string foreign_family_;            // in one that dxrouted does not have
    std::string template_;                  // "peer-policy NAME" while its lines are read
    bool when_route_ = true;                // a network is announced while the route table has it
    const IosLine* paths_line_ = nullptr;   // maximum-paths, of eBGP
    bool any_path_of_that_length_ = false;  // multipath-relax
};

}  // namespace dx::importing
