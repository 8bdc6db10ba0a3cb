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
    const auto& listen = state_.config.http.listen;
    if (!listen) {
        server_.stop_tcp();
        return {};
    }
    const auto opened = server_.listen(listen->address, listen->port);
    if (opened) return {};
    log().error("http.listen: {}", opened.error());
    return "http.listen: " + opened.error();
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
