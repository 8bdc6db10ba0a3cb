// The forms that several endpoints share: names of families, ages, prefixes in a query.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "daemon/control/http.hpp"
#include "daemon/control/views.hpp"

namespace dx::control {

// What is wrong with a request, for the one who made it.
struct Refusal {
    std::string text;
    unsigned status = 400;
};

template <class T>
using OrRefusal = boost::system::result<T, Refusal>;

Reply error_reply(const Refusal& refusal);

std::string_view family_key(net::Family family);  // "ipv4Unicast", FRR's

// Up/Down: "00:00:46", "1d02h", "3w0d", "1y10w".
std::string age_text(Milliseconds age);

// The point in time that lies `ago` back, in seconds since 1970.
std::int64_t epoch_seconds(Milliseconds ago);

// "169.254.10.1", "fe80::1%eth0": how a neighbor is called in paths, keys and text.
std::string neighbor_label(const net::IpAddress& address, std::string_view interface);
std::string neighbor_label(const NeighborView& neighbor);

// `vrf=all`, for which FRR's JSON has an object a VRF; `default`, or absent: false. There are no
// others here.
OrRefusal<bool> all_vrfs_parameter(const Request& request);

// `family=ipv4|ipv6`; none if it is absent or "all".
OrRefusal<std::optional<net::Family>> family_parameter(const Request& request);
OrRefusal<std::optional<net::Prefix>> prefix_parameter(const Request& request,
                                                       std::string_view name = "prefix");
OrRefusal<std::optional<net::IpAddress>> address_parameter(const Request& request);

// What a query over a table asks for. The family is that of the prefix or address where one is
// given, else `family`, else IPv4.
struct TableSelection {
    net::Family family{};
    std::optional<net::Prefix> prefix;
    std::optional<net::Prefix> within;
    std::optional<net::IpAddress> address;
};

OrRefusal<TableSelection> table_selection(const Request& request);

}  // namespace dx::control
