// The metrics of each neighbor, and of each of its address families.
#include "daemon/control/forms.hpp"
#include "daemon/control/metric_table.hpp"

namespace dx::control {
namespace {

using enum MetricType;
using Values = MetricValues;

constexpr std::array<std::string_view, 6> kStates{"Idle",     "Connect",     "Active",
                                                  "OpenSent", "OpenConfirm", "Established"};

void read_states(const NeighborView& of, Values& out) {
    for (const auto state : kStates)
        out.add(of.state == state, {std::string(state)});
}

void add_messages(const MessageCounts& counts, Values& out) {
    out.add(counts.opens, {"open"});
    out.add(counts.updates, {"update"});
    out.add(counts.notifications, {"notification"});
    out.add(counts.keepalives, {"keepalive"});
    out.add(counts.route_refreshes, {"route-refresh"});
}

void add_notifications(const std::vector<NotificationCount>& counts, Values& out) {
    for (const auto& each : counts)
        out.add(each.count, {each.code, each.subcode});
}

constexpr MetricRow<NeighborView> kNeighborRows[] = {
    {"dxrouted_neighbor_info",
     Gauge,
     "What a neighbor is, always 1: to be joined with the other metrics on `neighbor`. The profile "
     "is empty where none is configured.",
     [](const NeighborView& of, Values& out) {
         out.add(1, {neighbor_label(of), std::to_string(of.remote_as), of.profile, of.description});
     },
     {"address", "remote_as", "profile", "description"}},
    {"dxrouted_neighbor_up", Gauge, "1 while the BGP session is Established, else 0.",
     [](const NeighborView& of, Values& out) { out.add(of.is_established()); }},
    {"dxrouted_neighbor_state",
     Gauge,
     "1 for the state (RFC 4271 8.2.2) that the session is in, 0 for the others.",
     read_states,
     {"state"}},
    {"dxrouted_neighbor_shutdown", Gauge,
     "1 while the operator keeps the neighbor down: `shutdown`, a drain that has ended its "
     "session, a failover test.",
     [](const NeighborView& of, Values& out) {
         out.add(of.state_note == "Admin" || of.state_note == "Test");
     }},
    {"dxrouted_neighbor_draining", Gauge,
     "1 while the operator takes the neighbor out of use (`dxctl drain`), until `undrain`.",
     [](const NeighborView& of, Values& out) { out.add(of.drain.has_value()); }},
    {"dxrouted_neighbor_established_total", Counter,
     "Sessions that came up. Each one above the first had an end.",
     [](const NeighborView& of, Values& out) { out.add(of.established); }},
    {"dxrouted_neighbor_down_total",
     Counter,
     "Sessions that were up and ended, by cause.",
     [](const NeighborView& of, Values& out) {
         for (const auto& [cause, count] : of.dropped_by)
             out.add(count, {cause});
     },
     {"cause"}},
    {"dxrouted_neighbor_established_timestamp_seconds", Gauge,
     "Since when the session is up, in seconds since 1970; absent while it is down.",
     [](const NeighborView& of, Values& out) {
         if (of.up_for) out.add(epoch_seconds(*of.up_for));
     }},
    {"dxrouted_neighbor_last_down_timestamp_seconds", Gauge,
     "When the last session ended, in seconds since 1970; absent until one has.",
     [](const NeighborView& of, Values& out) {
         if (of.last_down) out.add(epoch_seconds(of.last_down->ago));
     }},
    {"dxrouted_neighbor_last_update_timestamp_seconds", Gauge,
     "When the last UPDATE came, in seconds since 1970; absent until one has.",
     [](const NeighborView& of, Values& out) {
         if (of.last_update) out.add(epoch_seconds(*of.last_update));
     }},
    {"dxrouted_neighbor_hold_time_seconds", Gauge,
     "The hold time that both sides agreed on; absent while the session is down.",
     [](const NeighborView& of, Values& out) {
         if (of.hold.negotiated) out.add(*of.hold.negotiated);
     }},
    {"dxrouted_neighbor_messages_received_total",
     Counter,
     "BGP messages that came, by type.",
     [](const NeighborView& of, Values& out) { add_messages(of.messages_received, out); },
     {"type"}},
    {"dxrouted_neighbor_messages_sent_total",
     Counter,
     "BGP messages that went out, by type.",
     [](const NeighborView& of, Values& out) { add_messages(of.messages_sent, out); },
     {"type"}},
    {"dxrouted_neighbor_received_bytes_total", Counter, "Bytes of the BGP messages that came.",
     [](const NeighborView& of, Values& out) { out.add(of.bytes_received); }},
    {"dxrouted_neighbor_sent_bytes_total", Counter, "Bytes of the BGP messages that went out.",
     [](const NeighborView& of, Values& out) { out.add(of.bytes_sent); }},
    {"dxrouted_neighbor_notifications_received_total",
     Counter,
     "NOTIFICATIONs that came: the neighbor's reasons for ending sessions, in IANA's words.",
     [](const NeighborView& of, Values& out) { add_notifications(of.notifications_received, out); },
     {"code", "subcode"}},
    {"dxrouted_neighbor_notifications_sent_total",
     Counter,
     "NOTIFICATIONs that went out: our reasons for ending sessions, in IANA's words.",
     [](const NeighborView& of, Values& out) { add_notifications(of.notifications_sent, out); },
     {"code", "subcode"}},
    {"dxrouted_neighbor_input_queue_bytes", Gauge, "Bytes that came and are not worked on yet.",
     [](const NeighborView& of, Values& out) { out.add(of.input_queue); }},
    {"dxrouted_neighbor_output_queue_bytes", Gauge,
     "Bytes that the neighbor has not taken yet; one that stays high does not read.",
     [](const NeighborView& of, Values& out) { out.add(of.output_queue); }},
    {"dxrouted_neighbor_internal_errors_total", Counter,
     "Sessions that ended by a bug of dxrouted: to be reported, please.",
     [](const NeighborView& of, Values& out) { out.add(of.internal_errors); }},
};

struct Family {
    const NeighborView& neighbor;
    const NeighborFamilyView& table;
};

std::uint64_t beyond(const std::optional<PrefixLimitView>& limit) {
    return limit ? limit->beyond : 0;
}

constexpr MetricRow<Family> kFamilyRows[] = {
    {"dxrouted_neighbor_prefixes_received", Gauge,
     "Prefixes that the neighbor announces, before the import policy.",
     [](const Family& of, Values& out) { out.add(of.table.received); }},
    {"dxrouted_neighbor_prefixes_accepted", Gauge,
     "Of the received prefixes, those that take part in the choice of the best paths.",
     [](const Family& of, Values& out) { out.add(of.table.accepted); }},
    {"dxrouted_neighbor_prefixes_rejected", Gauge,
     "Of the received prefixes, those that the import policy or a check (AS loop, next hop) "
     "refused.",
     [](const Family& of, Values& out) {
         out.add(of.table.received - of.table.accepted - beyond(of.table.limit_in));
     }},
    {"dxrouted_neighbor_prefixes_discarded", Gauge,
     "Of the received prefixes, those beyond `prefix-limit in`: not used until there is room.",
     [](const Family& of, Values& out) { out.add(beyond(of.table.limit_in)); }},
    {"dxrouted_neighbor_prefixes_advertised", Gauge, "Prefixes that are announced to the neighbor.",
     [](const Family& of, Values& out) { out.add(of.table.advertised); }},
    {"dxrouted_neighbor_prefixes_held_back", Gauge,
     "Prefixes that are not announced to the neighbor because `prefix-limit out`, or the limit "
     "that "
     "it named itself, is reached.",
     [](const Family& of, Values& out) { out.add(beyond(of.table.limit_out)); }},
    {"dxrouted_neighbor_prefixes_stale", Gauge,
     "Received prefixes that are kept while the neighbor restarts (RFC 4724).",
     [](const Family& of, Values& out) {
         std::uint64_t routes = 0;
         for (const auto& kept : of.neighbor.restart.kept)
             if (kept.family == of.table.family) routes = kept.routes;
         out.add(routes);
     }},
    {"dxrouted_neighbor_prefix_limit",
     Gauge,
     "How many prefixes are taken from the neighbor (`in`) and announced to it (`out`) at most; "
     "absent without a limit.",
     [](const Family& of, Values& out) {
         if (of.table.limit_in) out.add(of.table.limit_in->max, {"in"});
         if (of.table.limit_out) out.add(of.table.limit_out->max, {"out"});
     },
     {"direction"}},
};

}  // namespace

void append_neighbor_metrics(const Scrape& scrape, std::vector<MetricFamily>& out) {
    MetricTable<NeighborView> neighbors(kNeighborRows, {"neighbor"});
    MetricTable<Family> families(kFamilyRows, {"neighbor", "family"});
    for (const auto& neighbor : scrape.neighbors) {
        neighbors.add(neighbor, {neighbor.name});
        for (const auto& family : neighbor.families)
            families.add({neighbor, family},
                         {neighbor.name, std::string(net::to_string(family.family))});
    }
    neighbors.append_to(out);
    families.append_to(out);
}

}  // namespace dx::control
