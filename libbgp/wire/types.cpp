#include "libbgp/wire/types.hpp"

namespace dx::bgp {

std::string to_string(RouterId id) {
    return net::IpAddress::v4(id.value).to_string();
}

}  // namespace dx::bgp
