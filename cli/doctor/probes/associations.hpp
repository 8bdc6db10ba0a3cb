// IPsec's security associations of this network namespace, over netlink.
#pragma once

#include <cstdint>
#include <linux/netlink.h>
#include <optional>
#include <set>

namespace dx::doctor {

// The if_id of each that is in use; none where they may not be asked, which wants CAP_NET_ADMIN.
std::optional<std::set<std::uint32_t>> read_associations();

// That of one message of the dump.
std::optional<std::uint32_t> if_id_in(nlmsghdr& message);

}  // namespace dx::doctor
