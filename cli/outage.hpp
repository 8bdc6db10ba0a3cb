// The ends of a neighbor's sessions, found in its history with what belongs to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/json/array.hpp>

#include "cli/fields.hpp"

namespace dx::cli {

// A session's end, and what brought the next one.
struct Outage {
    const Object* end;
    const Object* back = nullptr;  // null: there was none yet
    std::size_t at = 0;            // the end's place among the events
};

std::int64_t time_of(const Object& event);  // milliseconds since 1970

std::vector<Outage> outages_in(const boost::json::array& events);

// What came to the neighbor shortly before, the latest first.
std::vector<const Object*> events_before(const boost::json::array& events, const Outage& outage);

// The change of the configuration that ended the session; null: none did.
const Object* reload_behind(const boost::json::array& events, const Outage& outage);

// BFD went down though the peer spoke: its packets were refused.
bool bfd_was_refused(const boost::json::array& events, const Outage& outage);

}  // namespace dx::cli
