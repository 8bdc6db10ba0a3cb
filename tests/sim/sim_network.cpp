#include "tests/sim/sim_network.hpp"

#include <algorithm>
#include <limits>

namespace dx::sim {

using namespace bgp;

// --- One neighbor -------------------------------------------------------------------------------

Peering::Peering(SimRouter& router, const PeeringSettings& settings, Clock& clock)
    : router_(router),
      settings_(settings),
      clock_(clock),
      fsm_(settings.peer, clock.random(0, std::numeric_limits<std::uint32_t>::max() - 1)) {}

void Peering::handle(Event event) {
    waiting_.push_back(std::move(event));
    if (std::exchange(handling_, true)) return;
    while (!waiting_.empty()) {
        const auto next = std::move(waiting_.front());
        waiting_.pop_front();
        for (const auto& action : fsm_.handle(next))
            std::visit([this](const auto& what) { perform(what); }, action);
    }
    handling_ = false;
}

void Peering::connected(const std::shared_ptr<Pipe>& pipe) {
    dial_.reset();
    adopt(pipe, Direction::Outgoing);
}

void Peering::adopt(const std::shared_ptr<Pipe>& pipe, Direction direction) {
    const ConnectionId id{++last_connection_};
    pipe->ends[settings_.side] = {weak_from_this(), id};
    connections_.emplace(id, std::make_shared<Connection>(Connection{pipe, {}}));
    handle(event::Connected{id, direction});
}

void Peering::receive(ConnectionId id, Bytes bytes) {
    const auto connection = connections_.at(id);
    const auto space = connection->framer.space();
    std::ranges::copy(bytes, space.begin());
    connection->framer.commit(bytes.size());
    last_heard_ = clock_.now();
    while (connections_.contains(id)) {
        const auto message = connection->framer.next();
        if (!message) return;
        if (!*message) return handle(event::MalformedMessage{id, message->error(), {}});
        on_message(id, **message);
    }
}

void Peering::on_message(ConnectionId id, const MessageView& message) {
    switch (message.type) {
        case MessageType::Open:
            if (const auto open = decode_open(message.body))
                return handle(event::OpenReceived{id, *open});
            else
                return handle(event::MalformedMessage{id, open.error(), {}});
        case MessageType::Update: return on_update(id, message.body);
        case MessageType::Notification:
            return handle(event::NotificationReceived{id, decode_notification(message.body)});
        case MessageType::Keepalive: return handle(event::KeepaliveReceived{id});
        case MessageType::RouteRefresh: return handle(event::RouteRefreshReceived{id});
    }
}

void Peering::on_update(ConnectionId id, Bytes body) {
    if (fsm_.state_of(id) != State::Established) return handle(event::UpdateReceived{id});
    const auto update = decode_update(body, fsm_.session()->wire_context());
    if (!update) return handle(event::MalformedMessage{id, update.error(), {}});
    handle(event::UpdateReceived{id});
    router_.with_rib([&](Rib& rib) {
        rib.update(settings_.id, *update, std::chrono::duration_cast<RouteTime>(clock_.now()));
    });
}

void Peering::send(ConnectionId id, const Buffer& bytes) {
    const auto found = connections_.find(id);
    if (found != connections_.end()) found->second->pipe->send(settings_.side, bytes);
}

void Peering::wake() {
    if (!fsm_.session() || std::exchange(pumping_, true)) return;
    clock_.at(clock_.now() + Time(clock_.random(0, 2)), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->pump();
    });
}

// Little at a time, so that what happens meanwhile comes in between.
void Peering::pump() {
    pumping_ = false;
    if (!fsm_.session()) return;
    Buffer out;
    router_.with_rib([&](Rib& rib) { rib.fill(settings_.id, out, 100); });
    if (out.empty()) return;
    send(*fsm_.furthest(), out);
    wake();
}

void Peering::perform(const action::Dial&) {
    dial_ = std::make_shared<Pipe>(*settings_.link);
    dial_->ends[settings_.side].owner = weak_from_this();
    dial_->dial(settings_.side);
}

void Peering::perform(const action::CancelDial&) {
    if (dial_) dial_->ends[settings_.side].owner.reset();
    dial_.reset();
}

void Peering::perform(const action::SendOpen& action) {
    Buffer out;
    encode_open(action.open, out);
    send(action.connection, out);
}

void Peering::perform(const action::SendKeepalive& action) {
    Buffer out;
    encode_keepalive(out);
    send(action.connection, out);
}

