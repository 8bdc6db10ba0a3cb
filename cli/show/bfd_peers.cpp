// `show bfd peers [brief|counters]`, laid out as FRR does: the BFD sessions that run, or the title
// alone. In full, ours go on with what was agreed, the counters, what is wrong, and who uses the
// session.
#include <algorithm>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {
namespace {

Tone tone_of(std::string_view status) {
    return status == "up" ? Tone::Good : status == "shutdown" ? Tone::Plain : Tone::Bad;
}

void print_title(const Object& session, Output& out) {
    out.print("\tpeer {}", text(session, "peer"));
    if (const auto local = text(session, "local"); !local.empty())
        out.print(" local-address {}", local);
    out.print(" vrf {}", text(session, "vrf"));
    if (const auto interface = text(session, "interface"); !interface.empty())
        out.print(" interface {}", interface);
    out.print("\n");
}

void print_head(const Object& session, Output& out) {
    print_title(session, out);
    out.print("\t\tID: {}\n\t\tRemote ID: {}\n\t\tActive mode\n\t\tStatus: {}\n",
              number(session, "id"), number(session, "remote-id"),
              out.toned(text(session, "status"), tone_of(text(session, "status"))));
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
    if (const auto refused = text(session, "refused"); !refused.empty())
        out.print("\t\tRefused now: {}\n", refused);
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

std::string_view local_address(const Object& session) {
    const auto local = text(session, "local");
    return local.empty() ? "unknown" : local;
}

// As FRR has it, but on a terminal that is too narrow: there as wide as the addresses are.
std::size_t address_width(const boost::json::array& sessions, std::size_t terminal_width) {
    constexpr std::size_t kFrr = 40, kWidthOfFrr = 107, kTitle = 12;
    if (terminal_width == 0 || terminal_width >= kWidthOfFrr) return kFrr;
    std::size_t width = kTitle;
    for (const auto& each : sessions)
        width = std::max(
            {width, local_address(each.as_object()).size(), text(each.as_object(), "peer").size()});
    return width + 1;
}

// One line a session.
void print_brief(const boost::json::array& sessions, Output& out) {
    const auto width = address_width(sessions, out.style().width);
    const auto row = [&](auto id, auto local, auto peer, std::string_view status, Tone tone) {
        out.print("{:<10} {:<{}} {:<{}}{}\n", id, local, width, peer, width,
                  out.toned(fmt::format("{:<15}", status), tone));
    };
    out.print("Session count: {}\n", sessions.size());
    row("SessionId", "LocalAddress", "PeerAddress", "Status", Tone::Plain);
    row("=========", "============", "===========", "======", Tone::Plain);
    for (const auto& each : sessions) {
        const auto& session = each.as_object();
        row(number(session, "id"), local_address(session), text(session, "peer"),
            text(session, "status"), tone_of(text(session, "status")));
    }
}

// Every Up and every Down is told to those who use the session, as FRR tells zebra; echo packets
// are never sent.
Object counters_of(const Object& session) {
    Object out;
    for (const auto* const key : {"multihop", "peer", "local", "vrf", "interface",
                                  "control-packet-input", "control-packet-output"})
        if (has(session, key)) out[key] = session.at(key);
    out["echo-packet-input"] = 0;
    out["echo-packet-output"] = 0;
    out["session-up"] = number(session, "session-up");
    out["session-down"] = number(session, "session-down");
    out["zebra-notifications"] = number(session, "session-up") + number(session, "session-down");
    return out;
}

void print_counters_alone(const Object& counters, Output& out) {
    print_title(counters, out);
    for (const auto& [key, name] : {std::pair{"control-packet-input", "Control packet input"},
                                    {"control-packet-output", "Control packet output"},
                                    {"echo-packet-input", "Echo packet input"},
                                    {"echo-packet-output", "Echo packet output"}})
        out.print("\t\t{}: {} packets\n", name, number(counters, key));
    out.print("\t\tSession up events: {}\n\t\tSession down events: {}\n",
              number(counters, "session-up"), number(counters, "session-down"));
    out.print("\t\tZebra notifications: {}\n\n", number(counters, "zebra-notifications"));
}

void show_counters(const boost::json::array& sessions, bool json, Output& out) {
    boost::json::array all;
    for (const auto& session : sessions)
        all.push_back(counters_of(session.as_object()));
    if (json) return out.write(boost::json::serialize(all) + '\n');
    out.write("BFD Peers:\n");
    for (const auto& counters : all)
        print_counters_alone(counters.as_object(), out);
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
    const bool counters = call.match.has("counters");
    if (!counters && passed_on_as_json(call, "/v1/bfd/peers")) return;
    const auto sessions = parse_array(call.client.get("/v1/bfd/peers"));
    if (counters) return show_counters(sessions, call.json, call.out);
    if (call.match.has("brief")) return print_brief(sessions, call.out);
    call.out.write("BFD Peers:\n");
    for (const auto& session : sessions)
        if (session.is_object()) print_session(session.get_object(), call.out);
}

}  // namespace dx::cli
