#include "daemon/bfd_words.hpp"

#include "daemon/log.hpp"

namespace dx::daemon {

std::string reason_of(const bfd::SessionChange& told, std::string_view what_goes_on) {
    using bfd::Diagnostic;
    const auto& change = told.transition;
    if (change.administrative)
        return fmt::format("switched off by the peer: {} without it", what_goes_on);
    std::string text{to_string(change.diagnostic)};
    const bool signaled = change.diagnostic == Diagnostic::NeighborSignaledSessionDown;
    if (signaled && change.remote_diagnostic != Diagnostic::None)
        text += " (" + std::string(to_string(change.remote_diagnostic)) + ")";
    if (told.refused) text += ", for its packets are refused: " + refusal_words(*told.refused);
    return text;
}

void log_change(const bfd::SessionChange& told, std::string_view who,
                std::string_view what_goes_on) {
    const auto& change = told.transition;
    if (change.to == bfd::State::Up)
        log().info("{}: BFD Up", who);
    else if (change.from == bfd::State::Up)
        log().warn("{}: BFD Down: {}", who, reason_of(told, what_goes_on));
}

std::string refusal_words(bfd::Discard reason) {
    std::string words{to_string(reason)};
    if (reason == bfd::Discard::Authentication) words += ": switch it off at the peer";
    return words;
}

void log_refusal(const bfd::RefusalChange& change, std::string_view who) {
    if (change.reason)
        log().warn("{}: BFD packets from it are refused: {}", who, refusal_words(*change.reason));
    else
        log().info("{}: BFD packets from it are no longer refused", who);
}

std::string why_not_up(const bfd::PeerStatus& peer, const std::string& trouble) {
    if (!trouble.empty()) return trouble;
    if (peer.refused) return "its packets are refused: " + refusal_words(*peer.refused);
    if (peer.status.remote.my_discriminator == 0) return "nothing is heard of the peer's";
    if (peer.status.remote.state == bfd::State::AdminDown) return "the peer has switched it off";
    return "the peer is heard, but does not hear us";
}

}  // namespace dx::daemon
