#include "libbgp/session/endpoint.hpp"

#include <algorithm>
#include <array>
#include <net/if.h>

namespace dx::bgp {

using boost::asio::ip::tcp;

std::string to_string(const Endpoint& endpoint) {
    const auto address = endpoint.address.to_string();
    const auto port = std::to_string(endpoint.port);
    return endpoint.address.is_v4() ? address + ":" + port : "[" + address + "]:" + port;
}

tcp::endpoint to_asio(const Endpoint& endpoint, const std::string& interface) {
    const auto& address = endpoint.address;
    if (address.is_v4()) return {boost::asio::ip::address_v4(address.to_v4()), endpoint.port};
    boost::asio::ip::address_v6::bytes_type bytes;
    std::ranges::copy(address.bytes(), bytes.begin());
    const auto scope = address.is_link_local() ? ::if_nametoindex(interface.c_str()) : 0;
    return {boost::asio::ip::address_v6(bytes, scope), endpoint.port};
}

Endpoint from_asio(const tcp::endpoint& endpoint) {
    if (endpoint.address().is_v4())
        return {net::IpAddress::v4(endpoint.address().to_v4().to_uint()), endpoint.port()};
    return {net::IpAddress::v6(endpoint.address().to_v6().to_bytes()), endpoint.port()};
}

std::string scope_of(const tcp::endpoint& endpoint) {
    if (!endpoint.address().is_v6()) return {};
    std::array<char, IF_NAMESIZE> name{};
    const auto scope = static_cast<unsigned>(endpoint.address().to_v6().scope_id());
    if (scope == 0 || !::if_indextoname(scope, name.data())) return {};
    return name.data();
}

}  // namespace dx::bgp
