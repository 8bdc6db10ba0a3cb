#include "daemon/bfd_words.hpp"

#include "daemon/log.hpp"

namespace dx::daemon {

std::string reason_of(const bfd::Transition& change, std::string_view what_goes_on) {
    using bfd::Diagnostic;
    if (change.administrative)
        return fmt::format("switched off by the peer: {} without it", what_goes_on);
    std::string text{to_string(change.diagnostic)};
    const bool signaled = change.diagnostic == Diagnostic::NeighborSignaledSessionDown;
    if (signaled && change.remote_diagnostic != Diagnostic::None)
        text += " (" + std::string(to_string(change.remote_diagnostic)) + ")";
    return text;
}

void log_change(const bfd::Transition& change, std::string_view who,
                std::string_view what_goes_on) {
    if (change.to == bfd::State::Up)
        log().info("{}: BFD Up", who);
    else if (change.from == bfd::State::Up)
        log().warn("{}: BFD Down: {}", who, reason_of(change, what_goes_on));
}

}  // namespace dx::daemon
