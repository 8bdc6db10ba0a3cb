// The control API without a socket: requests go straight to the handlers.
#pragma once

#include <string>
#include <string_view>

#include "daemon/control/api.hpp"
#include "tests/unit/daemon/control/fake_router.hpp"

namespace dx::control {

struct Answered {
    unsigned status = 0;
    std::string body;
};

inline std::string drained(Reply& reply) {
    auto body = std::move(reply.body);
    for (bool more = reply.stream != nullptr; more;)
        reply.stream->next([&](const std::string& piece, bool goes_on) {
            body += piece;
            more = goes_on;
        });
    return body;
}

inline Answered ask(FakeRouter& router, Verb verb, std::string_view target, std::string body = {},
                    Api::Access access = Api::Access::Full) {
    const Api api(router, router, router);
    Request request;
    request.verb = verb;
    request.body = std::move(body);
    if (!parse_target(target, request)) return {400, "malformed target"};
    request.client = Client{1000, 1};
    auto reply = api.handle(request, access);
    if (const auto later = std::move(reply.later))
        later([&](Reply made) { reply = std::move(made); });
    return {reply.status, drained(reply)};
}

inline Answered get(FakeRouter& router, std::string_view target) {
    return ask(router, Verb::Get, target);
}

}  // namespace dx::control
