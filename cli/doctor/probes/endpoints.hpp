// Our addresses as Asio's endpoints.
#pragma once

#include <algorithm>
#include <cstdint>

#include <boost/asio/ip/address.hpp>

#include "libfib/net/ip_address.hpp"

namespace dx::doctor {

// `interface` is the scope of a link-local address.
inline boost::asio::ip::address asio_address(const net::IpAddress& address,
                                             std::uint32_t interface) {
    if (address.is_v4()) return boost::asio::ip::address_v4(address.to_v4());
    boost::asio::ip::address_v6::bytes_type bytes{};
    std::ranges::copy(address.bytes(), bytes.begin());
    return boost::asio::ip::address_v6(bytes, address.is_scoped() ? interface : 0);
}

}  // namespace dx::doctor
