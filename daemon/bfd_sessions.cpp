#include "daemon/bfd_sessions.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/bfd_patience.hpp"
#include "daemon/kernel_routes.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

using User = BfdSessions::User;

// Whose traffic a failure concerns: for the bfd thread, which knows no neighbors.
struct Mark {
    std::array<User, 2> users{User::None, User::None};
    fib::SessionEpoch epoch = 0;
};

bfd::Token token_of(const BfdSessions::Path& path) {
    Mark mark;
    // A neighbor and a gateway; for a moment of a reload, while addresses change hands, more: who
    // finds no room hears of a failure from this thread.
    auto free = mark.users.begin();
    for (const auto& wish : path.wishes)
        if (!wish.spared && free != mark.users.end()) *free++ = wish.user;
    const auto [first, second] = mark.users;
    return static_cast<bfd::Token>(first) << 48 | static_cast<bfd::Token>(second) << 32 |
           path.epoch;
}

Mark mark_of(bfd::Token token) {
    return {{User{static_cast<std::uint16_t>(token >> 48)},
             User{static_cast<std::uint16_t>(token >> 32)}},
            static_cast<fib::SessionEpoch>(token)};
}

// What fits all: they are the same host, so no two name different links for long.
bfd::PeerKey key_for(const std::vector<BfdSessions::Wish>& wishes) {
    auto key = wishes.front().key;
    for (const auto& wish : wishes) {
        if (!key.local) key.local = wish.key.local;
        if (key.interface == 0) key.interface = wish.key.interface;
    }
    return key;
}

bool wants_user(const std::vector<BfdSessions::Wish>& wishes, User user) {
    return std::ranges::find(wishes, user, &BfdSessions::Wish::user) != wishes.end();
}

}  // namespace

bfd::BfdService& BfdSessions::service() {
    if (service_) return *service_;
    const auto move_traffic = [&fib = fib_](const bfd::SessionChange& change) {
        const auto mark = mark_of(change.token);
        for (const auto user : mark.users)
            if (user != User::None) fib.neighbor_down(user, mark.epoch);
    };
    bfd::BfdEvents& events = *this;
    service_ = std::make_unique<bfd::BfdService>(routing_, events, move_traffic);
    return *service_;
}

void BfdSessions::follow(const Neighbor& neighbor, bool attached) {
    const auto& config = neighbor.config;
    const auto user = tag_of(neighbor.id);
    if (!config.bfd || neighbor.is_shut_down()) return remove(user);
    const Wish wish{user,
                    {config.address, config.local_address, neighbor.interface},
                    bfd_settings(config.bfd->timers),
                    neighbor.retention.away()};
    follow({config.address, config.interface}, wish, neighbor.epoch, attached);
}

void BfdSessions::follow(const Gateway& gateway) {
    const Wish wish{
        gateway.tag, {gateway.peer.address, std::nullopt, gateway.link}, gateway.settings};
    follow(gateway.peer, wish, gateway.epoch, gateway.link != 0);
}

void BfdSessions::follow(const BfdPeer& peer, const Wish& wish, fib::SessionEpoch epoch,
                         bool attached) {
    if (const auto before = path_of(wish.user); before != paths_.end() && before->first != peer)
        remove(wish.user);
    if (!attached) return lose_link(wish.user);
    auto& path = paths_[peer];
    const auto known = std::ranges::find(path.wishes, wish.user, &Wish::user);
    if (known == path.wishes.end())
        path.wishes.push_back(wish);
    else
        *known = wish;
    path.epoch = std::max(path.epoch, epoch);
    fulfil(path);
}

// What there is, stays.
void BfdSessions::lose_link(User user) {
    const auto found = path_of(user);
    if (found == paths_.end()) return;
    std::ranges::find(found->second.wishes, user, &Wish::user)->attached = false;
    fulfil(found->second);
}

// Starts the session, or lets it be as its users want it now.
void BfdSessions::fulfil(Path& path) {
    const auto key = key_for(path.wishes);
    const auto settings = std::ranges::min(path.wishes, notices_sooner, &Wish::settings).settings;
    const auto token = token_of(path);
    const bool is_new = path.session == bfd::SessionId{};
    const bool same = path.key == key && path.settings == settings;
    path.key = key;
    path.settings = settings;
    const auto before = std::exchange(path.token, token);
    if (is_new)
        path.session = service().add(key, settings, token);
    else if (!same)
        service().configure(path.session, key, settings);
    if (!is_new && before != token) service().set_token(path.session, token);
    const bool attached = path.is_attached();
    if (std::exchange(path.has_link, attached) != attached)
        service().set_link(path.session, attached);
}

void BfdSessions::follow_session(const Neighbor& neighbor) {
    const auto user = tag_of(neighbor.id);
    const auto found = path_of(user);
    if (found == paths_.end()) return;
    auto& path = found->second;
    std::ranges::find(path.wishes, user, &Wish::user)->spared = neighbor.retention.away();
    path.epoch = std::max(path.epoch, neighbor.epoch);
    fulfil(path);
}

