// The interfaces of AWS's sessions: a VLAN for each virtual interface, an XFRM interface a tunnel.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/import/aws.hpp"
#include "cli/import/aws_session.hpp"

namespace dx::importing {

class AwsLinks {
public:
    AwsLinks(const InterfaceChoice& choice, std::vector<Note>& notes)
        : choice_(choice), notes_(notes) {}

    // The name of the session's interface, which is made if it is new; "" where there can be none.
    // Both families of a virtual interface share one. Throws Unreadable where two virtual
    // interfaces would.
    std::string add(const AwsSession& session);

    std::vector<Link> take() { return std::move(links_); }

private:
    std::string add_vlan(const AwsSession& session);
    std::string add_tunnel(const AwsSession& session);
    [[noreturn]] static void refuse_second(const std::string& parent, const std::string& first,
                                           const std::string& connection, const AwsSession& second);
    std::string parent_of(const std::string& connection);
    void ask_for_own_port(const std::string& port, const std::string& connection);
    std::string vlan_name(const std::string& parent, unsigned vlan);

    struct Vlan {
        std::string id;  // of the virtual interface
        std::string connection;
        std::size_t link;
    };

    const InterfaceChoice& choice_;
    std::vector<Note>& notes_;
    std::vector<Link> links_;
    std::map<std::pair<std::string, unsigned>, Vlan> vlans_;  // by parent and tag
    std::map<std::string, std::string> guessed_;              // connection -> parent
    std::map<std::string, std::string> ports_;                // said for all -> first connection
    std::set<std::string> asked_;                             // connections
    std::set<std::string> names_;
    unsigned tunnels_ = 0;
};

}  // namespace dx::importing
