#include "libbgp/session/listeners.hpp"

#include <algorithm>

namespace dx::bgp {

Listeners::Listeners(boost::asio::any_io_executor executor, const SpeakerSettings& settings,
                     Accepted accepted, Note note)
    : executor_(std::move(executor)), accepted_(std::move(accepted)), note_(std::move(note)) {
    for (const auto& address : settings.listen_addresses)
        configured_.push_back(make({address, settings.port}, {}));
}

Listeners::~Listeners() {
    close();
}

std::shared_ptr<Listener> Listeners::make(const Endpoint& endpoint, const std::string& interface) {
    Listener::Hooks hooks{
        .opened = [this] { follow_links(); }, .accepted = accepted_, .note = note_};
    return std::make_shared<Listener>(executor_, endpoint, interface, std::move(hooks));
}

void Listeners::open() {
    for (const auto& listener : configured_)
        listener->open();
}

void Listeners::close() {
    wanted_.clear();
    follow_links();
    for (const auto& listener : std::exchange(configured_, {}))
        listener->close();
}

void Listeners::serve(std::span<const NeighborSettings* const> neighbors) {
    wanted_.clear();
    for (const auto* neighbor : neighbors) {
        const auto& address = neighbor->address;
        auto& wanted = wanted_[{address.family(), link_of(*neighbor)}];
        if (!neighbor->password.empty()) wanted.keys[address] = neighbor->password;
        if (const auto min_ttl = hop_limits(*neighbor).min_ttl; min_ttl != 0)
            wanted.ttl_rules.push_back({address, min_ttl});
    }
    for (const auto& listener : configured_)
        listener->serve(wanted_[{listener->endpoint().address.family(), {}}]);
    follow_links();
}

const Listener* Listeners::wildcard() const {
    const auto any = net::IpAddress::any(net::Family::Ipv6);
    const auto found = std::ranges::find_if(configured_, [&](const auto& listener) {
        return listener->listening() && listener->endpoint().address == any;
    });
    return found == configured_.end() ? nullptr : found->get();
}

// Only beside a wildcard that listens already: that one finds out whether the port is free.
void Listeners::follow_links() {
    std::erase_if(of_links_, [this](const auto& entry) {
        if (wanted_.contains(entry.first)) return false;
        entry.second->close();
        return true;
    });
    const auto* beside = wildcard();
    if (beside == nullptr) return;
    for (const auto& [where, neighbors] : wanted_) {
        if (where.second.empty()) continue;
        auto& listener = of_links_[where];
        const bool is_new = !listener;
        if (is_new) listener = make(beside->endpoint(), where.second);
        listener->serve(neighbors);
        if (is_new) listener->open();
    }
}

std::vector<ListenerStatus> Listeners::status() const {
    std::vector<ListenerStatus> all;
    all.reserve(configured_.size() + of_links_.size());
    for (const auto& listener : configured_)
        all.push_back(listener->status());
    for (const auto& [where, listener] : of_links_)
        all.push_back(listener->status());
    return all;
}

}  // namespace dx::bgp
