#include "libfib/fib/vetoes.hpp"

#include <utility>

namespace dx::fib {

bool Vetoes::up(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface) {
    auto [found, made] = sessions_.try_emplace(neighbor, Session{epoch, interface, false});
    auto& session = found->second;
    if (made || epoch < session.epoch) return false;
    if (epoch == session.epoch && session.vetoed) return false;
    const bool lifted = session.vetoed;
    session = {epoch, interface, false};
    return lifted;
}

bool Vetoes::down(NeighborTag neighbor, SessionEpoch epoch) {
    auto& session = sessions_[neighbor];
    if (epoch < session.epoch) return false;
    session.epoch = epoch;
    return !std::exchange(session.vetoed, true);
}

bool Vetoes::link_lost(InterfaceIndex interface) {
    bool any = false;
    for (auto& [neighbor, session] : sessions_)
        if (session.interface == interface && !std::exchange(session.vetoed, true)) any = true;
    return any;
}

bool Vetoes::forget(NeighborTag neighbor) {
    const auto found = sessions_.find(neighbor);
    if (found == sessions_.end()) return false;
    found->second.epoch = 0;
    return !std::exchange(found->second.vetoed, true);
}

}  // namespace dx::fib
