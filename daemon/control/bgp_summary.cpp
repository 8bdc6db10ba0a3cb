// GET /v1/bgp/summary: `show ip bgp summary json`, with what `--wide` shows besides; with `safi`
// and `vrf` as FRR has it where they are named.
#include <algorithm>
#include <optional>

#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

using Table = BgpView::Table;

const NeighborFamilyView* family_of(const NeighborView& neighbor, net::Family family) {
    const auto found = std::ranges::find(neighbor.families, family, &NeighborFamilyView::family);
    return found == neighbor.families.end() ? nullptr : &*found;
}

std::string_view peer_state(const NeighborView& neighbor, const NeighborFamilyView& family) {
    if (!neighbor.state_note.empty()) return neighbor.state_note;
    if (!family.import_policy || !family.export_policy) return "Policy";
    return "OK";
}

void write_uptime(const NeighborView& neighbor, JsonWriter& json) {
    const auto since = neighbor.up_for ? neighbor.up_for : neighbor.state_for;
    const bool never = neighbor.established == 0 || !since;
    json.member("peerUptime", never ? "never" : age_text(*since));
    json.member("peerUptimeMsec", never ? 0 : since->count());
    if (neighbor.up_for) json.member("peerUptimeEstablishedEpoch", epoch_seconds(*neighbor.up_for));
}

void write_wide(const NeighborView& neighbor, const NeighborFamilyView& family, JsonWriter& json) {
    json.member("inboundPathPolicyConfig", family.import_policy.has_value());
    json.member("outboundPathPolicyConfig", family.export_policy.has_value());
    if (family.limit_in) json.member("pfxRcdMax", family.limit_in->max);
    if (family.limit_out) {
        json.member("pfxSntMax", family.limit_out->max);
        json.member("pfxHeldBack", family.limit_out->beyond);
        json.member("pfxAggregated", family.limit_out->aggregated);
    }
    if (neighbor.bfd) json.member("bfdState", neighbor.bfd->state);
    if (neighbor.last_down) {
        json.member("lastResetDueTo", neighbor.last_down->reason);
        json.member("lastResetTimerMsecs", neighbor.last_down->ago.count());
    }
    if (!neighbor.waiting_for.empty()) json.member("waitingFor", neighbor.waiting_for);
    if (!neighbor.last_error.empty()) json.member("lastError", neighbor.last_error);
}

void write_peer(const NeighborView& neighbor, const NeighborFamilyView& family, JsonWriter& json) {
    json.key(neighbor_label(neighbor)).begin_object();
    json.member("name", neighbor.name);
    json.member("remoteAs", neighbor.remote_as).member("localAs", neighbor.local_as);
    json.member("version", 4);
    json.member("msgRcvd", neighbor.messages_received.total());
    json.member("msgSent", neighbor.messages_sent.total());
    json.member("tableVersion", family.table_version);
    json.member("outq", neighbor.output_queue).member("inq", neighbor.input_queue);
    write_uptime(neighbor, json);
    json.member("pfxRcd", family.accepted).member("pfxSnt", family.advertised);
    const auto note = neighbor.state_note.empty() ? "" : " (" + neighbor.state_note + ")";
    json.member("state", neighbor.state + note);
    json.member("peerState", peer_state(neighbor, family));
    json.member("connectionsEstablished", neighbor.established);
    json.member("connectionsDropped", neighbor.dropped);
    if (!neighbor.description.empty()) json.member("desc", neighbor.description);
    json.member("idType", net::to_string(neighbor.address.family()));
    write_wide(neighbor, family, json);
    json.end_object();
}

void write_family(const BgpView& bgp, const Table& table,
                  const std::vector<NeighborView>& neighbors, JsonWriter& json) {
    const auto router_id = bgp::to_string(bgp.router_id.value_or(bgp::RouterId{}));
    json.begin_object().member("routerId", router_id).member("as", bgp.local_as);
    json.member("vrfId", 0).member("vrfName", "default");
    json.member("tableVersion", table.version).member("mainTableVersion", table.main_version);
    json.member("ribCount", table.prefixes).member("ribMemory", table.memory);
    json.member("pathCount", table.paths);

    std::size_t peers = 0;
    std::size_t failed = 0;
    json.key("peers").begin_object();
    for (const auto& neighbor : neighbors) {
        const auto* const family = family_of(neighbor, table.family);
        if (!family) continue;
        ++peers;
        failed += neighbor.is_established() ? 0 : 1;
        write_peer(neighbor, *family, json);
    }
    json.end_object();
    json.member("peerCount", peers).member("failedPeers", failed);
    json.member("displayedPeers", peers).member("totalPeers", peers).member("dynamicPeers", 0);
    json.key("bestPath").begin_object().member("multiPathRelax", "true").end_object();
    json.end_object();
}

// FRR leaves the key out where address family and SAFI are named.
void write_families(const RouterQueries& queries, std::optional<net::Family> family,
                    bool without_key, JsonWriter& json) {
    const auto bgp = queries.bgp();
    const auto neighbors = queries.neighbors();
    for (const auto& table : bgp.tables) {
        if (family && table.family != *family) continue;
        if (!without_key) json.key(family_key(table.family));
        write_family(bgp, table, neighbors, json);
    }
}

}  // namespace

Reply get_bgp_summary(const Call& call) {
    const auto family = family_parameter(call.request);
    if (!family) return error_reply(family.error());
    const auto all_vrfs = all_vrfs_parameter(call.request);
    if (!all_vrfs) return error_reply(all_vrfs.error());
    const bool only_one = *family && call.request.parameter("safi") == "unicast";
    std::string body;
    JsonWriter json(body);
    if (*all_vrfs) json.begin_object().key("default");
    if (!only_one) json.begin_object();
    write_families(call.queries, *family, only_one, json);
    if (!only_one) json.end_object();
    if (*all_vrfs) json.end_object();
    return json_reply(std::move(body));
}

}  // namespace dx::control
