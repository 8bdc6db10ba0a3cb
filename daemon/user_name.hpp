// Who asked for something, as the log and the events say it.
#pragma once

#include <cstdint>
#include <string>

namespace dx::daemon {

// "root"; "user 1000" where /etc/passwd has no name. No other source of names is asked: one that is
// behind the network (LDAP) would hold up the router. dxctl asks them all.
std::string user_name(std::uint32_t id);

}  // namespace dx::daemon
