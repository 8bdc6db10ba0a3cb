// Which session a packet is for: RFC 5880 6.3 and 6.8.6, RFC 5881 3 to 5. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>

#include "libfib/bfd/packet.hpp"
#include "libfib/net/ip_address.hpp"

namespace dx::bfd {

using InterfaceIndex = std::uint32_t;  // the kernel's; 0: any

// Given out once and not again: what is told of a session that was removed is recognised.
enum class SessionId : std::uint64_t {};

struct PeerKey {
    net::IpAddress peer;
    std::optional<net::IpAddress> local{};  // none: whatever address of ours
    InterfaceIndex interface = 0;           // never 0 for a peer of fe80::/10

    friend bool operator==(const PeerKey&, const PeerKey&) = default;
};

// How a packet came.
struct Arrival {
    net::IpAddress source;
    net::IpAddress destination;
    InterfaceIndex interface = 0;
    int hop_limit = 0;
};

struct Match {
    std::optional<SessionId> session;  // whose packet it is, or seems to be where it is refused
    std::optional<Discard> refused;

    friend bool operator==(const Match&, const Match&) = default;
};

class Demultiplexer {
public:
    using Random = std::function<std::uint32_t()>;

    // The new session's discriminator: one that no other has, not to be guessed where `random`
    // is not.
    Discriminator add(SessionId session, const PeerKey& key, const Random& random);

    void change(SessionId session, const PeerKey& key);
    void remove(SessionId session);

    // Where Your Discriminator names a session, the rest must fit it. Else the session is found by
    // where the packet comes from, as it is for one that is refused whatever it says.
    Match find(const Decoded& decoded, const Arrival& arrival) const;

private:
    struct Entry {
        Discriminator discriminator = 0;
        PeerKey key;
    };

    // The session whose key says most of the packet, and then the oldest, where several fit.
    std::optional<SessionId> find_by_sender(const Arrival& arrival) const;
    Match find_by_discriminator(Discriminator discriminator, const Arrival& arrival) const;

    std::map<SessionId, Entry> entries_;  // a neighbor each: few
};

}  // namespace dx::bfd
