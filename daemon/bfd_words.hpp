// What BFD tells of a session, in words, for the log and the journal.
#pragma once

#include <string>
#include <string_view>

#include "libfib/bfd/service.hpp"

namespace dx::daemon {

// `what_goes_on` where the peer's operator switched BFD off: "BGP goes on".
std::string reason_of(const bfd::SessionChange& change, std::string_view what_goes_on);

// Up, and Down of what was Up; `who` is "neighbor dx-primary (192.168.1.1)".
void log_change(const bfd::SessionChange& change, std::string_view who,
                std::string_view what_goes_on);

// Why packets are refused, and what to do where that is plain.
std::string refusal_words(bfd::Discard reason);

void log_refusal(const bfd::RefusalChange& change, std::string_view who);

// Of a session that does not come Up. `trouble` is why none can be heard; empty: they can.
std::string why_not_up(const bfd::PeerStatus& peer, const std::string& trouble);

}  // namespace dx::daemon
