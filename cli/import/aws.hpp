// From what AWS says of its side of circuits and tunnels to a configuration of ours.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

// Which physical interface a connection ends on.
class InterfaceChoice {
public:
    InterfaceChoice() = default;

    // "eth0" for all, or "dxcon-a=eth0,dxcon-b=eth1"; of a VPN connection what the names of its
    // tunnels begin with, "vpn-0a=ipsec". Throws Unreadable.
    explicit InterfaceChoice(std::string_view text);

    // "" if nothing was said of it.
    std::string of(const std::string& connection) const;

    // Throws Unreadable where something was said of one that is not among `connections`.
    void require_among(const std::set<std::string>& connections) const;

private:
    std::string all_;
    std::map<std::string, std::string> of_connection_;
};

struct AwsOptions {
    InterfaceChoice interfaces;
    Texts networks;  // prefixes that AWS may send to us
};

struct Source {
    std::string name;  // of the file
    std::string text;
};

// JSON of `describe-virtual-interfaces` or `describe-vpn-connections`, or their XML; several make
// one router. Throws Unreadable.
Configuration read_aws(const std::vector<Source>& sources, const AwsOptions& options);

}  // namespace dx::importing
