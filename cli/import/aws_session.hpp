// A BGP session as AWS describes it, before it becomes a neighbor: what the readers of AWS's forms
// deliver, and aws_compose.cpp makes a configuration of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/import/model.hpp"

namespace dx::importing {

struct AwsSession {
    std::string label;           // for notes: "dxvif-ffabc123 (prod-a), IPv6"
    std::string name;            // as AWS has it; not yet fit for a neighbor
    std::string id;              // dxvif-…, vpn-…
    std::string connection;      // dxcon-…, dxlag-…; of a tunnel its vpn-…
    std::string profile;         // aws-private | aws-transit | aws-public | aws-vpn
    std::string amazon_address;  // both with their prefix length
    std::string customer_address;
    std::uint32_t amazon_asn = 0;
    std::uint32_t customer_asn = 0;
    std::string key;  // secret
    unsigned vlan = 0;
    unsigned mtu = 0;
    unsigned hold = 0;            // seconds; 0: not said
    std::uint32_t limit_out = 0;  // 0: not said
    Texts route_filters;          // of a public virtual interface: what it may announce
    std::string device;           // AWS's, which two circuits should not share
    std::string description;
    Texts comments;

    bool is_vpn() const { return profile == "aws-vpn"; }

    bool is_ipv6() const { return amazon_address.find(':') != amazon_address.npos; }
};

struct AwsSessions {
    std::vector<AwsSession> sessions;
    std::vector<Note> notes;
};

}  // namespace dx::importing
