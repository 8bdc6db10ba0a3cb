// What the bodies of POST requests have in common, and the reply that says what became of a
// command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>

#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/limits.hpp"

namespace dx::control {

OrRefusal<boost::json::object> body_object(const Call& call);

// A member that is a string; none where it is absent or null.
OrRefusal<std::optional<std::string>> text_member(const boost::json::object& object,
                                                  std::string_view name);

// A member that is true or false; false where it is absent or null.
OrRefusal<bool> flag_member(const boost::json::object& object, std::string_view name);

// A member that names one neighbor.
OrRefusal<NeighborView> neighbor_member(const boost::json::object& object, std::string_view name,
                                        const RouterQueries& queries);

// A member that is a duration: the API's keys that end in Msecs.
OrRefusal<std::optional<Milliseconds>> milliseconds_member(const boost::json::object& object,
                                                           std::string_view name,
                                                           const DurationRange& range);

// Done is 200; refused is 409 with the reason; a configuration with errors is 422 with each of
// them.
Reply result_reply(const CommandResult& result);

// The reply that is made of what a command will answer.
template <class Answer, class Ask>
Reply later(Ask ask, Reply (*make)(const Answer&)) {
    Reply reply;
    reply.later = [ask = std::move(ask), make](Reply::Answer answer) {
        ask([answer = std::move(answer), make](const Answer& what) { answer(make(what)); });
    };
    return reply;
}

}  // namespace dx::control
