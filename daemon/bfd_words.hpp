// A change of a BFD session in words, for the log and the journal.
#pragma once

#include <string>
#include <string_view>

#include "libfib/bfd/session.hpp"

namespace dx::daemon {

// `what_goes_on` where the peer's operator switched BFD off: "BGP goes on".
std::string reason_of(const bfd::Transition& change, std::string_view what_goes_on);

// Up, and Down of what was Up; `who` is "neighbor dx-primary (192.168.1.1)".
void log_change(const bfd::Transition& change, std::string_view who, std::string_view what_goes_on);

}  // namespace dx::daemon
