// The checks' functions, for the table in checks.cpp and the tests.
#pragma once

#include "cli/doctor/checks/facts.hpp"
#include "cli/doctor/checks/finding.hpp"

namespace dx::doctor {

// path_checks.cpp: below BGP
Finding check_link(const Facts& facts, const Neighbor& neighbor);
Finding check_vlan(const Facts& facts, const Neighbor& neighbor);
Finding check_address(const Facts& facts, const Neighbor& neighbor);
Finding check_ipsec(const Facts& facts, const Neighbor& neighbor);
Finding check_resolution(const Facts& facts, const Neighbor& neighbor);
Finding check_ping(const Facts& facts, const Neighbor& neighbor);

// session_checks.cpp: from the SYN to Established
Finding check_tcp(const Facts& facts, const Neighbor& neighbor);
Finding check_md5(const Facts& facts, const Neighbor& neighbor);
Finding check_open(const Facts& facts, const Neighbor& neighbor);

// bfd_checks.cpp: beside the session
Finding check_bfd(const Facts& facts, const Neighbor& neighbor);

// What keeps BFD from coming Up at our end, or what of the peer's we refuse.
std::optional<Finding> bfd_hindered(const Facts& facts, const Neighbor& neighbor,
                                    std::string_view peer);

// route_checks.cpp: what passes, and what the kernel makes of it
Finding check_policy(const Facts& facts, const Neighbor& neighbor);
Finding check_prefix_limit(const Facts& facts, const Neighbor& neighbor);
Finding check_fib(const Facts& facts, const Neighbor& neighbor);
Finding check_static_routes(const Facts& facts, const Neighbor& neighbor);
Finding check_source(const Facts& facts, const Neighbor& neighbor);

// host_checks.cpp: settings of the host
Finding check_mtu(const Facts& facts, const Neighbor& neighbor);
Finding check_rp_filter(const Facts& facts, const Neighbor& neighbor);
Finding check_redirects(const Facts& facts, const Neighbor& neighbor);
Finding check_firewall(const Facts& facts, const Neighbor& neighbor);
Finding check_daemon(const Facts& facts);
Finding check_state(const Facts& facts);
Finding check_listeners(const Facts& facts);
Finding check_forwarding(const Facts& facts);
Finding check_hash_policy(const Facts& facts);
Finding check_networkd(const Facts& facts);

// gateway_checks.cpp: static routes that BFD watches
Finding check_static_bfd(const Facts& facts);

}  // namespace dx::doctor
