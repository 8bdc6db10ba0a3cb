// GET /v1/bfd/peers: `show bfd peers json`. The sessions that run; none run for a neighbor whose
// `bfd` is off.
#include <cctype>

#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

std::string lower_case(std::string text) {
    for (auto& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

void write_session(const NeighborView& neighbor, const BfdView& bfd, JsonWriter& json) {
    const auto status = lower_case(bfd.state);
    json.begin_object().member("multihop", neighbor.multihop > 1);
    json.member("peer", neighbor.address.to_string());
    if (neighbor.local_address) json.member("local", neighbor.local_address->to_string());
    json.member("vrf", "default");
    if (!neighbor.interface.empty()) json.member("interface", neighbor.interface);
    json.member("status", status);
    if (bfd.last_change) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*bfd.last_change);
        json.member(status == "up" ? "uptime" : "downtime", seconds.count());
    }
    json.member("receive-interval", bfd.interval.count());
    json.member("transmit-interval", bfd.interval.count());
    json.member("detect-multiplier", bfd.multiplier);
    json.end_object();
}

}  // namespace

Reply get_bfd_peers(const Call& call) {
    std::string body;
    JsonWriter json(body);
    json.begin_array();
    for (const auto& neighbor : call.queries.neighbors())
        if (neighbor.bfd) write_session(neighbor, *neighbor.bfd, json);
    json.end_array();
    return json_reply(std::move(body));
}

}  // namespace dx::control