void BfdSessions::established(User user, fib::SessionEpoch epoch) {
    const auto found = path_of(user);
    if (found == paths_.end()) return;
    found->second.epoch = std::max(found->second.epoch, epoch);
    fulfil(found->second);
}

void BfdSessions::remove(User user) {
    const auto found = path_of(user);
    if (found == paths_.end()) return;
    auto& path = found->second;
    std::erase_if(path.wishes, [user](const Wish& wish) { return wish.user == user; });
    if (!path.wishes.empty()) return fulfil(path);
    service().remove(path.session);
    paths_.erase(found);
}

void BfdSessions::remove_all() {
    for (const auto& [peer, path] : paths_)
        service().remove(path.session);
    paths_.clear();
}

bool BfdSessions::permits(const Neighbor& neighbor) const {
    if (neighbor.session) return true;  // only a failure ends it (RFC 5882 4.2)
    if (!neighbor.config.bfd || !neighbor.config.bfd->strict) return true;
    const auto* path = find(tag_of(neighbor.id));
    return path != nullptr && path->permits();
}

BfdSessions::Paths::iterator BfdSessions::path_of(User user) {
    return std::ranges::find_if(
        paths_, [user](const auto& entry) { return wants_user(entry.second.wishes, user); });
}

const BfdSessions::Path* BfdSessions::find(User user) const {
    const auto found = std::ranges::find_if(
        paths_, [user](const auto& entry) { return wants_user(entry.second.wishes, user); });
    return found != paths_.end() ? &found->second : nullptr;
}

BfdSessions::Paths::iterator BfdSessions::path_of(bfd::SessionId session) {
    return std::ranges::find_if(
        paths_, [session](const auto& entry) { return entry.second.session == session; });
}

// A peer that answers again, and not with AdminDown, runs BFD: whether the path works is to be seen
// within the time that it takes.
void BfdSessions::follow_switch(Path& path, const bfd::Transition& transition) {
    if (transition.from == bfd::State::Up)
        path.switched_off = transition.administrative;
    else if (transition.to == bfd::State::Up)
        path.switched_off = false;
    if (!path.switched_off || transition.administrative) return path.resuming.reset();
    if (transition.to != bfd::State::Init || path.resuming) return;
    path.resuming.emplace(routing_, bfd_patience(path.settings));
    path.resuming->async_wait(
        [this, session = path.session](const boost::system::error_code& error) {
            if (!error) end_resumption(session);
        });
}

void BfdSessions::end_resumption(bfd::SessionId session) {
    const auto found = path_of(session);
    if (found == paths_.end() || !found->second.resuming) return;
    found->second.resuming.reset();
    found->second.switched_off = false;
    const auto users = found->second.wishes;  // copied, for the handlers change them
    for (const auto& wish : users)
        handlers_.on_not_resumed(wish.user);
}

void BfdSessions::on_bfd_change(const bfd::SessionChange& change) {
    const auto found = path_of(change.session);
    const auto& transition = change.transition;
    const auto mark = mark_of(change.token);
    std::vector<Wish> users;  // now; copied, for the handlers change them
    fib::SessionEpoch epoch = 0;
    if (found != paths_.end()) {
        auto& path = found->second;
        path.state = transition.to;
        path.since = change.at;
        follow_switch(path, transition);
        users = path.wishes;
        epoch = path.epoch;
    }
    for (const auto& wish : users)
        handlers_.on_change(wish.user, change);
    if (!transition.is_failure()) return;
    std::vector<User> told;
    for (const auto& wish : users)
        if (!wish.spared) told.push_back(wish.user);
    for (const auto user : told)
        handlers_.on_failure(user, epoch);
    for (const auto user : mark.users)  // told to forwarding; they left since, or are spared now
        if (user != User::None && std::ranges::find(told, user) == told.end())
            handlers_.on_failure(user, mark.epoch);
}

void BfdSessions::on_bfd_refusal(const bfd::RefusalChange& change) {
    const auto found = path_of(change.session);
    if (found == paths_.end()) return;
    for (const auto& wish : found->second.wishes)
        handlers_.on_refusal(wish.user, change);
}

void BfdSessions::answer(std::function<void()> answer) const {
    if (!service_) return answer();
    service_->answer(std::move(answer));
}

void BfdSessions::status(std::function<void(std::vector<PeerStatus>)> answer) const {
    if (!service_) return answer({});
    service_->status([this, answer = std::move(answer)](const bfd::BfdStatus& status) {
        std::vector<PeerStatus> result;
        for (const auto& [named, path] : paths_) {
            const auto peer =
                std::ranges::find(status.peers, path.session, &bfd::PeerStatus::session);
            if (peer == status.peers.end()) continue;
            const auto& trouble = path.key.peer.is_v4() ? status.ipv4_trouble : status.ipv6_trouble;
            auto& shown = result.emplace_back(PeerStatus{{}, *peer, trouble});
            for (const auto& wish : path.wishes)
                shown.users.push_back(wish.user);
        }
        answer(std::move(result));
    });
}

}  // namespace dx::daemon
