// The small values that several parts of the configuration are made of.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "libfib/net/ip_address.hpp"

namespace dx::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A key or password. It has no text form, so that no log line or message can carry it by accident.
class Secret {
public:
    Secret() = default;

    explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}

    const std::string& reveal() const { return bytes_; }

    friend bool operator==(const Secret&, const Secret&) = default;

private:
    std::string bytes_;
};

template <class T>
struct PerFamily {
    T ipv4{};
    T ipv6{};

    T& operator[](net::Family family) { return family == net::Family::Ipv4 ? ipv4 : ipv6; }

    const T& operator[](net::Family family) const {
        return family == net::Family::Ipv4 ? ipv4 : ipv6;
    }

    friend bool operator==(const PerFamily&, const PerFamily&) = default;
};

struct Endpoint {
    net::IpAddress address;
    std::uint16_t port = 0;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace dx::config
