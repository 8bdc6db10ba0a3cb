#include "daemon/control/limit_json.hpp"

namespace dx::control {
namespace {

void write_aggregates(const PrefixLimitView& limit, JsonWriter& json) {
    json.member("aggregated", limit.aggregated).key("aggregates").begin_object();
    for (const auto& aggregate : limit.aggregates) {
        json.key(aggregate.prefix.to_string()).begin_object();
        json.member("announced", aggregate.announced).member("covers", aggregate.covered);
        if (aggregate.refused) json.member("refused", true);
        json.end_object();
    }
    json.end_object();
}

}  // namespace

void write_limit(std::string_view key, const std::optional<PrefixLimitView>& limit,
                 JsonWriter& json) {
    if (!limit) return;
    json.key(key).begin_object().member("max", limit->max).member("action", limit->action);
    json.member("beyond", limit->beyond);
    if (limit->warn_percent) json.member("warnPercent", *limit->warn_percent);
    if (limit->by_peer) json.member("byPeer", true);
    if (limit->peer_said_at) json.member("byPeerSince", *limit->peer_said_at);
    if (!limit->aggregates.empty()) write_aggregates(*limit, json);
    json.end_object();
}

}  // namespace dx::control
