#include "libfib/fib/vetoes.hpp"

namespace dx::fib {

bool Vetoes::up(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface) {
    auto [found, made] = sessions_.try_emplace(neighbor, Session{epoch, interface});
    auto& session = found->second;
    if (made || epoch < session.epoch) return false;
    if (epoch == session.epoch && session.vetoed && !session.returning) return false;
    const bool lifted = session.vetoed;
    session = {epoch, interface};
    return lifted;
}

bool Vetoes::returning(NeighborTag neighbor, SessionEpoch epoch, InterfaceIndex interface) {
    const auto found = sessions_.find(neighbor);
    if (found == sessions_.end() || !found->second.vetoed || epoch <= found->second.epoch)
        return false;
    found->second = {epoch, interface, true, true};
    return true;
}

bool Vetoes::down(NeighborTag neighbor, SessionEpoch epoch) {
    auto& session = sessions_[neighbor];
    if (epoch < session.epoch) return false;
    session.epoch = epoch;
    return session.lose();
}

bool Vetoes::link_lost(InterfaceIndex interface) {
    bool any = false;
    for (auto& [neighbor, session] : sessions_)
        if (session.interface == interface && session.lose()) any = true;
    return any;
}

bool Vetoes::forget(NeighborTag neighbor) {
    const auto found = sessions_.find(neighbor);
    if (found == sessions_.end()) return false;
    found->second.epoch = 0;
    return found->second.lose();
}

}  // namespace dx::fib
