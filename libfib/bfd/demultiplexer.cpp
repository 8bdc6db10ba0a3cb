#include "libfib/bfd/demultiplexer.hpp"

#include <algorithm>

namespace dx::bfd {

namespace {

constexpr int kAllHops = 255;

bool fits_addresses(const PeerKey& key, const Arrival& arrival) {
    return key.peer == arrival.source && (!key.local || *key.local == arrival.destination);
}

bool fits_interface(const PeerKey& key, const Arrival& arrival) {
    return key.interface == 0 || key.interface == arrival.interface;
}

// How much of a packet's way a key prescribes.
int strictness(const PeerKey& key) {
    return (key.local ? 1 : 0) + (key.interface != 0 ? 1 : 0);
}

}  // namespace

Discriminator Demultiplexer::add(SessionId session, const PeerKey& key, const Random& random) {
    const auto taken = [&](Discriminator discriminator) {
        return discriminator == 0 || std::ranges::any_of(entries_, [&](const auto& entry) {
                   return entry.second.discriminator == discriminator;
               });
    };
    Discriminator discriminator = 0;
    while (taken(discriminator))
        discriminator = random();
    entries_[session] = {discriminator, key};
    return discriminator;
}

void Demultiplexer::change(SessionId session, const PeerKey& key) {
    entries_.at(session).key = key;
}

void Demultiplexer::remove(SessionId session) {
    entries_.erase(session);
}

// What came over a router is looked at no further: anybody may have sent it.
Match Demultiplexer::find(const Decoded& decoded, const Arrival& arrival) const {
    if (arrival.hop_limit != kAllHops) return {find_by_sender(arrival), Discard::HopLimit};
    if (const auto* reason = std::get_if<Discard>(&decoded))
        return {find_by_sender(arrival), *reason};
    const auto& packet = std::get<ControlPacket>(decoded);
    if (packet.your_discriminator != 0)
        return find_by_discriminator(packet.your_discriminator, arrival);
    if (const auto session = find_by_sender(arrival)) return {session, std::nullopt};
    return {std::nullopt, Discard::UnknownPeer};
}

std::optional<SessionId> Demultiplexer::find_by_sender(const Arrival& arrival) const {
    std::optional<SessionId> found;
    int best = -1;
    for (const auto& [session, entry] : entries_) {
        if (!fits_addresses(entry.key, arrival) || !fits_interface(entry.key, arrival)) continue;
        if (strictness(entry.key) <= best) continue;
        best = strictness(entry.key);
        found = session;
    }
    return found;
}

Match Demultiplexer::find_by_discriminator(Discriminator discriminator,
                                           const Arrival& arrival) const {
    const auto found = std::ranges::find_if(
        entries_, [&](const auto& entry) { return entry.second.discriminator == discriminator; });
    if (found == entries_.end()) return {std::nullopt, Discard::UnknownDiscriminator};
    const auto& [session, entry] = *found;
    if (!fits_addresses(entry.key, arrival)) return {session, Discard::WrongAddress};
    if (!fits_interface(entry.key, arrival)) return {session, Discard::WrongInterface};
    return {session, std::nullopt};
}

}  // namespace dx::bfd
