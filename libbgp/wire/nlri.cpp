#include "libbgp/wire/nlri.hpp"

#include <algorithm>

#include "libbgp/wire/update.hpp"

namespace dx::bgp {

bool is_well_formed_nlri(net::Family family, Bytes bytes) {
    const auto longest = net::address_bits(family);
    std::size_t at = 0;
    while (at < bytes.size()) {
        const auto length = bytes[at];
        if (length > longest) return false;
        at += 1 + (length + 7U) / 8;
    }
    return at == bytes.size();
}

net::Prefix NlriView::Iterator::operator*() const {
    const std::uint8_t length = *at_;
    const std::size_t octets = (length + 7U) / 8;
    net::IpAddress::V6Bytes address{};
    std::copy_n(at_ + 1, octets, address.begin());
    return {net::IpAddress::from_bytes(family_, address), length};
}

}  // namespace dx::bgp
