// Our addresses as Asio's and the kernel's, and back.
#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "libbgp/session/settings.hpp"

namespace dx::bgp {

// `interface` gives a link-local IPv6 address its scope; elsewhere it does not matter.
boost::asio::ip::tcp::endpoint to_asio(const Endpoint& endpoint, const std::string& interface);
Endpoint from_asio(const boost::asio::ip::tcp::endpoint& endpoint);

// The interface that a link-local IPv6 endpoint was reached over; empty for others.
std::string scope_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace dx::bgp
