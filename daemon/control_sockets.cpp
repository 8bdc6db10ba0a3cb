#include "daemon/control_sockets.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "daemon/log.hpp"

namespace dx::daemon {

namespace {

constexpr std::chrono::seconds kRetry{2};

}  // namespace

ControlSockets::ControlSockets(RouterState& state, const QuerySources& sources,
                               control::RouterCommands& router,
                               control::ConfigCommands& configuration)
    : state_(state),
      queries_(make_queries(sources)),
      api_(*queries_, router, configuration),
      server_(
          sources.routing.get_executor(), api_,
          [](std::string_view what) { log().error("bug: a control request failed: {}", what); }),
      http_retry_(sources.routing) {}

void ControlSockets::open() {
    const auto error = open_control(Group::IfPossible);
    if (!error.empty()) throw std::runtime_error(error);
    follow_http();
}

// Empty, or why it is not open.
std::string ControlSockets::open_control(Group group) {
    const auto& control = state_.config.control;
    const bool as_asked = group == Group::AsAsked && control.group_given;
    const auto opened = server_.listen({control.socket, control.group, !as_asked});
    if (!opened) return opened.error();
    for (const auto& warning : *opened)
        log().warn("{}", warning);
    return {};
}

std::string ControlSockets::follow_http() {
    http_retry_.cancel();
    http_trouble_.clear();
    if (state_.config.http.listen)
        open_http();
    else
        server_.stop_tcp();
    return http_trouble_;
}

void ControlSockets::open_http() {
    const auto& listen = *state_.config.http.listen;
    const auto opened = server_.listen(listen.address, listen.port);
    note_http(opened ? std::string() : "http.listen: " + opened.error());
    if (opened) return;
    http_retry_.expires_after(kRetry);
    http_retry_.async_wait([this](const boost::system::error_code& error) {
        if (!error) open_http();
    });
}

void ControlSockets::note_http(const std::string& trouble) {
    const auto before = std::exchange(http_trouble_, trouble);
    if (before == trouble) return;
    if (trouble.empty())
        log().info("http.listen: open now");
    else
        log().error("{}; it is tried again", trouble);
}

std::string ControlSockets::change(const config::Control& before) {
    const auto error = open_control(Group::AsAsked);
    if (error.empty()) return {};
    const auto what = "control: " + error + "; it stays at " + before.socket;
    log().error("{}", what);
    state_.config.control = before;
    if (const auto worse = open_control(Group::IfPossible); !worse.empty())
        log().error("control: {}", worse);
    return what;
}

}  // namespace dx::daemon
