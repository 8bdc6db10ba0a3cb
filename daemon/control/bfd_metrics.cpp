// The metrics of each BFD session.
#include "daemon/control/forms.hpp"
#include "daemon/control/metric_table.hpp"

namespace dx::control {
namespace {

using enum MetricType;
using Values = MetricValues;

constexpr std::array<std::string_view, 4> kStates{"AdminDown", "Down", "Init", "Up"};

void read_states(const BfdPeerView& of, Values& out) {
    for (const auto state : kStates)
        out.add(of.state == state, {std::string(state)});
}

constexpr MetricRow<BfdPeerView> kRows[] = {
    {"dxrouted_bfd_session_up", Gauge, "1 while the BFD session is Up, else 0.",
     [](const BfdPeerView& of, Values& out) { out.add(of.state == "Up"); }},
    {"dxrouted_bfd_session_state",
     Gauge,
     "1 for the state (RFC 5880 6.2) that the BFD session is in, 0 for the others.",
     read_states,
     {"state"}},
    {"dxrouted_bfd_session_state_timestamp_seconds", Gauge,
     "Since when the BFD session is in its state, in seconds since 1970.",
     [](const BfdPeerView& of, Values& out) { out.add(epoch_seconds(of.state_for)); }},
    {"dxrouted_bfd_session_ups_total", Counter, "Times that the BFD session came Up.",
     [](const BfdPeerView& of, Values& out) { out.add(of.ups); }},
    {"dxrouted_bfd_session_downs_total", Counter,
     "Times that the BFD session was Up and went down, for whatever reason.",
     [](const BfdPeerView& of, Values& out) { out.add(of.downs); }},
    {"dxrouted_bfd_session_detection_time_seconds", Gauge,
     "Silence after which the path counts as failed, as both sides agreed; absent before.",
     [](const BfdPeerView& of, Values& out) {
         if (of.detection_time) out.add(*of.detection_time);
     }},
    {"dxrouted_bfd_session_smallest_margin_seconds", Gauge,
     "What was left of the detection time in the longest silence since the session came Up: near 0 "
     "means that a false alarm is near. Absent while it is not Up.",
     [](const BfdPeerView& of, Values& out) {
         if (of.smallest_margin) out.add(*of.smallest_margin);
     }},
    {"dxrouted_bfd_session_packets_received_total", Counter,
     "BFD packets of the session that came.",
     [](const BfdPeerView& of, Values& out) { out.add(of.packets_in); }},
    {"dxrouted_bfd_session_packets_sent_total", Counter,
     "BFD packets of the session that went out.",
     [](const BfdPeerView& of, Values& out) { out.add(of.packets_out); }},
    {"dxrouted_bfd_session_packets_discarded_total",
     Counter,
     "BFD packets that seemed to be the session's and were not taken, by reason.",
     [](const BfdPeerView& of, Values& out) {
         for (const auto& [reason, count] : of.discarded)
             out.add(count, {reason});
     },
     {"reason"}},
    {"dxrouted_bfd_session_send_errors_total", Counter, "BFD packets that could not be sent.",
     [](const BfdPeerView& of, Values& out) { out.add(of.send_errors); }},
};

}  // namespace

// The neighbor is empty where only static routes use the session.
void append_bfd_metrics(const Scrape& scrape, std::vector<MetricFamily>& out) {
    MetricTable<BfdPeerView> table(kRows, {"neighbor", "peer"});
    for (const auto& peer : scrape.bfd_peers)
        table.add(peer, {peer.neighbor, neighbor_label(peer.peer, peer.interface)});
    table.append_to(out);
}

}  // namespace dx::control
