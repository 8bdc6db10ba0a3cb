// `show bfd peers`, laid out as FRR does: the BFD sessions that run, or the title alone.
#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {
namespace {

void print_session(const Object& session, Output& out) {
    out.print("\tpeer {}", text(session, "peer"));
    if (const auto local = text(session, "local"); !local.empty())
        out.print(" local-address {}", local);
    out.print(" vrf {}", text(session, "vrf"));
    if (const auto interface = text(session, "interface"); !interface.empty())
        out.print(" interface {}", interface);
    out.print("\n\t\tStatus: {}\n", text(session, "status"));
    if (has(session, "uptime")) out.print("\t\tUptime: {} second(s)\n", number(session, "uptime"));
    if (has(session, "downtime"))
        out.print("\t\tDowntime: {} second(s)\n", number(session, "downtime"));
    out.print("\t\tLocal timers:\n\t\t\tDetect-multiplier: {}\n",
              number(session, "detect-multiplier"));
    out.print("\t\t\tReceive interval: {}ms\n", number(session, "receive-interval"));
    out.print("\t\t\tTransmission interval: {}ms\n\n", number(session, "transmit-interval"));
}

}  // namespace

void show_bfd_peers(Invocation& call) {
    if (passed_on_as_json(call, "/v1/bfd/peers")) return;
    const auto sessions = parse_array(call.client.get("/v1/bfd/peers"));
    call.out.write("BFD Peers:\n");
    for (const auto& session : sessions)
        if (session.is_object()) print_session(session.get_object(), call.out);
}

}  // namespace dx::cli
