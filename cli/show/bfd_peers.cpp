// `show bfd peers`, laid out as FRR does: the BFD sessions that run, or the title alone. Ours go on
// with what was agreed, the counters, what is wrong, and who uses the session.
#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {
namespace {

void print_head(const Object& session, Output& out) {
    out.print("\tpeer {}", text(session, "peer"));
    if (const auto local = text(session, "local"); !local.empty())
        out.print(" local-address {}", local);
    out.print(" vrf {}", text(session, "vrf"));
    if (const auto interface = text(session, "interface"); !interface.empty())
        out.print(" interface {}", interface);
    out.print("\n\t\tID: {}\n\t\tRemote ID: {}\n\t\tActive mode\n\t\tStatus: {}\n",
              number(session, "id"), number(session, "remote-id"), text(session, "status"));
    if (has(session, "uptime")) out.print("\t\tUptime: {} second(s)\n", number(session, "uptime"));
    if (has(session, "downtime"))
        out.print("\t\tDowntime: {} second(s)\n", number(session, "downtime"));
    out.print("\t\tDiagnostics: {}\n\t\tRemote diagnostics: {}\n\t\tPeer Type: dynamic\n",
              text(session, "diagnostic"), text(session, "remote-diagnostic"));
}

std::string interval(const Object& session, std::string_view key) {
    const auto value = number(session, key);
    return value == 0 ? "disabled" : std::to_string(value) + "ms";
}

void print_timers(const Object& session, Output& out) {
    out.print("\t\tLocal timers:\n\t\t\tDetect-multiplier: {}\n",
              number(session, "detect-multiplier"));
    out.print("\t\t\tReceive interval: {}\n", interval(session, "receive-interval"));
    out.print("\t\t\tTransmission interval: {}\n", interval(session, "transmit-interval"));
    out.print("\t\t\tEcho receive interval: disabled\n");
    out.print("\t\t\tEcho transmission interval: disabled\n");
    if (number(session, "remote-id") == 0) return;  // nothing was heard
    out.print("\t\tRemote timers:\n\t\t\tDetect-multiplier: {}\n",
              number(session, "remote-detect-multiplier"));
    out.print("\t\t\tReceive interval: {}\n", interval(session, "remote-receive-interval"));
    out.print("\t\t\tTransmission interval: {}\n", interval(session, "remote-transmit-interval"));
    out.print("\t\t\tEcho receive interval: {}\n",
              interval(session, "remote-echo-receive-interval"));
}

void print_agreed(const Object& session, Output& out) {
    out.print("\t\tAgreed:\n");
    if (has(session, "negotiated-transmit-interval"))
        out.print("\t\t\tTransmission interval: {}ms\n",
                  number(session, "negotiated-transmit-interval"));
    if (has(session, "detection-time"))
        out.print("\t\t\tDetection time: {}ms\n", number(session, "detection-time"));
    if (has(session, "smallest-margin-usec"))
        out.print("\t\t\tSmallest margin: {:.1f}ms\n",
                  static_cast<double>(number(session, "smallest-margin-usec")) / 1000);
}

void print_counters(const Object& session, Output& out) {
    out.print("\t\tControl packets: {} in, {} out\n", number(session, "control-packet-input"),
              number(session, "control-packet-output"));
    out.print("\t\tSession up events: {}, down events: {}\n", number(session, "session-up"),
              number(session, "session-down"));
    for (const auto& [reason, count] : child(session, "discarded"))
        out.print("\t\tDiscarded, {}: {}\n", std::string_view(reason),
                  count.to_number<std::int64_t>());
    if (has(session, "send-errors"))
        out.print("\t\tSend errors: {}, the last one: {}\n", number(session, "send-errors"),
                  text(session, "last-send-error"));
    if (const auto trouble = text(session, "trouble"); !trouble.empty())
        out.print("\t\tNot heard: {}\n", trouble);
}

void print_users(const Object& session, Output& out) {
    if (const auto neighbor = text(session, "neighbor"); !neighbor.empty())
        out.print("\t\tUsed by: neighbor {}\n", neighbor);
    for (const auto& prefix : list(session, "static-routes"))
        out.print("\t\tUsed by: static route {}\n", std::string_view(prefix.as_string()));
}

void print_session(const Object& session, Output& out) {
    print_head(session, out);
    print_timers(session, out);
    print_agreed(session, out);
    print_counters(session, out);
    print_users(session, out);
    out.print("\n");
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
