#include "cli/doctor/link_facts.hpp"

#include <algorithm>
#include <net/if.h>

#include "cli/doctor/probes/associations.hpp"
#include "cli/doctor/probes/kernel_tables.hpp"
#include "cli/doctor/probes/path.hpp"
#include "cli/doctor/probes/proc_files.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::doctor {
namespace {

// The setting of all interfaces and that of one: the larger counts, for rp_filter and
// send_redirects alike (Documentation/networking/ip-sysctl).
std::optional<int> setting_of(const std::string& interface, const std::string& name) {
    const auto all = read_setting("ipv4/conf/all/" + name);
    const auto own = read_setting("ipv4/conf/" + interface + '/' + name);
    if (!all || !own) return std::nullopt;
    return std::max(*all, *own);
}

bool holds(const netlink::InterfaceAddress& own, const net::IpAddress& peer) {
    const auto& network = own.peer ? *own.peer : own.address;
    return network.family() == peer.family() &&
           net::Prefix(network, own.prefix_length).contains(peer);
}

const netlink::InterfaceAddress* address_for(const netlink::Interface& interface,
                                             const net::IpAddress& peer) {
    const auto found = std::ranges::find_if(interface.addresses,
                                            [&](const auto& own) { return holds(own, peer); });
    return found == interface.addresses.end() ? nullptr : &*found;
}

}  // namespace

LinkFacts::LinkFacts()
    : table_(read_interfaces()),
      duplicates_(parse_duplicates(read_file("/proc/net/if_inet6").value_or(""))),
      associations_(read_associations()) {}

const netlink::Interface* LinkFacts::interface_with(const net::IpAddress& address) const {
    for (const auto& [index, interface] : table_.interfaces())
        for (const auto& own : interface.addresses)
            if (own.address == address) return &interface;
    return nullptr;
}

// The one that has the neighbor on its link; for a distant neighbor the one packets leave by.
const netlink::Interface* LinkFacts::interface_towards(const Neighbor& neighbor) const {
    for (const auto& [index, interface] : table_.interfaces())
        if (!interface.loopback && address_for(interface, neighbor.address)) return &interface;
    if (neighbor.single_hop) return neighbor.local ? interface_with(*neighbor.local) : nullptr;
    const auto source = source_towards(neighbor.address);
    return source ? interface_with(*source) : nullptr;
}

void LinkFacts::choose(Neighbor& neighbor) const {
    if (neighbor.link.name.empty())
        if (const auto* const found = interface_towards(neighbor)) neighbor.link.name = found->name;
    const auto* const interface = table_.find(neighbor.link.name);
    if (neighbor.local || !interface) return;
    if (const auto* const own = address_for(*interface, neighbor.address))
        neighbor.local = own->address;
    else if (!neighbor.single_hop)
        neighbor.local = source_towards(neighbor.address);
}

// IPv6's link-local addresses belong to each link by itself.
std::string LinkFacts::other_home(const net::IpAddress& address,
                                  const netlink::Interface& than) const {
    if (address.is_scoped()) return {};
    for (const auto& [index, interface] : table_.interfaces())
        for (const auto& own : interface.addresses)
            if (index != than.index && own.address == address) return interface.name;
    return {};
}

std::vector<Address> LinkFacts::addresses_of(const netlink::Interface& interface) const {
    std::vector<Address> addresses;
    addresses.reserve(interface.addresses.size());
    for (const auto& own : interface.addresses)
        addresses.push_back({own.address, own.prefix_length, own.peer, own.tentative,
                             duplicates_.contains(own.address),
                             other_home(own.address, interface)});
    return addresses;
}

void LinkFacts::describe(const netlink::Interface& interface, Link& link) const {
    link.exists = true;
    link.index = interface.index;
    link.up = interface.up;
    link.carrier = interface.running;
    link.mtu = interface.mtu;
    link.kind = interface.kind;
    link.vlan_id = interface.vlan_id;
    link.if_id = interface.if_id;
    if (link.if_id && associations_) link.has_association = associations_->contains(*link.if_id);
    if (interface.vlan_id)
        if (const auto* const parent = table_.find(interface.parent)) {
            link.parent = parent->name;
            link.parent_kind = parent->kind;
            link.parent_up = parent->running;
        }
    link.addresses = addresses_of(interface);
    link.resolves =
        (read_interface_number(link.name, "flags").value_or(0) & (IFF_NOARP | IFF_LOOPBACK)) == 0;
    link.receive_errors = read_interface_number(link.name, "statistics/rx_errors").value_or(0);
    link.transmit_errors = read_interface_number(link.name, "statistics/tx_errors").value_or(0);
    link.rp_filter = setting_of(link.name, "rp_filter");
    link.send_redirects = setting_of(link.name, "send_redirects");
}

void LinkFacts::complete(Neighbor& neighbor) const {
    choose(neighbor);
    if (const auto* const interface = table_.find(neighbor.link.name))
        describe(*interface, neighbor.link);
    if (neighbor.single_hop || !neighbor.local) return;
    // A session over several hops may be bound to the address of another interface, a loopback say.
    if (const auto* const home = interface_with(*neighbor.local))
        for (const auto& address : addresses_of(*home))
            neighbor.link.addresses.push_back(address);
}

}  // namespace dx::doctor
