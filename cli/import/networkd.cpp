#include "cli/import/networkd.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "cli/import/yaml_flow.hpp"

namespace dx::importing {
namespace {

// In the order in which networkd reads them; before the usual 50-… and 80-… of distributions.
constexpr auto kUnit = "systemd/network/30-dx-{}.{}";

constexpr auto kForeign =
    R"(# For /etc/systemd/networkd.conf.d: without it networkd removes routes, next hops and rules of others,
# dxrouted's too, whenever it is restarted or an interface is reconfigured.
[Network]
ManageForeignRoutes=no
ManageForeignRoutingPolicyRules=no
# From systemd 256 on; older ones only say that they do not know it.
ManageForeignNextHops=no
)";

std::string head(const Link& link) {
    return fmt::format("# {}\n", one_line(link.comment));
}

std::string mtu_line(unsigned mtu) {
    return mtu == 0 ? "" : fmt::format("MTUBytes={}\n", mtu);
}

bool has_ipv6(const Link& link) {
    return std::ranges::any_of(link.addresses,
                               [](const auto& each) { return each.find(':') != each.npos; });
}

std::string netdev(const Link& link) {
    if (link.kind == Link::Kind::Vlan)
        return head(link) + fmt::format("[NetDev]\nName={}\nKind=vlan\n{}\n[VLAN]\nId={}\n",
                                        link.name, mtu_line(link.mtu), link.id);
    return head(link) +
           fmt::format(
               "[NetDev]\nName={}\nKind=xfrm\n\n# The IPsec daemon's if_id_in and if_id_out for "
               "this tunnel must be the same number.\n[Xfrm]\nInterfaceId={}\nIndependent=yes\n",
               link.name, link.id);
}

// Only what is configured here: no DHCP, no router advertisements from the other side.
std::string network(const Link& link) {
    auto text = head(link) + fmt::format("[Match]\nName={}\n\n", link.name);
    // A VLAN has its MTU from its .netdev; IPv6 needs it again after its parent's changed.
    if (link.mtu != 0) text += "[Link]\n" + mtu_line(link.mtu) + "\n";
    text += "[Network]\n";
    for (const auto& address : link.addresses)
        text += "Address=" + address + "\n";
    text += fmt::format("LinkLocalAddressing={}\n", has_ipv6(link) ? "ipv6" : "no");
    return text + "IPv6AcceptRA=no\nDHCP=no\n";
}

// What carries VLANs must name them, and let their frames through.
std::string parent_network(const std::string& name, const std::vector<const Link*>& vlans) {
    unsigned mtu = 0;
    std::string lines;
    for (const auto* vlan : vlans) {
        mtu = std::max(mtu, vlan->mtu);
        lines += "VLAN=" + vlan->name + "\n";
    }
    auto text = fmt::format(
        "# The physical interface {0}. networkd uses the first file that matches: if another one "
        "is for\n"
        "# {0} already, put the lines of [Link] and [Network] there and leave this one out.\n"
        "[Match]\nName={0}\n\n",
        name);
    if (mtu > 1500) text += "[Link]\n" + mtu_line(mtu) + "\n";
    return text + "[Network]\n" + lines + "LinkLocalAddressing=no\nIPv6AcceptRA=no\nDHCP=no\n";
}

}  // namespace

std::vector<File> networkd_files(const Configuration& configuration) {
    std::vector<File> files;
    std::map<std::string, std::vector<const Link*>> parents;
    for (const auto& link : configuration.links) {
        files.push_back({fmt::format(kUnit, link.name, "netdev"), netdev(link)});
        files.push_back({fmt::format(kUnit, link.name, "network"), network(link)});
        if (link.kind == Link::Kind::Vlan) parents[link.parent].push_back(&link);
    }
    for (const auto& [name, vlans] : parents)
        files.push_back({fmt::format(kUnit, name, "network"), parent_network(name, vlans)});
    files.push_back({"systemd/networkd.conf.d/10-dxrouted.conf", kForeign});
    return files;
}

}  // namespace dx::importing