void Peering::perform(const action::Close& action) {
    const auto found = connections_.find(action.connection);
    if (found == connections_.end()) return;
    const auto pipe = found->second->pipe;
    Buffer out;
    if (action.notification) encode_notification(*action.notification, out);
    pipe->send(settings_.side, out);
    pipe->close(settings_.side);
    connections_.erase(found);
    std::erase_if(timers_, [&](const auto& timer) {
        return is_of_connection(timer.first.first) && timer.first.second == action.connection;
    });
}

// A pipe takes everything at once: SendHold, which runs while something waits to be written, never
// does.
void Peering::perform(const action::StartTimer& action) {
    if (action.timer == Timer::SendHold) return;
    const TimerKey key{action.timer, action.connection};
    const auto start = timers_[key] = ++timer_starts_;
    clock_.at(clock_.now() + action.duration, [weak = weak_from_this(), key, start] {
        const auto self = weak.lock();
        if (!self) return;
        const auto found = self->timers_.find(key);
        if (found == self->timers_.end() || found->second != start) return;
        self->timers_.erase(found);
        self->handle(event::Expired{key.first, key.second});
    });
}

void Peering::perform(const action::StopTimer& action) {
    timers_.erase({action.timer, action.connection});
}

// What was kept of a peer that has not forwarded goes.
void Peering::resume(const Negotiated& agreed) {
    for (const auto family : kFamilies)
        if (kept_.contains(family) && !still_forwards(agreed, family, false))
            router_.with_rib([&](Rib& rib) { rib.drop_stale(settings_.id, family); });
    kept_ = {};
    agreed_ = agreed;
}

void Peering::perform(const action::SessionUp& action) {
    const auto& agreed = action.negotiated;
    resume(agreed);
    connections_.at(action.connection)->framer.negotiated(agreed.wire_context());
    ++sessions_;
    RibSession session;
    session.families = agreed.families;
    session.wire = agreed.wire_context();
    session.peer_router_id = agreed.remote_id;
    session.peer_address = settings_.remote;
    session.role = agreed.sent.capabilities.role;
    session.local_v4 = settings_.local;
    router_.with_rib([&](Rib& rib) { rib.session_up(settings_.id, session); });
    wake();
}

void Peering::perform(const action::Down& action) {
    if (!action.was_established) return;
    down_at_ = clock_.now();
    down_reason_ = action.reason.text;
    for (const auto& kept : kept_families(agreed_, action.reason)) {
        kept_.insert(kept.family);
        clock_.at(clock_.now() + kept.restart, [weak = weak_from_this(), family = kept.family,
                                                sessions = sessions_] {
            const auto self = weak.lock();
            if (!self || self->sessions_ != sessions) return;
            self->kept_ = {};
            self->router_.with_rib([&](Rib& rib) { rib.drop_stale(self->settings_.id, family); });
        });
    }
    router_.with_rib([&](Rib& rib) { rib.session_down(settings_.id, kept_); });
}

// --- A router -----------------------------------------------------------------------------------

NeighborId SimRouter::add(PeeringSettings settings) {
    settings.id = NeighborId{static_cast<std::uint16_t>(settings_.size() + 1)};
    settings_.emplace(settings.id, settings);
    return settings.id;
}

void SimRouter::switch_on() {
    rib_ = std::make_unique<Rib>(RibSettings{id_, as_, 1, 0}, *this);
    for (const auto& [id, settings] : settings_) {
        const auto peering = std::make_shared<Peering>(*this, settings, clock_);
        peerings_.emplace(id, peering);
        settings.link->hosts[settings.side] = peering;
        rib_->set_neighbor(id, settings.rib);
        if (!links_down_.contains(id)) peering->handle(event::Start{});
    }
    for (const auto& network : networks_)
        originate(network);
}

void SimRouter::switch_on_again() {
    switch_on();
    held_ = true;
    rib_->hold(net::Family::Ipv4);
    for (const auto& [id, settings] : settings_)
        awaited_.insert(id);
}

void SimRouter::switch_off() {
    peerings_.clear();
    rib_.reset();
    forwarding_.clear();
}

void SimRouter::announce(const std::string& prefix) {
    const auto network = *net::Prefix::parse(prefix);
    networks_.insert(network);
    if (rib_) originate(network);
}

void SimRouter::originate(const net::Prefix& network) {
    with_rib([&](Rib& rib) {
        LocalRoute route;
        route.prefix = network;
        rib.originate(route, std::chrono::duration_cast<RouteTime>(clock_.now()));
    });
}

void SimRouter::withdraw(const std::string& prefix) {
    const auto network = *net::Prefix::parse(prefix);
    networks_.erase(network);
    if (rib_) with_rib([&](Rib& rib) { rib.withdraw(LocalSource::Network, network); });
}

