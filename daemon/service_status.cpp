#include "daemon/service_status.hpp"

#include <utility>

#include <fmt/format.h>

#include "daemon/service_manager.hpp"

namespace dx::daemon {

namespace {

std::string neighbors_text(const ServiceFacts& facts) {
    if (facts.neighbors == 0) return "no neighbors configured";
    auto text = fmt::format("{} of {} neighbor{} established", facts.established, facts.neighbors,
                            facts.neighbors == 1 ? "" : "s");
    if (facts.shut_down > 0) text += fmt::format(" ({} shut down)", facts.shut_down);
    return text;
}

std::string first_listener_trouble(const RouterState& state) {
    if (!state.speaker) return {};
    for (const auto& listener : state.speaker->listeners())
        if (!listener.listening) return listener.error;
    return {};
}

}  // namespace

void gather_service_facts(const RouterState& state, std::function<void(ServiceFacts)> answer) {
    ServiceFacts facts;
    for (const auto& neighbor : state.neighbors.all()) {
        ++facts.neighbors;
        if (neighbor->session) ++facts.established;
        if (neighbor->is_shut_down()) ++facts.shut_down;
    }
    facts.has_router_id = state.router_id.has_value();
    facts.not_listening = first_listener_trouble(state);
    state.fib->progress([facts, answer = std::move(answer)](netlink::FibProgress fib) mutable {
        facts.installed = fib.installed;
        facts.settled = fib.quiet;
        answer(facts);
    });
}

std::string status_text(const ServiceFacts& facts, bool reload_refused) {
    auto text =
        facts.has_router_id
            ? neighbors_text(facts)
            : "waiting for an IPv4 address to take as router id (router.router-id sets one)";
    text += fmt::format(", {} route{} installed", facts.installed, facts.installed == 1 ? "" : "s");
    if (!facts.not_listening.empty()) text += "; " + facts.not_listening;
    if (reload_refused) text += "; the last reload was refused: the configuration has errors";
    return text;
}

ServiceStatus::ServiceStatus(boost::asio::io_context& io, Ask ask,
                             std::chrono::milliseconds at_most_every)
    : timer_(io),
      ask_(std::move(ask)),
      at_most_every_(at_most_every),
      wanted_(service_manager::present()) {}

void ServiceStatus::changed() {
    if (!wanted_ || std::exchange(under_way_, true)) return;
    timer_.expires_after(at_most_every_);
    timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        under_way_ = false;
        tell();
    });
}

void ServiceStatus::reloaded(bool refused) {
    reload_refused_ = refused;
}

void ServiceStatus::tell() {
    if (!wanted_) return;
    ask_([this](const ServiceFacts& facts) { take(facts); });
}

void ServiceStatus::stop() {
    wanted_ = false;
    timer_.cancel();
}

void ServiceStatus::take(const ServiceFacts& facts) {
    if (!wanted_) return;  // the last words were another's
    auto text = status_text(facts, reload_refused_);
    if (text != told_) service_manager::status(told_ = std::move(text));
    if (!facts.settled || !facts.not_listening.empty()) changed();
}

}  // namespace dx::daemon
