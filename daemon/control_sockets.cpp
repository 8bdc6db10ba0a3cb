#include "daemon/control_sockets.hpp"

#include <stdexcept>

#include "daemon/log.hpp"

namespace dx::daemon {

ControlSockets::ControlSockets(RouterState& state, const QuerySources& sources,
                               control::RouterCommands& router,
                               control::ConfigCommands& configuration)
    : state_(state),
      queries_(make_queries(sources)),
      api_(*queries_, router, configuration),
      server_(sources.routing.get_executor(), api_, [](std::string_view what) {
          log().error("bug: a control request failed: {}", what);
      }) {}

void ControlSockets::open() {
    if (const auto error = open_control(); !error.empty()) throw std::runtime_error(error);
    follow_http();
}

// Empty, or why it is not open.
std::string ControlSockets::open_control() {
    const auto& control = state_.config.control;
    const auto opened = server_.listen({control.socket, control.group, !control.group_given});
    if (!opened) return opened.error();
    for (const auto& warning : *opened)
        log().warn("{}", warning);
    return {};
}

void ControlSockets::follow_http() {
    const auto& listen = state_.config.http.listen;
    if (!listen) return server_.stop_tcp();
    const auto opened = server_.listen(listen->address, listen->port);
    if (!opened) log().error("http.listen: {}", opened.error());
}

void ControlSockets::change(const config::Control& before) {
    auto error = open_control();
    if (error.empty()) return;
    log().error("control: {}; it stays at {}", error, before.socket);
    state_.config.control = before;
    error = open_control();
    if (!error.empty()) log().error("control: {}", error);
}

}  // namespace dx::daemon
