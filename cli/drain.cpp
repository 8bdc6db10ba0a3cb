// `drain` and `undrain`: a neighbor goes out of use without a lost packet, and comes back. The
// daemon does it, and goes on should dxctl be interrupted; dxctl waits to say when it is done.
#include <chrono>

#include <boost/json/serialize.hpp>

#include "cli/command.hpp"
#include "cli/duration.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/interrupt.hpp"
#include "daemon/control/limits.hpp"

namespace dx::cli {
namespace {

Object neighbor_of(Invocation& call) {
    const auto reply =
        parse_object(call.client.get("/v1/bgp/neighbors/" + percent_encoded(call.argument())));
    return reply.empty() ? Object() : reply.begin()->value().as_object();
}

void wait_for_end(Invocation& call) {
    for (;;) {
        const auto neighbor = neighbor_of(call);
        const auto stage = text(neighbor, "drain");
        if (stage == "drained") break;
        if (stage != "leadingAway") throw Failure("given back before it was drained");
        if (!pause_for(std::chrono::milliseconds(100))) throw Interrupted();
    }
    if (!call.json) call.out.print("drained; `undrain` gives it back\n");
}

std::chrono::milliseconds wait_of(std::string_view text) {
    const auto wait = duration_of(text);
    if (!control::kDrainWait.contains(wait)) throw Failure("a drain waits 1h at most", kUsage);
    return wait;
}

}  // namespace

void drain(Invocation& call) {
    Object request{{"neighbor", std::string(call.argument())}};
    if (const auto wait = call.argument_after("wait"); !wait.empty())
        request["waitMsecs"] = wait_of(wait).count();
    unless_interrupted("the drain goes on, `undrain` takes it back", [&] {
        print_result(call, call.client.post("/v1/drain", boost::json::serialize(request)));
        call.out.flush();
        wait_for_end(call);
    });
}

void undrain(Invocation& call) {
    const Object request{{"neighbor", std::string(call.argument())}};
    print_result(call, call.client.post("/v1/undrain", boost::json::serialize(request)));
}

}  // namespace dx::cli