void SimRouter::link_changed(NeighborId id, bool up) {
    if (up ? links_down_.erase(id) == 0 : !links_down_.insert(id).second) return;
    if (!rib_) return;
    with_rib(
        [&](Rib& rib) { rib.next_hop_changed({settings_.at(id).remote, kLocalRoutes}, {up, 0}); });
    if (up)
        peering(id).handle(event::Start{});
    else
        peering(id).handle(event::Stop{{DownCause::Unreachable, {}, "link down"}});
}

void SimRouter::follow_rib() {
    if (held_ && awaited_.empty()) {
        held_ = false;
        rib_->release(net::Family::Ipv4);
    }
    for (const auto id : std::exchange(output_ready_, {}))
        peering(id).wake();
    if (!rib_->has_work() || std::exchange(slice_scheduled_, true)) return;
    clock_.at(clock_.now() + Time(clock_.random(0, 2)), [this] {
        slice_scheduled_ = false;
        if (rib_) with_rib([this](Rib& rib) { rib.run_slice(clock_.random(1, 4)); });
    });
}

void SimRouter::best_path_changed(const BestPathChange& change) {
    if (change.now == kNoForwarding)
        forwarding_.erase(change.prefix);
    else
        forwarding_[change.prefix] = rib_->forwarding_set(change.now);
}

NextHopState SimRouter::next_hop_wanted(const NextHopKey& next_hop) {
    const bool down = std::ranges::any_of(
        links_down_, [&](NeighborId id) { return settings_.at(id).remote == next_hop.address; });
    return {!down, 0};
}

Table SimRouter::table() const {
    Table table;
    if (!rib_) return table;
    RouteWalk walk(net::Family::Ipv4);
    rib_->walk(walk, std::numeric_limits<std::size_t>::max(), [&](const RouteView& route) {
        auto& entry = table[route.prefix];
        for (const auto& path : route.paths)
            entry.paths.emplace_back(path.neighbor,
                                     path.received ? path.received->as_path.to_string() : "");
        std::sort(entry.paths.begin() + 1, entry.paths.end());
        if (route.forwarding != kNoForwarding)
            entry.forwarding = rib_->forwarding_set(route.forwarding);
    });
    return table;
}

// --- The network --------------------------------------------------------------------------------

void Circuit::set_up(bool up) const {
    if (up)
        link->heal();
    else
        link->cut();
    for (const auto side : {0, 1})
        routers[side]->link_changed(ids[side], up);
}

SimRouter& Simulation::router(AsNumber as) {
    const RouterId id{0x0a000000U + static_cast<std::uint32_t>(routers_.size() + 1)};
    return *routers_.emplace_back(std::make_unique<SimRouter>(clock, as, id));
}

Circuit Simulation::connect(SimRouter& a, SimRouter& b, const CircuitSettings& settings) {
    Circuit circuit;
    circuit.link = links_.emplace_back(
        std::make_shared<Link>(clock, settings.max_delay, settings.max_fragment));
    circuit.routers[0] = &a;
    circuit.routers[1] = &b;
    const auto subnet = 0xc6120000U + (static_cast<std::uint32_t>(links_.size()) << 8);
    for (const std::size_t side : {0, 1}) {
        auto& us = *circuit.routers[side];
        auto& them = *circuit.routers[1 - side];
        PeeringSettings peering;
        peering.peer.local_as = peering.rib.local_as = us.as();
        peering.peer.remote_as = peering.rib.remote_as = them.as();
        peering.peer.router_id = us.id();
        peering.peer.hold_time = settings.hold_time;
        if (const auto time = settings.restart_time)
            peering.peer.graceful_restart =
                GracefulRestart{false, true, *time, {{AfiSafi::unicast(net::Family::Ipv4), true}}};
        peering.rib.import_policy = peering.rib.export_policy = accept_all();
        peering.rib.import_local_pref = settings.local_pref[side];
        peering.local = net::IpAddress::v4(subnet + 1 + static_cast<std::uint32_t>(side));
        peering.remote = net::IpAddress::v4(subnet + 2 - static_cast<std::uint32_t>(side));
        peering.link = circuit.link.get();
        peering.side = side;
        circuit.ids[side] = us.add(peering);
    }
    return circuit;
}

void Simulation::switch_on() {
    for (const auto& router : routers_)
        router->switch_on();
}

std::vector<Table> Simulation::tables() const {
    std::vector<Table> tables;
    for (const auto& router : routers_)
        tables.push_back(router->table());
    return tables;
}

}  // namespace dx::sim
