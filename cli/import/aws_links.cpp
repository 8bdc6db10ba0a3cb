#include "cli/import/aws_links.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/import/names.hpp"

namespace dx::importing {
namespace {

constexpr unsigned kLastVlan = 4094;
constexpr unsigned kUsualMtu = 1500;  // AWS's where it says none; a VLAN would have its parent's

}  // namespace

std::string AwsLinks::add(const AwsSession& session) {
    return session.is_vpn() ? add_tunnel(session) : add_vlan(session);
}

std::string AwsLinks::add_vlan(const AwsSession& session) {
    if (session.vlan == 0 || session.vlan > kLastVlan) {
        notes_.push_back({Note::Kind::Skipped, 0, session.label + ", interface",
                          "no VLAN from 1 to 4094 is said: no units were written for it"});
        return {};
    }
    const auto parent = parent_of(session.connection);
    const auto [found, is_new] = vlans_.try_emplace(
        {parent, session.vlan}, Vlan{session.id, session.connection, links_.size()});
    const auto& vlan = found->second;
    if (!is_new && vlan.id != session.id) refuse_second(parent, vlan.id, vlan.connection, session);
    if (is_new)
        links_.push_back({Link::Kind::Vlan,
                          vlan_name(parent, session.vlan),
                          parent,
                          session.vlan,
                          session.mtu == 0 ? kUsualMtu : session.mtu,
                          {},
                          session.description});
    auto& link = links_[vlan.link];
    link.parent_is_a_guess = guessed_.contains(session.connection);
    link.addresses.push_back(session.customer_address);
    return link.name;
}

void AwsLinks::refuse_second(const std::string& parent, const std::string& first,
                             const std::string& connection, const AwsSession& second) {
    const auto expected =
        connection == second.connection
            ? fmt::format(
                  "one virtual interface in a VLAN of a connection: take {} or {} out of "
                  "the file",
                  first, second.id)
            : fmt::format("the interface of each connection: interface {}=eth0,{}=eth1", connection,
                          second.connection);
    throw Unreadable(fmt::format("VLAN {} of {} is {}'s and {}'s (expected {})", second.vlan,
                                 parent, first, second.id, expected));
}

std::string AwsLinks::add_tunnel(const AwsSession& session) {
    auto base = choice_.of(session.connection);
    // What was said for all connections is a physical interface's name.
    if (base.empty() || base == choice_.of("")) base = "xfrm";
    const auto number = ++tunnels_;
    auto name = fmt::format("{}{}", base, number);
    if (name.size() > kLongestInterface) name = fmt::format("xfrm{}", number);
    links_.push_back({Link::Kind::Xfrm,
                      name,
                      {},
                      number,
                      session.mtu,
                      {session.customer_address},
                      session.description});
    names_.insert(name);
    return name;
}

// Said by the engineer, or eth0, eth1 … in the order of the connections.
std::string AwsLinks::parent_of(const std::string& connection) {
    if (const auto said = choice_.of(connection); !said.empty()) {
        if (said == choice_.of("")) ask_for_own_port(said, connection);
        return said;
    }
    const auto [found, is_new] = guessed_.try_emplace(connection);
    if (is_new) {
        found->second = fmt::format("eth{}", guessed_.size() - 1);
        const auto what = connection.empty() ? "the connection" : connection;
        notes_.push_back(
            {Note::Kind::Advice, 0, what,
             fmt::format("{} as its physical interface is a guess: say `interface {}`",
                         found->second, connection.empty() ? "NAME" : connection + "=NAME")});
    }
    return found->second;
}

// A second connection mostly is a second cable.
void AwsLinks::ask_for_own_port(const std::string& port, const std::string& connection) {
    const auto& first = ports_.try_emplace(port, connection).first->second;
    if (first == connection || !asked_.insert(connection).second) return;
    notes_.push_back({Note::Kind::Advice, 0, connection,
                      fmt::format("it is on {0} as {1} is: if it has a port of its own, say "
                                  "`interface {1}={0},{2}=NAME`",
                                  port, first, connection)});
}

std::string AwsLinks::vlan_name(const std::string& parent, unsigned vlan) {
    auto name = fmt::format("{}.{}", parent, vlan);
    for (unsigned n = 1; name.size() > kLongestInterface || !names_.insert(name).second; ++n)
        name = n == 1 ? fmt::format("vlan{}", vlan) : fmt::format("vlan{}-{}", vlan, n);
    return name;
}

}  // namespace dx::importing
