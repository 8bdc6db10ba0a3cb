#include "daemon/config/restart_checks.hpp"

namespace dx::config {

// RFC 4724 4.1: who restarts gracefully goes on forwarding meanwhile.
void check_restart_keeps_forwarding(Reader& reader, const Node& root) {
    const auto& config = reader.config();
    if (!config.fib.enabled || config.fib.on_stop == FibSettings::OnStop::Keep) return;
    for (std::size_t i = 0; i < config.neighbors.size(); ++i) {
        if (config.neighbors[i].graceful_restart.mode != GracefulRestart::Mode::Full) continue;
        reader.warning(root.find("neighbors")->items[i].find("graceful-restart")->at,
                       "graceful-restart: when we stop, the session ends and our routes leave the "
                       "kernel (fib.on-stop: remove), so that full helps after a crash or an "
                       "upgrade only (expected fib: {on-stop: keep}, or helper)");
    }
}

}  // namespace dx::config
