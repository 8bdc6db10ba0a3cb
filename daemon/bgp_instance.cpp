#include "daemon/bgp_instance.hpp"

#include <map>
#include <random>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/kernel_routes.hpp"
#include "daemon/log.hpp"
#include "daemon/tell.hpp"
#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

// The RIB tells of its end through the parts that it was given to.
BgpInstance::~BgpInstance() {
    ending_.clear();
    state_.speaker.reset();
    state_.rib.reset();
}

void BgpInstance::start() {
    if (state_.speaker || !state_.fib_ready || state_.stopping) return;
    const auto& router = state_.config.router;
    state_.router_id = router.router_id ? router.router_id : state_.interfaces.choose_router_id();
    if (state_.router_id) run();
    hooks_.tried();
}

void BgpInstance::run() {
    const auto& router = state_.config.router;
    if (!router.router_id)
        log().info("router id {}: chosen from the addresses of this machine",
                   to_string(*state_.router_id));
    state_.rib =
        std::make_unique<bgp::Rib>(bgp::RibSettings{*state_.router_id, router.asn,
                                                    state_.config.fib.maximum_paths, random_seed()},
                                   parts_.rib_work);
    state_.speaker = std::make_unique<bgp::Speaker>(
        io_.get_executor(), speaker_settings(state_.config), parts_.session_events);
    for (const auto family : bgp::kFamilies)
        if (state_.restart.held.contains(family)) state_.rib->hold(family);
    parts_.local_routes.attach(state_.rib.get());
    parts_.local_routes.configure(state_.config, state_.route_time());
    for (const auto& neighbor : state_.neighbors.all())
        start(*neighbor);
    state_.speaker->start();
    parts_.rib_work.follow();
}

void BgpInstance::stop(std::string_view why) {
    if (!state_.speaker) return;
    parts_.deferral.end();  // it is no restart any longer
    state_.speaker->stop(bgp::CeaseReason::OtherConfigurationChange, why,
                         [this, ended = state_.speaker.get()] { forget_speaker(ended); });
    for (const auto& neighbor : state_.neighbors.all())
        forget(*neighbor);
    parts_.local_routes.attach(nullptr);
    parts_.rib_work.finish();
    parts_.next_hops.clear();
    ending_.push_back(std::move(state_.speaker));
    parts_.change_effects.forget_rib();
    state_.rib.reset();
    state_.router_id.reset();
}

// Later: it is the one that calls.
void BgpInstance::forget_speaker(const bgp::Speaker* ended) {
    boost::asio::post(io_, [this, ended] {
        std::erase_if(ending_, [=](const auto& speaker) { return speaker.get() == ended; });
    });
}

// What the operator drained stays so.
void BgpInstance::set_neighbors() {
    std::map<std::string, std::unique_ptr<Drain>> drained;
    while (!state_.neighbors.all().empty()) {
        auto& last = *state_.neighbors.all().back();
        if (last.drain) drained[last.config.name] = std::move(last.drain);
        state_.neighbors.remove(last.id);
    }
    for (const auto& config : state_.config.neighbors) {
        auto& neighbor = state_.neighbors.add(config);
        if (const auto found = drained.find(config.name); found != drained.end())
            neighbor.drain = std::move(found->second);
        hooks_.added(neighbor);
    }
}

void BgpInstance::add(const config::Neighbor& neighbor) {
    auto& added = state_.neighbors.add(neighbor);
    hooks_.added(added);
    start(added);
}

void BgpInstance::start(Neighbor& neighbor) {
    tell_rib(state_, neighbor);
    tell_forwarding(state_, neighbor);
    state_.speaker->add_neighbor(neighbor.id, speaker_settings_of(state_, neighbor));
    parts_.attachments.follow(neighbor);
}

void BgpInstance::remove(Neighbor& neighbor) {
    state_.speaker->remove_neighbor(neighbor.id);  // on_down comes from within
    forget(neighbor);
    parts_.rib_work.follow();
    state_.neighbors.remove(neighbor.id);
}

void BgpInstance::forget(Neighbor& neighbor) {
    parts_.drills.abort(neighbor, "the configuration of the neighbor has changed");
    state_.rib->remove_neighbor(neighbor.id);
    state_.fib->forget_neighbor(tag_of(neighbor.id));
    state_.bfd->remove(tag_of(neighbor.id));
    parts_.revivals.end(neighbor);
}

void BgpInstance::follow(Neighbor& neighbor) {
    if (!state_.speaker) return;
    if (neighbor.is_shut_down()) parts_.restarts.give_up(neighbor, "drained");
    tell_forwarding(state_, neighbor);
    tell_speaker(state_, neighbor);
    tell_rib(state_, neighbor);
    parts_.attachments.follow(neighbor);
    parts_.rib_work.follow();
}

}  // namespace dx::daemon
